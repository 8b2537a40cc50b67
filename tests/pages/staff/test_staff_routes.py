"""Who may see a page is declared with its route: every other role gets 403, on record, and no entry in its menu."""

import re
from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from registration.errors import NotFound
from registration.operations import Operation
from registration.sentences import N_
from starter.dev.installation import World
from starter.dev.ports import LOOPBACK, ReservedPorts
from starter.dev.staff_provider import running_staff_provider
from starter.gateway import StaffSession
from starter.gateway.principals import Principal, Role
from starter.pages.bare_page import bare_page
from starter.pages.browser import posted
from starter.pages.forgery import form_token
from starter.pages.server import staff_site_on
from starter.pages.staff.app import ROUTES, build
from starter.pages.staff.routes import StaffRoute
from starter.serving.server import serving
from tests.support.pages import PORTAL
from tests.support.staff import STAFF_SESSION, StaffPages, colleague, entries_of, seated
from tests.support.staff_guards import WHO, assert_guarded, is_for
from tests.support.visitors import heading, hidden, visitor

OF_OPERATORS: Final = "/proba/uzemeltetes"
OF_DESKS: Final = "/proba/ablak"
ACT: Final = "/proba/tett"
MISSING: Final = "/proba/nincs"
FORM: Final = "ugyfelkapu-staff-form"


async def show(_request: Request, session: StaffSession) -> Response:
    return PlainTextResponse(f"seen by {session.principal.id}")


async def act(request: Request, session: StaffSession) -> Response:
    await posted(request)
    return PlainTextResponse(f"done by {session.principal.id}")


async def miss(_request: Request, _session: StaffSession) -> Response:
    raise NotFound


TRIED: Final = (
    StaffRoute(OF_OPERATORS, show, operation=Operation.OPERATIONS_OFFICES, menu=N_("Registration bodies")),
    StaffRoute(OF_DESKS, show, operation=Operation.DESK_SEARCH, menu=N_("Help")),
    StaffRoute(ACT, act, operation=Operation.DESK_CLOSE, method="POST"),
    StaffRoute(MISSING, miss, operation=Operation.DESK_LOOK),
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tried(world: World) -> AsyncIterator[StaffPages]:
    """The pages for staff, and some of these tests' own."""
    ports = ReservedPorts(2)
    site, provider = ports.numbers
    url, secret = f"http://{LOOPBACK}:{site}", world.settings.staff_client_secret
    assert secret
    async with running_staff_provider(provider, url, secret.get_secret_value()) as issuer:
        settings = world.settings.model_copy(update={"staff_url": url, "staff_issuer": issuer})
        app = build(staff_site_on(settings, world.engine))
        app.router.routes.extend(TRIED)
        async with serving(app, f"{LOOPBACK}:{site}", "staff_address", bare_page) as running:
            yield StaffPages(world, running, issuer)


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("operator-1", OF_OPERATORS, 200),
        ("operator-1", OF_DESKS, 403),
        ("clerk-1", OF_DESKS, 200),
        ("clerk-1", OF_OPERATORS, 403),
        ("supervisor-1", OF_DESKS, 200),
        ("auditor-1", OF_DESKS, 403),
        ("auditor-1", OF_OPERATORS, 403),
    ],
)
async def test_a_page_is_for_the_roles_of_its_operation(tried: StaffPages, who: str, path: str, status: int) -> None:
    before = len(await entries_of(tried.world, who))
    async with colleague(tried.url, who) as somebody:
        answer = await somebody.get(path)
        assert answer.status_code == status
        noted = (await entries_of(tried.world, who))[before + 1 :]  # behind the sign-in
        if status == 200:
            assert answer.text == f"seen by {who}"
            assert noted == []
        else:
            assert heading(answer) == "Not allowed"
            assert hidden(answer.text), "and a way to sign out"
            operation = Operation.DESK_SEARCH if path == OF_DESKS else Operation.OPERATIONS_OFFICES
            assert [(each["operation"], each["refusal"]) for each in noted] == [(operation, "WrongRole")]


async def test_the_menu_has_what_the_role_may_see(tried: StaffPages) -> None:
    for who, seen, unseen in (("operator-1", OF_OPERATORS, OF_DESKS), ("clerk-1", OF_DESKS, OF_OPERATORS)):
        async with colleague(tried.url, who) as somebody:
            page = (await somebody.get("/")).text
            assert f'href="{seen}"' in page
            assert f'href="{unseen}"' not in page


