"""Every page of the site, in every state that looks different, and the way there: one list for axe and for pictures."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.async_api import Route

from registration.policy import Policy
from registration.statuses import Status
from starter.dev.samples import CLIENT_ADDRESS, PASSWORD
from starter.dev.samples import form as sample
from starter.gateway import BrowserSessions, CitizenGateway, ClientBrowser
from tests.support.browsing import WAIT_SECONDS, Person
from tests.support.site import RunningSite

Way = Callable[[Person, RunningSite], Awaitable[Any]]
"""Leads a person who has just come to a page."""


@dataclass(frozen=True)
class PageState:
    """A page under its heading (a message id), and the way there; `is_refused` where it shows what is wrong."""

    heading: str
    way: Way
    is_refused: bool = False

    async def reach(self, person: Person, site: RunningSite) -> None:
        """Goes there. AssertionError where that ends at another page."""
        await self.way(person, site)
        assert await person.heading() == person.words(self.heading), await person.text()
        if self.is_refused:
            assert await person.errors()


ANOTHER_PASSWORD: Final = "Még titkosabb 2"
WRONG_CODE: Final = "AAAA-AAAA-AAAA-AAAA"


def _at(path: str) -> Way:
    async def open_it(person: Person, _site: RunningSite) -> None:
        await person.open(path)

    return open_it


async def log_in(person: Person, user_name: str, password: str = PASSWORD) -> None:
    """Logs in at the log-in page."""
    await person.open("/")
    await person.fill({"User name": user_name, "Password": password})
    await person.press("Log in")


async def logged_in(person: Person, site: RunningSite) -> tuple[str, dict[str, Any]]:
    """An active account whose owner has logged in: its id and form."""
    registration_id, filled = await site.world.active()
    await log_in(person, filled["user_name"])
    return registration_id, filled


def _in_the_account(path: str) -> Way:
    async def open_it(person: Person, site: RunningSite) -> None:
        await logged_in(person, site)
        await person.open(path)

    return open_it


async def _wrong_log_in(person: Person, site: RunningSite) -> None:
    await log_in(person, "nobody.at.all", "wrong password")


async def _temporary_account(person: Person, site: RunningSite) -> None:
    _, filled = await site.world.temporary()
    await log_in(person, filled["user_name"])


async def _account_with_log_ins(person: Person, site: RunningSite) -> None:
    """Through a portal, by a browser that is none of the well-known ones, and over IPv6."""
    _, filled = await site.world.active()
    portal = CitizenGateway(site.world.engine, "portal-1")
    await portal.authenticate(filled["user_name"], PASSWORD, client_address="192.0.2.7")
    browsers = {"192.0.2.7": None, "2001:db8::7": ClientBrowser("P" * 24, "Lynx/2.9.2")}
    for address, browser in browsers.items():
        await site.world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=address, browser=browser)
    await log_in(person, filled["user_name"])


async def _expired_log_in(person: Person, site: RunningSite) -> None:
    registration_id, filled = await site.world.active()
    await site.world.forward(registration_id, timedelta(days=2 * 366))
    await site.world.until(registration_id, Status.PASSWORD_EXPIRED)
    await log_in(person, filled["user_name"])


async def _inactive(site: RunningSite) -> dict[str, Any]:
    registration_id, filled = await site.world.active()
    await site.world.forward(registration_id, timedelta(days=2 * 366))
    await site.world.until(registration_id, Status.PASSWORD_EXPIRED)
    await site.world.forward(registration_id, timedelta(days=61))
    await site.world.until(registration_id, Status.INACTIVE)
    return filled


async def _inactive_log_in(person: Person, site: RunningSite) -> None:
    await log_in(person, (await _inactive(site))["user_name"])


async def _ended_session(person: Person, site: RunningSite) -> None:
    registration_id, _ = await logged_in(person, site)
    await site.world.sql("delete from sessions where registration_id = $1", registration_id)
    await person.open("/fiok")


async def late_email(person: Person, site: RunningSite, fresh: str) -> dict[str, Any]:
    """A client whose session ends while they type another address, at the log-in page; their form."""
    registration_id, filled = await logged_in(person, site)
    await person.open("/fiok/email")
    await person.fill({"New e-mail address": fresh, "Your password": PASSWORD})
    await site.world.sql("delete from sessions where registration_id = $1", registration_id)
    await person.press("Send the code")
    return filled


async def _late_email(person: Person, site: RunningSite) -> None:
    await late_email(person, site, sample()["email"])


async def _filled_in_again(person: Person, site: RunningSite) -> None:
    filled = await late_email(person, site, sample()["email"])
    await log_in(person, filled["user_name"])


async def lose_the_form_cookie(person: Person, site: RunningSite, fresh: str) -> None:
    """A client's browser loses the cookie of forms while they type another address; then they send it."""
    await logged_in(person, site)
    await person.open("/fiok/email")
    await person.fill({"New e-mail address": fresh, "Your password": PASSWORD})
    await person.page.context.clear_cookies(name="ugyfelkapu-form")
    await person.press("Send the code")


