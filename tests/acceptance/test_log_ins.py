"""Log-ins on real servers: what their client sees of them, and the one letter about a browser that is new."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import asyncpg
import pytest

from registration.errors import RequestACode, WrongPassword
from registration.limits import Act
from registration.log_ins import BrowserFamily
from registration.statuses import Language, Status
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import EVIDENCE, PASSWORD
from starter.gateway import AccountGateway, ClientBrowser, LogInHistory, log_ins
from tests.support.api import Api
from tests.support.installation import eventually
from tests.support.servers import SharedServers
from tests.workflows.lives import bring, choosy_world, quiet, to_deadline

HERE: Final = ClientBrowser("H" * 24, "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0")
THERE: Final = ClientBrowser("T" * 24, "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15")
ELSEWHERE: Final = ClientBrowser("E" * 24, "Lynx/2.9.2")
ADDRESS: Final = "198.51.100.7"
A_MINUTE: Final = timedelta(minutes=1)
NETWORK: Final = "198.51.*.*"
NEW_BROWSER: Final = "Új böngészőből léptek be az Ön Ügyfélkapujába"


class Clock:
    """The clock of log-ins: passes of reconciliation send a notice that is 30 seconds old."""

    def __init__(self) -> None:
        """A minute behind."""
        self.ahead = -A_MINUTE

    def now(self) -> datetime:
        """The moment."""
        return datetime.now(UTC) + self.ahead


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(log_ins, "now", found.now)
    return found


async def log_in(world: World, filled: dict[str, Any], browser: ClientBrowser | None) -> None:
    """Right away, whatever was done before."""
    await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=ADDRESS, browser=browser)


async def known_account(world: World, **changes: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401  any field of the form
    """An active account that knows a browser, and whose letters have all arrived."""
    registration_id, filled = await world.active(**changes)
    await log_in(world, filled, HERE)
    await quiet(world, registration_id)
    return registration_id, filled


def notices(world: World, address: str) -> list[str]:
    """The letters about new browsers that an address has received, as text."""
    letters = [letter for letter in world.letters(address) if letter["Subject"] == NEW_BROWSER]
    return [" ".join(letter.get_body(("plain",)).get_content().split()) for letter in letters]  # type: ignore[union-attr]


async def states(world: World, registration_id: str) -> list[bool]:
    """Of each notice, whether it is settled."""
    rows = await world.sql("select settled_at from log_in_notices where registration_id = $1", registration_id)
    return [row["settled_at"] is not None for row in rows]


async def settled(world: World, registration_id: str) -> None:
    """Has a pass of reconciliation look at all notices, unless one of the schedule's has just begun to."""

    async def is_settled() -> bool:
        return all(await states(world, registration_id))

    await world.operations.reconcile()
    await eventually(is_settled, within_seconds=SOON_SECONDS)


async def test_a_password_that_is_replaced_while_it_is_compared_lets_nobody_in(world: World) -> None:
    """The log-in would be in no history, for it is noted with the password in force."""
    registration_id, filled = await known_account(world)
    before = await LogInHistory(world.engine).latest(registration_id)
    letters = len(world.letters(filled["email"]))
    await world.request_code(filled)
    code = await world.code(filled["email"], letters + 1)
    with pytest.raises(WrongPassword):
        await world.citizen.authenticate(filled["user_name"], "nem ez a jelszó", client_address=ADDRESS)
    connection = await asyncpg.connect(world.addresses.database)

    async def waits() -> bool:
        waiting = "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        return bool(await world.sql(waiting))

    async def is_replaced() -> bool:
        replaced = "select from credentials where registration_id = $1 and state = 'REPLACED'"
        return bool(await world.sql(replaced, registration_id))

    try:
        async with connection.transaction():
            await connection.execute("select from attempts where limit_name like $1 for update", f"{Act.LOG_IN} %")
            comparing = asyncio.create_task(log_in(world, filled, ELSEWHERE))
            await eventually(waits, within_seconds=SOON_SECONDS)
            setting = asyncio.create_task(world.redeem(filled, code))
            await eventually(is_replaced, within_seconds=SOON_SECONDS)
        with pytest.raises(WrongPassword):
            await comparing
        await setting
    finally:
        await connection.close()
    assert await LogInHistory(world.engine).latest(registration_id) == before


async def test_a_second_browser_leads_to_one_letter_and_a_third_on_the_same_day_to_none(world: World) -> None:
    """No event is recorded, and neither a known browser nor a portal leads to one."""
    registration_id, filled = await known_account(world)
    before = (await world.audit.describe(registration_id)).sequence
    for browser in (None, HERE):
        await log_in(world, filled, browser)
    assert await states(world, registration_id) == []
    await log_in(world, filled, THERE)
    assert len(await states(world, registration_id)) == 1
    await settled(world, registration_id)
    (letter,) = notices(world, filled["email"])
    assert "korábban nem használt (Safari)." in letter
    assert "/fiok/jelszo" in letter
    assert "198.51" not in letter
    for browser in (ELSEWHERE, THERE, None):
        await log_in(world, filled, browser)
    await settled(world, registration_id)
    assert len(notices(world, filled["email"])) == 1
    assert (await world.audit.describe(registration_id)).sequence == before


