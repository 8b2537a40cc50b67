"""Who is not logged in gets no further, and learns nothing: sessions, user names, what others did."""

import re
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Final

import httpx
import pytest
import pytest_asyncio

from starter.dev.installation import World
from starter.dev.samples import PASSWORD, form
from starter.pages.server import running_pages
from tests.support.api import LOCALHOST
from tests.support.counting import Counted, counted
from tests.support.pages import PORTAL
from tests.support.site import TRUSTED_PROXIES
from tests.support.visitors import Visitor, hidden, visitor

SESSION: Final = "ugyfelkapu-session"
CODE: Final = "AAAA-AAAA-AAAA-AAAA"


# sessions


async def test_a_log_in_makes_a_new_session_whatever_the_browser_had(world: World, url: str) -> None:
    """A token that somebody else has put into the browser stays worthless (session fixation, OWASP)."""
    _, filled = await world.active()
    planted = "P" * 43
    async with visitor(url) as victim, visitor(url) as thief:
        victim.http.cookies.set(SESSION, planted, domain="127.0.0.1", path="/")
        thief.http.cookies.set(SESSION, planted, domain="127.0.0.1", path="/")
        answer = await victim.log_in(filled["user_name"])
        assert answer.headers["location"] == "/fiok"
        assert victim.http.cookies[SESSION] != planted
        assert (await thief.get("/fiok")).headers["location"] == "/"


async def test_each_log_in_has_a_token_of_its_own_and_log_out_ends_it_for_every_copy(world: World, url: str) -> None:
    _, filled = await world.active()
    async with visitor(url) as victim, visitor(url) as thief:
        await victim.log_in(filled["user_name"])
        token = victim.http.cookies[SESSION]
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
        assert (await victim.post("/kilepes", at="/fiok")).headers["location"] == "/"
        assert SESSION not in victim.http.cookies
        await victim.log_in(filled["user_name"])
        assert victim.http.cookies[SESSION] != token
        thief.http.cookies.set(SESSION, token, domain="127.0.0.1", path="/")
        assert (await thief.get("/fiok")).headers["location"] == "/"


@pytest.mark.parametrize(
    ("headers", "is_logged_out"),
    [({"Sec-Fetch-Site": "same-origin"}, True), ({"Origin": PORTAL}, True), ({}, False)],
    ids=str,
)
async def test_log_out_works_where_the_cookie_of_its_form_is_lost(
    world: World, url: str, headers: dict[str, str], *, is_logged_out: bool
) -> None:
    """As in a second tab after a log-out in the first one, if the browser says that our own page sent it."""
    _, filled = await world.active()
    async with visitor(url) as somebody:
        await somebody.log_in(filled["user_name"])
        page = hidden((await somebody.get("/fiok")).text)
        token = somebody.http.cookies[SESSION]
        somebody.http.cookies.delete("ugyfelkapu-form")
        answer = await somebody.http.post("/kilepes", data=page, headers=headers)
        assert (answer.status_code, answer.headers.get("location")) == ((303, "/") if is_logged_out else (403, None))
        somebody.http.cookies.set(SESSION, token, domain="127.0.0.1", path="/")
        assert (await somebody.get("/fiok")).status_code == (303 if is_logged_out else 200)


async def test_a_change_of_password_ends_the_other_sessions(world: World, url: str) -> None:
    _, filled = await world.active()
    async with visitor(url) as owner, visitor(url) as thief:
        await owner.log_in(filled["user_name"])
        await thief.log_in(filled["user_name"])
        old = owner.http.cookies[SESSION]
        changed = await owner.post("/fiok/jelszo", {"present_password": PASSWORD, "password": "Egészen új jelszó 1"})
        assert changed.status_code == 303, changed.text
        assert (await thief.get("/fiok")).headers["location"] == "/"
        assert owner.http.cookies[SESSION] != old
        assert (await owner.get("/fiok")).status_code == 200


@pytest.mark.parametrize("path", ["/fiok/email", "/fiok/megszuntetes", "/fiok/jelszo"])
async def test_an_open_session_alone_changes_nothing(world: World, somebody: Visitor, path: str) -> None:
    """Whoever sits down at it does not know the password."""
    registration_id, filled = await world.active()
    await somebody.log_in(filled["user_name"])
    before = (await world.audit.describe(registration_id)).sequence
    wrong = {"password": "Nem ez az, 1 másik", "present_password": "nem ez az", "email": form()["email"]}
    assert (await somebody.post(path, wrong)).status_code == 422
    assert (await world.audit.describe(registration_id)).sequence == before


