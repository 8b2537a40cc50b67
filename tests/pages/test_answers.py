"""What every answer of the site says to browsers and caches, and what of a request it believes."""

import asyncio
import os
import re
from html import unescape
from http.cookies import Morsel, SimpleCookie
from pathlib import Path
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

import httpx
import pytest

from starter.dev.installation import World
from starter.pages.assets import SCRIPT_PATH, STYLE_PATH
from starter.pages.citizen.app import ROUTES
from starter.pages.citizen.registration import STEPS
from tests.support.crawling import Page
from tests.support.pages import PORTAL, pages_on
from tests.support.site import TRUSTED_PROXIES
from tests.support.visitors import Visitor, heading, visitor

ASSETS: Final = (STYLE_PATH, SCRIPT_PATH)
SECURE_PORTAL: Final = "https://ugyfelkapu.example.hu"
HOSTS: Final = ("evil.example", "[", "a b", "127.0.0.1:99999999", "", "x@evil.example", "evil.example/?")


def assert_guarded(answer: httpx.Response) -> None:
    """Not framed, sniffed, kept, or fed from elsewhere; and no attribute of a page has run into another."""
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert (policy["default-src"], policy["frame-ancestors"], policy["base-uri"]) == ("'none'", "'none'", "'none'")
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]
    assert "server" not in answer.headers
    assert not Page(answer).odd_attributes


# headers


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "PUT"])
async def test_every_answer_of_every_route_is_guarded(somebody: Visitor, method: str) -> None:
    """Pages, redirects, refusals, style sheet and script. Only what is the same for everybody may be kept."""
    for path in sorted({route.path for route in ROUTES} | {"/nincs-ilyen"}):
        somebody.http.cookies.clear()
        answer = await somebody.http.request(method, path.replace("{key}", "A" * 22))
        assert answer.status_code < 500, path
        assert_guarded(answer)
        assert "strict-transport-security" not in answer.headers
        may_be_kept = path in ASSETS and method in {"GET", "HEAD"}
        assert ("no-store" in answer.headers["cache-control"]) is not may_be_kept
        assert ("set-cookie" in answer.headers) is not may_be_kept


async def test_pages_behind_a_log_in_are_guarded_and_not_kept(world: World, somebody: Visitor) -> None:
    _, filled = await world.active()
    assert (await somebody.log_in(filled["user_name"])).status_code == 303
    changes = ("jelszo", "email", "nyelv", "megszuntetes")
    for path in ("/fiok", "/fiok/elet", "/fiok/betekintesek", *(f"/fiok/{change}" for change in changes)):
        answer = await somebody.get(path)
        assert answer.status_code == 200
        assert_guarded(answer)
        assert answer.headers["cache-control"] == "no-store"