async def _lost_form_cookie(person: Person, site: RunningSite) -> None:
    await lose_the_form_cookie(person, site, sample()["email"])


async def logged_in_twice(person: Person, site: RunningSite) -> None:
    """A client at the account, with a session in another browser."""
    _, filled = await logged_in(person, site)
    session = await site.world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=CLIENT_ADDRESS)
    await BrowserSessions(site.world.engine).open(session)
    await person.page.reload()


async def _warned(person: Person, site: RunningSite) -> None:
    """With scripts the dialog is open; without, the page says until when the session lasts."""
    await logged_in(person, site)
    await person.page.clock.install()
    await person.page.route("**/folytatas", _ends_soon)
    await person.open("/fiok/email")
    await person.page.clock.fast_forward("13:30")
    if person.version.scripts:
        await person.page.get_by_role("alertdialog").wait_for()


async def _ends_soon(route: Route) -> None:
    """The clock of the server is not moved: it is as if it were."""
    await route.fulfill(status=204, headers={"Session-Seconds-Left": "90"})


def _without_its_cookie(path: str, fields: Mapping[str, str], button: str) -> Way:
    """A form that is sent once the browser has lost its cookie."""

    async def send(person: Person, _site: RunningSite) -> None:
        await person.open(path)
        await person.fill(dict(fields))
        await person.page.context.clear_cookies()
        await person.press(button)

    return send


async def _logged_out_in_another_tab(person: Person, site: RunningSite) -> None:
    await logged_in(person, site)
    await person.open("/fiok/nyelv")
    other = replace(person, page=await person.page.context.new_page())
    await other.open("/fiok")
    await other.press("Log out")
    await person.press("Change the language")


async def _late_language(person: Person, site: RunningSite) -> None:
    registration_id, filled = await logged_in(person, site)
    await person.open("/fiok/nyelv")
    await person.page.get_by_label("English", exact=True).check()
    await site.world.sql("delete from sessions where registration_id = $1", registration_id)
    await person.press("Change the language")
    await log_in(person, filled["user_name"])


async def _stale_form(person: Person, _site: RunningSite) -> None:
    await begin_registration(person, sample())
    await person.page.context.clear_cookies()
    await person.press("Send in the registration")


STEPS: Final[tuple[tuple[str, ...], ...]] = (
    ("user_name",),
    ("email",),
    ("family_name", "given_name", "birth_name"),
    ("birth_place", "birth_date", "mothers_birth_name"),
)
_LABELS: Final = {
    "user_name": "User name",
    "email": "E-mail address",
    "family_name": "Family name",
    "given_name": "Given names",
    "birth_name": "Name at birth",
    "birth_place": "Place of birth",
    "mothers_birth_name": "Mother’s name at birth",
}