async def test_without_a_session_every_page_leads_to_the_sign_in(tried: StaffPages) -> None:
    async with visitor(tried.url) as somebody:
        for method, path in (("GET", OF_OPERATORS), ("GET", OF_DESKS), ("POST", ACT), ("GET", MISSING)):
            answer = await somebody.http.request(method, path)
            assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_a_refusal_that_no_gateway_has_noted_is_on_record_once(tried: StaffPages) -> None:
    async with colleague(tried.url, "clerk-2") as clerk:
        before = len(await entries_of(tried.world, "clerk-2"))
        assert (await clerk.get(MISSING)).status_code == 404
        (entry,) = (await entries_of(tried.world, "clerk-2"))[before:]
        assert (entry["operation"], entry["outcome"], entry["refusal"]) == ("desk.look", "REFUSED", "NotFound")


async def test_an_act_needs_a_form_of_this_site(tried: StaffPages) -> None:
    async with colleague(tried.url, "clerk-1") as clerk:
        token = form_token(clerk.http.cookies[FORM])
        own = {"form_token": token}
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": PORTAL}):
            answer = await clerk.http.post(ACT, data=own, headers=headers)
            assert (answer.status_code, heading(answer)) == (403, "This form was not sent from our page")
        assert (await clerk.http.post(ACT, data={"form_token": token[:-1]})).status_code == 403
        assert (await clerk.http.post(ACT, data=own)).text == "done by clerk-1"


POSTS: Final = [route for route in ROUTES if "POST" in (route.methods or ())]
UPLOADS: Final = {"/ellenorzes/ellenorzopontok"}
FILE: Final = {"copy": ("copy.json", b"{}")}


@pytest.mark.parametrize("who", WHO)
async def test_no_route_takes_a_form_of_another_site_or_browser(tried: StaffPages, who: str) -> None:
    paths = [re.sub(r"\{[^}]*\}", str(UUID(int=0)), route.path) for route in POSTS if is_for(route, who)]
    assert {"/belepes", "/kilepes"} <= set(paths)
    async with colleague(tried.url, who) as somebody, visitor(tried.url) as other:
        others = hidden((await other.get("/")).text)["form_token"]
        mine = form_token(somebody.http.cookies[FORM])
        for path in paths:
            for token in (None, "", others, form_token(""), somebody.http.cookies[FORM], mine[:-1]):
                sent = {} if token is None else {"form_token": token}
                answer = await somebody.http.post(path, data=sent, files=FILE if path in UPLOADS else None)
                assert (answer.status_code, heading(answer)) == (403, "This page was open for too long"), (path, token)
            forged = await somebody.http.post(path, data={"form_token": mine}, headers={"Sec-Fetch-Site": "cross-site"})
            assert forged.status_code == 403
        assert heading(await somebody.get("/")) == "My work"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT"])
async def test_every_answer_is_guarded(staff: StaffPages, method: str) -> None:
    """As at the citizens' site; forms may lead to the provider besides."""
    for path in sorted({route.path for route in ROUTES} | {"/nincs-ilyen"}):
        async with visitor(staff.url) as somebody:
            answer = await somebody.http.request(method, path)
            assert answer.status_code < 500, path
            assert_guarded(answer, staff.issuer)
            assert ("no-store" in answer.headers["cache-control"]) is ("public" not in answer.headers["cache-control"])
            assert ("public" in answer.headers["cache-control"]) is (
                path.startswith(("/site-", "/audit-")) and method in {"GET", "HEAD"}
            )


async def test_pages_behind_the_sign_in_are_not_kept(staff: StaffPages) -> None:
    async with colleague(staff.url, "clerk-1") as clerk:
        answer = await clerk.get("/")
        assert answer.headers["cache-control"] == "no-store"
        assert_guarded(answer, staff.issuer)