async def test_a_page_without_a_request_is_guarded(url: str) -> None:
    """What is no request, or too large a one, is answered before the site: in the same way."""
    place = urlsplit(url)
    for sent in (b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nCookie: " + b"a" * 17_000 + b"\r\n\r\n"):
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        writer.write(sent)
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        status, *lines = head.decode().split("\r\n")
        assert status.split()[1] in {"400", "431"}
        headers, asked = dict(line.split(": ", 1) for line in lines), httpx.Request("GET", url)
        answer = httpx.Response(400, headers=headers, content=body, request=asked)
        assert_guarded(answer)
        assert answer.headers["cache-control"] == "no-store"
        assert b"<h1>" in body


async def test_a_first_visit_is_light(somebody: Visitor) -> None:
    """Page, style sheet and script, not compressed: 40 KB at most."""
    assert sum([len((await somebody.get(path)).content) for path in ("/", *ASSETS)]) <= 40 * 1024


@pytest.mark.parametrize(("method", "status"), [("OPTIONS", 405), ("PUT", 405), ("DELETE", 405), ("TRACE", 405)])
async def test_a_method_that_no_browser_sends_is_refused(somebody: Visitor, method: str, status: int) -> None:
    answer = await somebody.http.request(method, "/")
    assert (answer.status_code, answer.text) == (status, "")
    assert answer.headers["allow"]


async def test_the_address_of_a_form_opened_anew_leads_to_the_log_in_page(somebody: Visitor) -> None:
    for method in ("GET", "HEAD"):
        answer = await somebody.http.request(method, "/kilepes")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


# addresses


@pytest.mark.parametrize("host", HOSTS)
async def test_no_header_changes_a_link_a_redirect_or_a_cookie(url: str, host: str) -> None:
    """`Host` and what proxies forward: whoever can set them must not turn a page into somebody else's."""
    forged = {"Host": host, "X-Forwarded-Host": host, "X-Forwarded-Proto": "https", "Forwarded": f"host={host}"}
    async with visitor(url) as usual, visitor(url, headers=forged) as misled:
        for path in ("/?lang=en", "/kod/jelszo", "/kilepes", "/fiok", "/nincs-ilyen"):
            expected, answer = await usual.get(path), await misled.get(path)
            assert answer.status_code == expected.status_code
            assert answer.headers.get("location") == expected.headers.get("location")
            assert _without_secrets(answer.text) == _without_secrets(expected.text)
            assert _attributes(answer) == _attributes(expected)
            assert "strict-transport-security" not in answer.headers


def _without_secrets(page: str) -> str:
    return re.sub(r'name="form_(token|key)" value="[^"]*"', "", page)


def _attributes(answer: httpx.Response) -> list[tuple[str, ...]]:
    cookies = (line.split("; ") for line in answer.headers.get_list("set-cookie"))
    return [(name.partition("=")[0], *attributes) for name, *attributes in cookies]


PATHS: Final = (
    "//evil.example/",
    "///evil.example",
    "/%2F/evil.example/",
    "/%5Cevil.example",
    "/\\evil.example",
    "/\\/evil.example",
    "/%09/evil.example",
    "/a%0d%0aLocation:%20https://evil.example",
    "/https://evil.example",
    "/.//evil.example",
    "/@evil.example",
)


@pytest.mark.parametrize("path", PATHS)
async def test_a_language_is_chosen_without_leaving_the_site(url: str, path: str) -> None:
    """Neither the redirect nor the link of the page that follows leads to another host, as a browser reads them."""
    place = urlsplit(url)
    answers = {}
    for query in (b"?lang=hu", b"?lang=hu&x=%0d%0aSet-Cookie:%20a=b", b""):
        target = path.encode() + query
        async with httpx.AsyncClient() as http:  # httpx would make another path of it: here it goes out as it is
            request = http.build_request("GET", url, extensions={"target": target})
            answers[query] = await http.send(request)
    *redirects, page = answers.values()
    for answer in redirects:
        assert answer.status_code == 303
        assert _host_in_a_browser(url, answer.headers["location"]) == place.netloc
        assert len(answer.headers.get_list("set-cookie")) == 1
    for link in re.findall(r'(?:href|action|src)="([^"]*)"', page.text):
        assert link.startswith(("#", "data:,")) or _host_in_a_browser(url, link) == place.netloc, link


def _host_in_a_browser(base: str, link: str) -> str:
    """Browsers read a backslash as a slash, ignore tabs and line ends, and any number of slashes before a host."""
    read = re.sub(r"[\t\r\n]", "", link).replace("\\", "/")
    if read.startswith("//"):
        return read.lstrip("/").partition("/")[0]
    return urlsplit(urljoin(base, read)).netloc


@pytest.mark.parametrize("query", ["lang=xx", "lang=", "lang=HU", "lang=hu%00", "lang=hu-HU", "LANG=hu", "lang[]=hu"])
async def test_another_language_is_none(somebody: Visitor, query: str) -> None:
    answer = await somebody.get(f"/?{query}")
    assert (answer.status_code, heading(answer)) == (200, "Log in")


async def test_a_change_of_the_language_keeps_the_part_of_a_list_that_is_shown_and_nothing_else(
    world: World, somebody: Visitor
) -> None:
    _, filled = await world.active()
    await somebody.log_in(filled["user_name"])
    for path in ("/fiok/elet?oldal=2", "/fiok/betekintesek?elott=2026-11-30", "/fiok/elet?oldal=%22%3E%26lang%3Den"):
        page = await somebody.get(f"{path}&user_name=kovacs&code=AAAA&lang=xx&password=x")
        (link,) = [unescape(each) for each in re.findall(r'href="([^"]*)" lang="hu"', page.text)]
        assert link == f"{path}&lang=hu"
        assert (await somebody.get(link)).headers["location"] == path
        somebody.http.cookies.delete("ugyfelkapu-language")


NAMES: Final = frozenset({"family_name", "given_name", "birth_name", "birth_place", "mothers_birth_name"})


@pytest.mark.parametrize("path", ["/", "/kod/jelszo", "/elfelejtett-jelszo", *(step.path for step in STEPS)], ids=str)
async def test_a_telephone_begins_names_with_capitals_and_nothing_else(somebody: Visitor, path: str) -> None:
    """User names, addresses, passwords and codes are typed as they are."""
    for name, capitals in re.findall(r'<input id="(\w+)"[^>]*autocapitalize="(\w+)"', (await somebody.get(path)).text):
        assert capitals == ("words" if name in NAMES else "none"), name


async def test_a_form_is_no_choice_of_language(somebody: Visitor) -> None:
    """A POST with `?lang=` is a form like others: it is not led away, so nothing of it is lost."""
    assert (await somebody.post("/?lang=hu", at="/")).status_code == 422
    assert (await somebody.http.post("/kilepes?lang=xx")).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/../../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/site.css", "/templates/site.html", "/%2e%2e/settings.py"]
    + [f"/kod/jelszo/kesz/{quote(key, safe='')}" for key in ("../..", "\0", "A" * 5_000, "ű" * 22, "A" * 22)],
)
async def test_no_path_leads_to_a_file_or_to_an_error_of_ours(url: str, path: str) -> None:
    async with httpx.AsyncClient() as http:
        answer = await http.send(http.build_request("GET", url, extensions={"target": path.encode()}))
    assert answer.status_code in {303, 404}
    assert "root:" not in answer.text


