"""Somebody who opens every link of a site and sends every form that its pages have, without scripts."""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlencode, urljoin, urlsplit

import httpx
from starlette.routing import Match, Route

from tests.support.visitors import Visitor

_ATTRIBUTES: Final = re.compile(
    r"(aria|data)-[a-z-]+|accesskey|action|autocapitalize|autocomplete|autofocus|charset|checked|class|content|cx|cy|d|"
    r"defer|disabled|enctype|for|height|hidden|href|hreflang|id|inputmode|lang|max|method|name|novalidate|points|r|rel|"
    r"role|rowspan|rx|scope|selected|spellcheck|src|style|tabindex|title|transform|type|value|viewbox|width|x|x1|x2|y|"
    r"y1|y2|accept|colspan|download|min|open|xmlns|text-anchor|fill|stroke|ry|dx|dy|preserveaspectratio"
)
"""Of HTML and SVG: two that have run into one are none."""

_NO_SPACE: Final = re.compile(r"=\"[^\"]*\"(?=[^\s/>])")

MOST_OF_A_ROUTE: Final = 5
"""Pages of one kind that are opened, and forms of one kind that are sent."""

Fields = Mapping[str, str]


@dataclass
class Form:
    """Where it goes to, and what it sends if nothing is typed: the first choice of each list."""

    method: str
    action: str
    values: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """What a page leads to, its title, and the attributes of its elements."""

    def __init__(self, answer: httpx.Response) -> None:
        """Reads an answer, if it is a page."""
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.title = ""
        self.attributes: set[str] = set()
        self._crowded: set[str] = set()
        self._url = str(answer.url)
        self._in_title = False
        self._list: str | None = None
        if answer.headers.get("content-type", "").startswith("text/html"):
            self.feed(answer.text)

    @property
    def odd_attributes(self) -> set[str]:
        """Those that no element has, such as two that have run into one, and tags with no space between two."""
        return {name for name in self.attributes if not _ATTRIBUTES.fullmatch(name)} | self._crowded

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        of = {name: value or "" for name, value in attrs}
        self.attributes |= set(of)
        written = self.get_starttag_text() or ""
        self._crowded |= {written} if _NO_SPACE.search(written) else set()
        self._in_title = tag == "title"
        self.links += [urljoin(self._url, of[name]) for name in ("href", "src", "data-refresh") if of.get(name)]
        if tag == "form":
            self.forms.append(Form(of.get("method", "get").upper(), urljoin(self._url, of.get("action", ""))))
        elif tag == "input" and self.forms:
            self._input(self.forms[-1], of)
        elif tag == "select" and self.forms:
            self._list = of["name"]
        elif tag == "option" and self.forms and self._list and of.get("value"):
            self.forms[-1].values.setdefault(self._list, of["value"])

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        self._in_title = False
        if tag == "select":
            self._list = None

    def handle_data(self, data: str) -> None:
        """Text."""
        if self._in_title:
            self.title += data

    @staticmethod
    def _input(form: Form, of: dict[str, str]) -> None:
        name, kind = of.get("name"), of.get("type", "text")
        if not name:
            return
        if kind == "file":
            form.files.add(name)
        elif kind == "radio":
            if "checked" in of or name not in form.values:
                form.values[name] = of["value"]
        else:
            form.values[name] = of.get("value", "")


@dataclass(frozen=True)
class Seen:
    """An answer, of which route, and the page that it is."""

    method: str
    route: str
    answer: httpx.Response
    page: Page


@dataclass
class Crawl:
    """Goes on until nothing is left that it has not seen.

    `typed` has what is typed into the fields of a form, by the path of its route: one form for each, over what the page
    has there; other forms are sent with `usual` alone. `upload` is the content of every file. Forms whose routes are
    `late` are sent when all else is done, in that order.
    """

    visitor: Visitor
    routes: Sequence[Route]
    usual: Fields
    typed: Mapping[str, Sequence[Fields]]
    late: Sequence[str]
    upload: bytes = b""
    seen: list[Seen] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)
    _opened: Counter[str] = field(default_factory=Counter)
    _sent: Counter[str] = field(default_factory=Counter)
    _links: deque[str] = field(default_factory=deque)
    _forms: deque[tuple[str, Form, Fields]] = field(default_factory=deque)

    async def everything(self) -> list[Seen]:
        """All that can be reached from the first page."""
        await self._open(urljoin(str(self.visitor.http.base_url), "/"))
        while self._links or self._forms:
            if self._links:
                await self._open(self._links.popleft())
                continue
            route, form, typed = self._next_form()
            if self._sent[route] < MOST_OF_A_ROUTE:
                self._sent[route] += 1
                await self._send(form, typed)
        return self.seen

    def _next_form(self) -> tuple[str, Form, Fields]:
        found = min(self._forms, key=lambda each: self.late.index(each[0]) if each[0] in self.late else -1)
        self._forms.remove(found)
        return found

    @property
    def reached(self) -> set[tuple[str, str]]:
        """Method and path of the routes that have answered with a page, or led to one."""
        return {(seen.method, seen.route) for seen in self.seen if seen.answer.status_code < httpx.codes.BAD_REQUEST}

    async def _open(self, url: str) -> None:
        self._known.add(url)
        route = self._route_of("GET", url)
        if route is None or self._opened[route] >= MOST_OF_A_ROUTE * MOST_OF_A_ROUTE:
            return
        self._opened[route] += 1
        await self._see("GET", route, await self.visitor.get(url))

    async def _send(self, form: Form, typed: Fields) -> None:
        fields = {**form.values, **{name: text for name, text in typed.items() if name in form.values}}
        if form.method == "GET":
            await self._open(f"{form.action}?{urlencode(fields)}")
            return
        files = {name: (name, self.upload) for name in form.files}
        route = self._route_of("POST", form.action)
        assert route, form.action
        await self._see("POST", route, await self.visitor.http.post(form.action, data=fields, files=files or None))

    async def _see(self, method: str, route: str, answer: httpx.Response) -> None:
        page = Page(answer)
        self.seen.append(Seen(method, route, answer, page))
        if location := answer.headers.get("location"):
            await self._open(urljoin(str(answer.url), location))
        for link in page.links:
            address = link.partition("#")[0]
            if urlsplit(address).query.startswith("lang="):
                continue  # the same page in the other language
            if address not in self._known and self._route_of("GET", address):
                self._known.add(address)
                self._links.append(address)
        self._forms.extend(self._filled(page.forms))

    def _filled(self, forms: Iterable[Form]) -> Iterator[tuple[str, Form, Fields]]:
        for form in forms:
            if route := self._route_of(form.method, form.action):
                for typed in self.typed.get(route, ({},)):
                    yield route, form, {**self.usual, **typed}

    def _route_of(self, method: str, url: str) -> str | None:
        """The path of the route that answers here; `None` elsewhere."""
        address, base = urlsplit(url), self.visitor.http.base_url
        if (address.hostname, address.port) != (base.host, base.port):
            return None
        scope = {"type": "http", "method": method, "path": address.path}
        return next((route.path for route in self.routes if route.matches(scope)[0] is Match.FULL), None)