async def test_cookies_are_this_sites_own_and_no_scripts(staff: StaffPages) -> None:
    async with visitor(staff.url) as somebody:
        lines = (await somebody.get("/?lang=en")).headers.get_list("set-cookie")
        asked = await somebody.get("/")
        lines += asked.headers.get_list("set-cookie")
        assert {line.partition("=")[0] for line in lines} == {"ugyfelkapu-staff-language", FORM}
        assert all("HttpOnly" in line and "SameSite=lax" in line and "Domain" not in line for line in lines)
    async with colleague(staff.url, "clerk-1") as clerk:
        assert {STAFF_SESSION, FORM} <= set(clerk.http.cookies)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_link_at_another_site_leads_home_and_makes_no_entry(staff: StaffPages, site: str) -> None:
    """Else a page elsewhere could put refused attempts, or looks, on record in a clerk's name."""
    who = Principal(f"clerk-{uuid4()}", frozenset({Role.CLERK}), "1051")
    async with seated(staff, who) as clerk:
        for path in ("/ellenorzes", "/pult", "/pult/naplo"):
            for method in ("GET", "HEAD"):
                answer = await clerk.http.request(method, path, headers={"Sec-Fetch-Site": site})
                assert (answer.status_code, answer.headers["location"]) == (303, "/"), path
        home = await clerk.http.get("/", headers={"Sec-Fetch-Site": site})
        assert heading(home) == "My work"
        assert await entries_of(staff.world, who.id) == []
        for own, status in (("none", 403), ("same-origin", 403)):
            assert (await clerk.http.get("/ellenorzes", headers={"Sec-Fetch-Site": own})).status_code == status
        assert {each["outcome"] for each in await entries_of(staff.world, who.id)} == {"REFUSED"}


async def test_a_change_of_the_language_keeps_the_day_of_a_list_and_nothing_of_a_sign_in(staff: StaffPages) -> None:
    async with colleague(staff.url, "supervisor-1") as supervisor:
        page = await supervisor.get("/pult/naplo?nap=2026-11-30&other=1")
        assert 'href="/pult/naplo?nap=2026-11-30&amp;lang=hu"' in page.text
    async with visitor(staff.url) as somebody:
        refused = await somebody.get("/belepes/valasz?code=abc&state=xyz")
        assert 'href="/belepes/valasz?lang=hu"' in refused.text


async def test_over_https_cookies_have_the_prefix_of_their_host(world: World, staff: StaffPages) -> None:
    settings = world.settings.model_copy(
        update={"staff_url": "https://munka.example.hu", "staff_issuer": staff.issuer, "trusted_proxies": "none"}
    )
    site = staff_site_on(settings, world.engine)
    assert (site.cookies.session, site.cookies.form) == ("__Host-staff-session", "__Host-staff-form")
    async with serving(build(site), f"{LOOPBACK}:0", "staff_address", bare_page) as url, visitor(url) as somebody:
        answer = await somebody.get("/")
        assert answer.headers["strict-transport-security"] == "max-age=63072000"
        assert "__Host-staff-form=" in answer.headers["set-cookie"]
        assert "Secure" in answer.headers["set-cookie"]


async def test_while_the_provider_is_away_nobody_signs_in_and_everybody_works_on(world: World) -> None:
    """One page says so; who is signed in is not asked for anything."""
    (port,) = ReservedPorts(1).numbers
    issuer = f"http://{LOOPBACK}:{port}"
    settings = world.settings.model_copy(update={"staff_url": "http://127.0.0.1:8081", "staff_issuer": issuer})
    site = staff_site_on(settings, world.engine)
    async with serving(build(site), f"{LOOPBACK}:0", "staff_address", bare_page) as url, visitor(url) as somebody:
        answer = await somebody.get("/")
        assert (answer.status_code, heading(answer)) == (503, "The sign-in service does not answer")
        assert answer.headers["retry-after"] == "5"
        token = await site.sessions.open(Principal("operator-1", frozenset({Role.OPERATOR})))
        somebody.http.cookies.set(STAFF_SESSION, token, domain="127.0.0.1", path="/")
        assert heading(await somebody.get("/")) == "My work"
        left = await somebody.post("/kilepes", at="/")
        assert left.headers["location"] == "/kilepve/itt"


async def test_no_address_has_a_personal_datum_or_a_secret_of_ours(staff: StaffPages) -> None:
    """The verifier and the nonce's row stay here; the state alone is not enough."""
    async with visitor(staff.url) as somebody:
        asked = (await somebody.post("/belepes", at="/")).headers["location"]
        for name in (FORM, "ugyfelkapu-staff-sign-in"):
            assert somebody.http.cookies[name] not in asked
        assert "verifier" not in asked