# cookies


async def test_a_cookie_is_its_hosts_own_and_no_scripts(world: World, url: str) -> None:
    """Over https browsers see to it that no other host and nothing over plain http has set it (RFC 6265bis)."""
    _, filled = await world.active()
    plain = await _cookies_of(url, filled["user_name"])
    assert set(plain) == {"ugyfelkapu-form", "ugyfelkapu-session", "ugyfelkapu-language", "ugyfelkapu-known-browser"}
    async with pages_on(world, portal_url=SECURE_PORTAL, trusted_proxies=TRUSTED_PROXIES) as http:
        secure = await _cookies_of(str(http.base_url), filled["user_name"])
    assert set(secure) == {"__Host-form", "__Host-session", "__Host-language", "__Host-known-browser"}
    for name, cookie in (plain | secure).items():
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("lax", "/", "")
        assert cookie["httponly"]
        assert bool(cookie["secure"]) is (name in secure)
        kept = {"language": 365, "known-browser": 180}
        days = next((each for end, each in kept.items() if name.endswith(end)), None)
        assert cookie["max-age"] == (str(days * 24 * 3600) if days else "")


async def _cookies_of(url: str, user_name: str) -> dict[str, Morsel[str]]:
    """The cookies that a log-in and a choice of language set, by name, with their attributes."""
    found: SimpleCookie = SimpleCookie()
    async with visitor(url) as somebody:
        answers = [await somebody.get("/?lang=en"), await somebody.get("/")]
        for answer in answers:
            for line in answer.headers.get_list("set-cookie"):
                found.load(line)
        # What is Secure an honest client does not send over plain http: here the TLS in front is left out.
        somebody.http.headers["Cookie"] = "; ".join(f"{name}={morsel.value}" for name, morsel in found.items())
        answer = await somebody.log_in(user_name)
        assert answer.status_code == 303, answer.text
        for line in answer.headers.get_list("set-cookie"):
            found.load(line)
    return dict(found)


async def test_over_https_browsers_are_bound_to_it(world: World, tmp_path: Path) -> None:
    """Two years on every answer, style sheet and refusals included (RFC 6797).

    Also what the operator says of whom to tell of a security hole, for everybody to read until it expires (RFC 9116).
    """
    text = "Contact: https://example.hu/hiba\nExpires: 2999-11-30T23:00:00+01:00\n"
    (file := tmp_path / "security.txt").write_text(text, encoding="utf-8")
    async with pages_on(
        world, portal_url=SECURE_PORTAL, trusted_proxies=TRUSTED_PROXIES, security_txt=str(file)
    ) as http:
        whom_to_tell = await http.get("/.well-known/security.txt")
        assert (whom_to_tell.text, whom_to_tell.headers["content-type"]) == (text, "text/plain; charset=utf-8")
        assert_guarded(whom_to_tell)
        file.unlink()
        os.mkfifo(file)
        assert (await http.get("/.well-known/security.txt")).status_code == 404
        file.unlink()
        file.write_text(text.replace("2999", "2026"), encoding="utf-8")
        assert (await http.get("/.well-known/security.txt")).status_code == 404
        for path in ("/", "/fiok", "/nincs-ilyen", STYLE_PATH, "/livez"):
            answer = await http.get(path)
            assert answer.headers["strict-transport-security"] == "max-age=63072000"
            assert_guarded(answer)
        forged = await http.post("/", headers={"Origin": PORTAL})
        assert (forged.status_code, "strict-transport-security" in forged.headers) == (403, True)