async def test_a_row_that_the_databases_owner_puts_in_place_lets_nobody_in(world: World, url: str) -> None:
    """Neither with the victim's own seal under another token, nor with the owner's own session led to the victim."""
    _, victims = await world.active()
    thiefs_id, thiefs = await world.active()
    token = "T" * 43
    async with visitor(url) as victim, visitor(url) as thief:
        await victim.log_in(victims["user_name"])
        await thief.log_in(thiefs["user_name"])
        columns = [
            row["column_name"]
            for row in await world.sql(
                "select column_name from information_schema.columns where table_name = 'sessions'"
                " and is_generated = 'NEVER'"
            )
        ]
        own, stolen = (sha256(text.encode()).digest() for text in (thief.http.cookies[SESSION], token))
        theirs = sha256(victim.http.cookies[SESSION].encode()).digest()
        taken = ", ".join("$1" if column == "id_hash" else column for column in columns)
        await world.sql(
            f"insert into sessions ({', '.join(columns)}) select {taken} from sessions where id_hash = $2",  # noqa: S608
            stolen,
            theirs,
        )
        await world.sql(
            "update sessions set registration_id ="
            " (select registration_id from sessions where id_hash = $2) where id_hash = $1",
            own,
            theirs,
        )
        for cookie in (token, thief.http.cookies[SESSION]):
            async with visitor(url, cookies={SESSION: cookie}) as stranger:
                answer = await stranger.get("/fiok")
                assert (answer.status_code, answer.headers["location"]) == (303, "/")
                assert victims["user_name"] not in (await stranger.get("/")).text
        assert (await victim.get("/fiok")).status_code == 200
    assert thiefs_id


# user names


@pytest_asyncio.fixture(loop_scope="session")
async def counting(world: World) -> AsyncIterator[tuple[str, Counted]]:
    """Pages on a gateway whose hashes are counted."""
    settings = world.settings.model_copy(update={"portal_url": PORTAL, "trusted_proxies": TRUSTED_PROXIES})
    async with counted(world, connections=4) as gateway, running_pages(settings, gateway.engine, LOCALHOST) as url:
        yield url, gateway


GUESSES: Final = {
    "/": {"password": "nem ez az"},
    "/kod/jelszo": {"code": CODE, "password": "Egészen új jelszó 1"},
    "/kod/uj-cim": {"code": CODE},
    "/kod/megszuntetes": {"code": CODE},
    "/elfelejtett-jelszo": {"email": "valaki.mas@example.org"},
}


@pytest.mark.parametrize("path", GUESSES)
async def test_a_page_does_not_say_whether_a_user_name_is_known(
    world: World, counting: tuple[str, Counted], path: str
) -> None:
    """The same bytes, headers and number of hashes for a known and an unknown one of the same length."""
    url, gateway = counting
    _, filled = await world.active()
    known, unknown = filled["user_name"], form()["user_name"]
    seen = []
    for name in (known, unknown):
        async with visitor(url) as somebody:
            page = await somebody.get(path)
            assert page.status_code == 200
            gateway.look()
            answer = await somebody.post(path, {"user_name": name, **GUESSES[path]})
            seen.append((_told(answer, name), gateway.look().hashes))
    assert seen[0] == seen[1]
    assert seen[0][0][0] == 422


def _told(answer: httpx.Response, typed: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and page without what is random, and without what the visitor has typed."""
    random = re.compile(r'(name="form_(?:token|key)" value=")[^"]*')
    headers = {name: value for name, value in answer.headers.items() if name not in {"date", "content-length"}}
    return answer.status_code, headers, random.sub(r"\1", answer.text).replace(f'value="{typed}"', "")


async def test_what_is_typed_twice_or_with_other_names_is_one_form(world: World, somebody: Visitor) -> None:
    """Of a field that comes twice the last one counts, for whoever reads it: no two parts of the site differ."""
    _, filled = await world.active()
    hidden = await somebody.post("/", {"user_name": "nobody.at.all", "password": PASSWORD})
    assert hidden.status_code == 422
    page = await somebody.get("/")
    token = re.findall(r'name="form_token" value="([^"]*)"', page.text)[0]
    body = f"form_token=x&user_name=nobody.at.all&user_name={filled['user_name']}&password=x&password={PASSWORD}"
    form_type = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await somebody.http.post("/", content=f"{body}&form_token={token}".encode(), headers=form_type)
    assert answer.headers.get("location") == "/fiok"