async def begin_registration(person: Person, filled: Mapping[str, str], steps: int = len(STEPS)) -> None:
    """Fills in the first `steps` pages of the form, and leads to the next one or to the check."""
    await person.open("/regisztracio")
    await person.follow("Begin the form")
    for names in STEPS[:steps]:
        await answer_step(person, filled, names)
        assert not await person.page.get_by_role("alert").count(), await person.text()


async def answer_step(person: Person, filled: Mapping[str, str], names: tuple[str, ...]) -> None:
    """Answers the questions of the page that is open, one of `STEPS`."""
    await person.fill({_LABELS[name]: filled[name] for name in names if name in _LABELS})
    if "birth_date" in names:
        parts = [part.lstrip("0") for part in filled["birth_date"].split("-")]
        await person.fill(dict(zip(("Year", "Month", "Day"), parts, strict=True)))
    await person.press("Continue")


def _registration_step(number: int) -> Way:
    async def open_it(person: Person, _site: RunningSite) -> None:
        await begin_registration(person, sample(), number)

    return open_it


def _refused_registration_step(number: int) -> Way:
    async def open_it(person: Person, _site: RunningSite) -> None:
        await begin_registration(person, sample(), number)
        await person.fill({_LABELS[name]: "" for name in STEPS[number] if name in _LABELS})
        await person.press("Continue")

    return open_it


async def let_draft_idle(person: Person, site: RunningSite) -> None:
    """Lets 16 minutes pass for the draft of this browser: it was last used before them."""
    (cookie,) = [each["value"] for each in await person.page.context.cookies() if each["name"].endswith("form")]
    drafts = site.world.engine.drafts
    draft = await drafts.find(cookie)
    assert draft
    used = replace(draft, used_at=draft.used_at - timedelta(minutes=16))
    await drafts.use(cookie, used, draft.saved_at + timedelta(hours=24))


async def _locked_draft(person: Person, site: RunningSite) -> None:
    await begin_registration(person, sample(), 2)
    await let_draft_idle(person, site)
    await person.open("/regisztracio/nev")


async def _wrong_address_of_a_draft(person: Person, site: RunningSite) -> None:
    await _locked_draft(person, site)
    await person.fill({"E-mail address": sample()["email"]})
    await person.press("Continue")


async def _registered(person: Person, _site: RunningSite) -> None:
    await begin_registration(person, sample())
    await person.press("Send in the registration")


async def until_mailed(person: Person, email: str) -> None:
    """Loads the page of a sent registration again until its code is on record; then its address can be corrected."""
    not_yet = person.counted(
        "It is in a letter to {address}, and valid for {count} day.",
        "It is in a letter to {address}, and valid for {count} days.",
        Policy().activation_days,
        address=email,
    )
    async with asyncio.timeout(WAIT_SECONDS):
        while await person.page.get_by_text(not_yet).count():
            await asyncio.sleep(0.2)
            await person.page.reload()


async def registered_with_a_typing_error(person: Person) -> dict[str, Any]:
    """Sends in a form, and comes to the page where its address is corrected; the form, with the `right` one."""
    filled = sample()
    await begin_registration(person, filled)
    await person.press("Send in the registration")
    await until_mailed(person, filled["email"])
    await person.follow("Wrong address?")
    return {**filled, "right": f"jo.{filled['email']}"}


async def correct_email(person: Person, email: str) -> None:
    """Sends the right address from the page that asks for it."""
    await person.fill({"E-mail address": email})
    await person.press("Send a new code")


async def _correct_email(person: Person, _site: RunningSite) -> None:
    await registered_with_a_typing_error(person)


async def _correct_email_at_a_shared_computer(person: Person, site: RunningSite) -> None:
    await registered_with_a_typing_error(person)
    await let_draft_idle(person, site)
    await person.page.reload()


