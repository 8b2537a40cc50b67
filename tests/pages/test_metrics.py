"""What operators count of the pages, on an address of their own: routes and outcomes, nothing that was typed."""

import re
from typing import Final

import httpx

from settings.metrics import CLOCK_DIFFERENCE
from starter.dev.installation import World
from starter.dev.ports import LOOPBACK, free_ports
from starter.dev.samples import PASSWORD
from tests.support.page_states import ANOTHER_PASSWORD
from tests.support.pages import pages_on
from tests.support.site import TRUSTED_PROXIES
from tests.support.visitors import visitor

SECRET: Final = "szigoruan-titkos"
_REQUEST: Final = re.compile(
    r'^ugyfelkapu_http_requests_total\{operation="(.+)",status="(\d+)"\} ([\d.]+)$', re.MULTILINE
)
_LOG_IN: Final = re.compile(r'^ugyfelkapu_log_ins_total\{outcome="(.+)"\} ([\d.]+)$', re.MULTILINE)


async def test_requests_are_counted_by_route_and_log_ins_by_outcome(world: World) -> None:
    """One who awaits a code, one who mistypes twice, one who logs in and changes the password: two sessions."""
    _, filled = await world.active()
    _, waiting, _ = await world.registered()
    [port] = free_ports(1)
    async with (
        pages_on(world, admin_address=f"{LOOPBACK}:{port}", trusted_proxies=TRUSTED_PROXIES) as http,
        visitor(str(http.base_url)) as somebody,
    ):
        await somebody.get(f"/kod/jelszo/kesz/{SECRET}?user_name={SECRET}")
        await somebody.get(f"/{SECRET}")
        await somebody.log_in(SECRET)
        await somebody.log_in(filled["user_name"], SECRET)
        await somebody.log_in(waiting["user_name"])
        await somebody.log_in(filled["user_name"])
        changed = {"present_password": PASSWORD, "password": ANOTHER_PASSWORD}
        assert (await somebody.post("/fiok/jelszo", changed)).status_code == 303
        async with httpx.AsyncClient() as operator:
            answer = await operator.get(f"http://{LOOPBACK}:{port}/metrics")
            health = [await operator.get(f"http://{LOOPBACK}:{port}{path}") for path in ("/livez", "/readyz")]
        assert (await somebody.get("/metrics")).status_code == 404, "it is for operators alone"
    assert [each.status_code for each in health] == [200, 200]
    assert answer.headers["content-type"].startswith("text/plain")
    text = answer.text
    requests = {(operation, status): float(count) for operation, status, count in _REQUEST.findall(text)}
    assert requests == {
        ("GET /kod/jelszo/kesz/{key}", "303"): 1,
        ("unmatched", "404"): 1,
        ("GET /", "200"): 4,
        ("POST /", "422"): 3,
        ("POST /", "303"): 1,
        ("GET /fiok/jelszo", "200"): 1,
        ("POST /fiok/jelszo", "303"): 1,
    }
    assert {outcome: float(count) for outcome, count in _LOG_IN.findall(text)} == {"wrong-password": 3, "succeeded": 1}
    assert re.search(r"^ugyfelkapu_sessions_opened_total 2.0$", text, re.MULTILINE)
    assert f"\n{CLOCK_DIFFERENCE.name} " in text
    assert SECRET not in text
    assert filled["user_name"] not in text


async def test_without_an_address_nothing_listens_for_it(world: World) -> None:
    async with pages_on(world) as http:
        assert (await http.get("/metrics")).status_code == 404