async def test_a_client_sees_the_last_log_ins_and_downloads_them(world: World) -> None:
    registration_id, filled = await known_account(world)
    for browser in (None, THERE, ELSEWHERE):
        await log_in(world, filled, browser)
    with pytest.raises(WrongPassword):
        await world.citizen.authenticate(filled["user_name"], "nem ez az", client_address=ADDRESS, browser=HERE)
    await world.citizen.confirm_password(registration_id, PASSWORD, client_address=ADDRESS)
    listed = await LogInHistory(world.engine).latest(registration_id)
    families = [BrowserFamily.OTHER, BrowserFamily.SAFARI, None, BrowserFamily.FIREFOX]
    assert [(each.network, each.browser) for each in listed] == [(NETWORK, family) for family in families]
    assert sorted(listed, key=lambda each: each.at, reverse=True) == listed
    data = await AccountGateway(world.engine).data(registration_id, Language.HU)
    assert [(line.at, line.network, line.browser) for line in data.log_ins] == [
        (each.at, each.network, each.browser) for each in listed
    ]


async def test_a_log_in_at_a_portal_is_listed_with_the_id_that_its_token_names(api: Api) -> None:
    registration_id, filled = await api.world.active()
    body = {"user_name": filled["user_name"], "password": PASSWORD, "client_address": ADDRESS}
    answer = await api.http.post("/v1/sessions", json=body, headers=api.bearer() | {"User-Agent": HERE.user_agent})
    assert answer.status_code == 200, answer.text
    (listed,) = await LogInHistory(api.world.engine).latest(registration_id)
    assert (listed.network, listed.browser, listed.portal) == (NETWORK, None, "portal-1")
    data = await AccountGateway(api.world.engine).data(registration_id, Language.HU)
    assert [line.portal for line in data.log_ins] == ["portal-1"]


async def test_a_status_that_lets_nobody_in_notes_nothing(world: World) -> None:
    registration_id, filled = await bring(world, Status.PASSWORD_EXPIRED)
    with pytest.raises(RequestACode):
        await log_in(world, filled, HERE)
    assert await LogInHistory(world.engine).latest(registration_id) == []


async def test_the_letter_goes_to_the_address_of_that_log_in(world: World) -> None:
    """Whoever has logged in cannot lead it to an address of their own."""
    registration_id, filled = await known_account(world)
    await log_in(world, filled, THERE)
    await world.desk.change_email(registration_id, f"uj.{filled['email']}", EVIDENCE)
    await quiet(world, registration_id)
    await settled(world, registration_id)
    assert len(notices(world, filled["email"])) == 1
    assert notices(world, f"uj.{filled['email']}") == []


async def test_a_notice_of_a_password_that_lets_in_no_more_is_dropped(world: World, clock: Clock) -> None:
    registration_id, filled = await known_account(world)
    clock.ahead = timedelta(hours=1)
    await log_in(world, filled, THERE)
    await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
    await world.sql(
        "update log_in_notices set try_at = $2 where registration_id = $1",
        registration_id,
        datetime.now(UTC) - A_MINUTE,
    )
    await settled(world, registration_id)
    assert notices(world, filled["email"]) == []


async def test_a_letter_that_was_sent_but_not_noted_is_not_sent_again(world: World) -> None:
    registration_id, filled = await known_account(world)
    await world.sql("create function fail() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$")
    await world.sql(
        "create trigger fail before update of settled_at on log_in_notices for each row execute function fail()"
    )
    try:
        await log_in(world, filled, THERE)
        passing = asyncio.create_task(world.operations.reconcile())

        async def has_arrived() -> bool:
            return notices(world, filled["email"]) != []

        await eventually(has_arrived, within_seconds=SOON_SECONDS)
    finally:
        await world.sql("drop trigger fail on log_in_notices")
        await world.sql("drop function fail")
    await passing
    await settled(world, registration_id)
    assert len(notices(world, filled["email"])) == 1


async def test_what_is_older_than_180_days_is_forgotten(world: World, clock: Clock) -> None:
    registration_id, filled = await known_account(world)
    clock.ahead = timedelta(days=180)
    history = LogInHistory(world.engine)
    await history.forget_old()
    assert await history.latest(registration_id) == []
    await log_in(world, filled, THERE)
    assert await states(world, registration_id) == [], "the first browser that the account knows"


async def test_a_mail_server_that_is_away_or_refuses_holds_nothing_up(shared: SharedServers) -> None:
    """A later pass tries again what was not taken; what is refused for good is settled."""
    async with choosy_world(shared) as (world, inbox):
        away, filled = await known_account(world)
        refused, other = await known_account(world)
        await world.desk.change_email(refused, f"refused.{other['email']}", EVIDENCE)
        await quiet(world, refused)
        inbox.stop()
        await log_in(world, filled, THERE)
        await log_in(world, other, THERE)
        await world.operations.reconcile()
        assert await states(world, away) == await states(world, refused) == [False]
        inbox.start()
        await world.operations.reconcile()
        assert notices(world, filled["email"]) == [], "not before its time"
        await world.sql("update log_in_notices set try_at = due_at")
        await settled(world, away)
        await settled(world, refused)
        assert len(notices(world, filled["email"])) == 1
        assert notices(world, other["email"]) == notices(world, f"refused.{other['email']}") == []