async def _refused_correction(person: Person, site: RunningSite) -> None:
    await _correct_email_at_a_shared_computer(person, site)
    await person.fill({"User name": "nobody.at.all"})
    await correct_email(person, "jo@example.org")


async def _corrected(person: Person, _site: RunningSite) -> None:
    filled = await registered_with_a_typing_error(person)
    await correct_email(person, filled["right"])


async def _corrected_three_times(person: Person, _site: RunningSite) -> None:
    filled = await registered_with_a_typing_error(person)
    for number in range(3):
        if number:
            await person.follow("Wrong address?")
        await correct_email(person, f"{number}.{filled['right']}")


async def _no_correction_left(person: Person, site: RunningSite) -> None:
    await _corrected_three_times(person, site)
    await person.open(f"{urlsplit(person.page.url).path}/email")


async def _code_was_entered(person: Person, site: RunningSite) -> None:
    filled = await registered_with_a_typing_error(person)
    result = urlsplit(person.page.url).path.removesuffix("/email")
    await redeem(person, filled["user_name"], await site.code(filled["email"]))
    await person.open(result)


async def _upload_without_a_file(person: Person, _site: RunningSite) -> None:
    await person.open("/regisztracio/alairas")
    await person.press("Upload the signed form")


async def redeem(person: Person, user_name: str, code: str, password: str = PASSWORD) -> None:
    """Enters a code and a new password."""
    await person.open("/kod/jelszo")
    await person.fill({"User name": user_name, "Code": code, "New password": password})
    await person.press("Set the password")


async def _wrong_code(person: Person, _site: RunningSite) -> None:
    await redeem(person, "nobody.at.all", WRONG_CODE)


async def _redeemed(person: Person, site: RunningSite) -> None:
    _, filled, code = await site.world.registered()
    await redeem(person, filled["user_name"], code)


async def request_code(person: Person, user_name: str, email: str) -> None:
    """Asks for a code at the page of a forgotten password."""
    await person.open("/elfelejtett-jelszo")
    await person.fill({"User name": user_name, "E-mail address": email})
    await person.press("Request a code")


async def _wrong_pair(person: Person, _site: RunningSite) -> None:
    await request_code(person, "nobody.at.all", "nobody@example.org")


async def _inactive_code(person: Person, site: RunningSite) -> None:
    filled = await _inactive(site)
    await request_code(person, filled["user_name"], filled["email"])


async def _code_sent(person: Person, site: RunningSite) -> None:
    _, filled = await site.world.active()
    await request_code(person, filled["user_name"], filled["email"])


async def _refused_password(person: Person, site: RunningSite) -> None:
    await logged_in(person, site)
    await person.open("/fiok/jelszo")
    await person.fill({"Present password": PASSWORD, "New password": "short"})
    await person.press("Change the password")


async def _changed_password(person: Person, site: RunningSite) -> None:
    await logged_in(person, site)
    await person.open("/fiok/jelszo")
    await person.fill({"Present password": PASSWORD, "New password": ANOTHER_PASSWORD})
    await person.press("Change the password")


async def _refused_email(person: Person, site: RunningSite) -> None:
    await logged_in(person, site)
    await person.open("/fiok/email")
    await person.fill({"New e-mail address": "none", "Your password": PASSWORD})
    await person.press("Send the code")


async def _email_code_sent(person: Person, site: RunningSite) -> dict[str, Any]:
    _, filled = await logged_in(person, site)
    filled = {**filled, "new_email": sample()["email"]}
    await person.open("/fiok/email")
    await person.fill({"New e-mail address": filled["new_email"], "Your password": PASSWORD})
    await person.press("Send the code")
    return filled


async def _pending_changes(person: Person, site: RunningSite) -> None:
    await _email_code_sent(person, site)
    await person.open("/fiok/megszuntetes")
    await person.fill({"Your password": PASSWORD})
    await person.press("Send the code")
    await person.follow("To my account")


async def _changed_email(person: Person, site: RunningSite) -> None:
    filled = await _email_code_sent(person, site)
    code = await site.world.code(filled["new_email"])
    await person.open("/kod/uj-cim")
    await person.fill({"User name": filled["user_name"], "Code": code})
    await person.press("Confirm the address")


async def _refused_language(person: Person, site: RunningSite) -> None:
    await logged_in(person, site)
    await person.open("/fiok/nyelv")
    await person.press("Change the language")


async def _changed_language(person: Person, site: RunningSite) -> None:
    await logged_in(person, site)
    await person.open("/fiok/nyelv")
    await person.page.get_by_label("English", exact=True).check()
    await person.press("Change the language")


async def _refused_closing(person: Person, site: RunningSite) -> None:
    await logged_in(person, site)
    await person.open("/fiok/megszuntetes")
    await person.fill({"Your password": "wrong password"})
    await person.press("Send the code")


async def _closing_code_sent(person: Person, site: RunningSite) -> dict[str, Any]:
    _, filled = await logged_in(person, site)
    await person.open("/fiok/megszuntetes")
    await person.fill({"Your password": PASSWORD})
    await person.press("Send the code")
    return filled


async def _closed(person: Person, site: RunningSite) -> None:
    filled = await _closing_code_sent(person, site)
    code = await site.code(filled["email"], 2)
    await person.open("/kod/megszuntetes")
    await person.fill({"User name": filled["user_name"], "Code": code})
    await person.press("Close the account")


async def _too_many_attempts(person: Person, site: RunningSite) -> None:
    _, filled = await site.world.active()
    for _ in range(_LOG_INS_IN_FIVE_MINUTES + 1):
        await log_in(person, filled["user_name"], "wrong password")


_LOG_INS_IN_FIVE_MINUTES: Final = 10
"""Of one address at one account (registration/limits.py)."""

STATES: Final[Mapping[str, PageState]] = {
    "log-in": PageState("Log in", _at("/")),
    "log-in-wrong": PageState("Log in", _wrong_log_in, is_refused=True),
    "log-in-expired": PageState("Password expired", _expired_log_in),
    "log-in-inactive": PageState("Registration inactive", _inactive_log_in),
    "log-in-too-many": PageState("Log in", _too_many_attempts, is_refused=True),
    "log-in-session-ended": PageState("Log in", _ended_session),
    "log-in-form-kept": PageState("Log in", _late_email),
    "log-in-cookie-lost": PageState(
        "Log in", _without_its_cookie("/", {"User name": "nobody.at.all", "Password": PASSWORD}, "Log in")
    ),
    "log-in-to-go-on": PageState("Log in", _logged_out_in_another_tab),
    "register": PageState("Register", _at("/regisztracio")),
    "register-1": PageState("Choose a user name", _registration_step(0)),
    "register-1-refused": PageState("Choose a user name", _refused_registration_step(0), is_refused=True),
    "register-2": PageState("Your e-mail address", _registration_step(1)),
    "register-2-refused": PageState("Your e-mail address", _refused_registration_step(1), is_refused=True),
    "register-3": PageState("Your name", _registration_step(2)),
    "register-3-refused": PageState("Your name", _refused_registration_step(2), is_refused=True),
    "register-4": PageState("Your birth", _registration_step(3)),
    "register-4-refused": PageState("Your birth", _refused_registration_step(3), is_refused=True),
    "register-check": PageState("Check your answers", _registration_step(4)),
    "register-signed": PageState("Register with an e-signature", _at("/regisztracio/alairas")),
    "register-signed-refused": PageState("Register with an e-signature", _upload_without_a_file, is_refused=True),
    "register-continue": PageState("Continue the form", _locked_draft),
    "register-continue-refused": PageState("Continue the form", _wrong_address_of_a_draft, is_refused=True),
    "registered": PageState("We have sent you a code", _registered),
    "registered-corrected": PageState("We have sent you a code", _corrected),
    "registered-corrected-3": PageState("We have sent you a code", _corrected_three_times),
    "registered-code-entered": PageState("The code is no longer needed", _code_was_entered),
    "correct-email": PageState("Correct the e-mail address", _correct_email),
    "correct-email-shared": PageState("Correct the e-mail address", _correct_email_at_a_shared_computer),
    "correct-email-refused": PageState("Correct the e-mail address", _refused_correction, is_refused=True),
    "correct-email-over": PageState("The e-mail address cannot be corrected here", _no_correction_left),
    "code": PageState("Enter the code and choose a password", _at("/kod/jelszo")),
    "code-wrong": PageState("Enter the code and choose a password", _wrong_code, is_refused=True),
    "code-cookie-lost": PageState(
        "Enter the code and choose a password",
        _without_its_cookie("/kod/jelszo", {"User name": "nobody.at.all", "Code": WRONG_CODE}, "Set the password"),
    ),
    "code-redeemed": PageState("Your password is set", _redeemed),
    "code-new-email": PageState("Confirm your new e-mail address", _at("/kod/uj-cim")),
    "code-closure": PageState("Close your account", _at("/kod/megszuntetes")),
    "forgotten-password": PageState("Forgotten password", _at("/elfelejtett-jelszo")),
    "forgotten-password-wrong": PageState("Forgotten password", _wrong_pair, is_refused=True),
    "forgotten-password-inactive": PageState("Registration inactive", _inactive_code),
    "forgotten-password-code-sent": PageState("We have sent you a code", _code_sent),
    "account": PageState("My account", logged_in),
    "account-log-ins": PageState("My account", _account_with_log_ins),
    "account-two-sessions": PageState("My account", logged_in_twice),
    "account-temporary": PageState("My account", _temporary_account),
    "account-pending-changes": PageState("My account", _pending_changes),
    "account-life": PageState("What happened to my account", _in_the_account("/fiok/elet")),
    "account-looks": PageState("Who looked at my data", _in_the_account("/fiok/betekintesek")),
    "account-data": PageState("Download my data", _in_the_account("/fiok/adataim")),
    "password": PageState("Change the password", _in_the_account("/fiok/jelszo")),
    "password-refused": PageState("Change the password", _refused_password, is_refused=True),
    "password-changed": PageState("Your password is changed", _changed_password),
    "email": PageState("Change the e-mail address", _in_the_account("/fiok/email")),
    "email-filled-in-again": PageState("Change the e-mail address", _filled_in_again),
    "email-cookie-lost": PageState("Change the e-mail address", _lost_form_cookie),
    "email-session-ends-soon": PageState("Change the e-mail address", _warned),
    "email-refused": PageState("Change the e-mail address", _refused_email, is_refused=True),
    "email-code-sent": PageState("We have sent a code to the new address", _email_code_sent),
    "email-changed": PageState("Your e-mail address is changed", _changed_email),
    "language": PageState("Change the language of our letters", _in_the_account("/fiok/nyelv")),
    "language-chosen-again": PageState("Change the language of our letters", _late_language),
    "language-refused": PageState("Change the language of our letters", _refused_language, is_refused=True),
    "language-changed": PageState("The language of our letters is changed", _changed_language),
    "closing": PageState("Close the account", _in_the_account("/fiok/megszuntetes")),
    "closing-refused": PageState("Close the account", _refused_closing, is_refused=True),
    "closing-code-sent": PageState("We have sent you a code", _closing_code_sent),
    "closed": PageState("Your account is closed", _closed),
    "help": PageState("Help", _at("/segitseg")),
    "registration-bodies": PageState("Registration bodies", _at("/hivatalok")),
    "privacy": PageState("Privacy", _at("/adatvedelem")),
    "accessibility": PageState("Accessibility statement", _at("/akadalymentesseg")),
    "not-found": PageState("There is no such page", _at("/nincs-ilyen")),
    "stale-form": PageState("This page was open for too long", _stale_form),
}
