"""Every page of the site for staff, in every state that looks different, and of the embedded provider's."""

from collections.abc import Mapping
from typing import Final

from starter.gateway import OperationsGateway
from starter.pages.forms import OWNER_FIELD
from tests.support.audit_states import AUDIT_STATES
from tests.support.browsing import Person
from tests.support.operations_states import OPERATIONS_STATES
from tests.support.page_states import PageState, Way
from tests.support.site import RunningSite
from tests.support.staff_browsing import choose, sign_in

_ENDS_EVERY_SESSION: Final = "delete from staff_sessions"


def _at(path: str) -> Way:
    async def open_it(person: Person, _site: RunningSite) -> None:
        await person.open(path)

    return open_it


def _signed_in(who: str) -> Way:
    async def go_there(person: Person, _site: RunningSite) -> None:
        await sign_in(person, who)

    return go_there


async def _at_the_provider(person: Person, _site: RunningSite) -> None:
    await person.open("/")
    await person.press("Sign in at my organisation")


async def _signed_out(person: Person, _site: RunningSite) -> None:
    await sign_in(person, "clerk-1")
    await person.press("Sign out")


async def _ended_session(person: Person, site: RunningSite) -> None:
    await sign_in(person, "clerk-1")
    await site.world.sql(_ENDS_EVERY_SESSION)
    await person.open("/")


async def _late_search(person: Person, site: RunningSite) -> None:
    await sign_in(person, "clerk-1")
    await person.open("/pult")
    await person.fill({"User name": "keresett"})
    await site.world.sql(_ENDS_EVERY_SESSION)
    await person.press("Search")


async def _late_search_again(person: Person, site: RunningSite) -> None:
    await _late_search(person, site)
    await person.press("Sign in at my organisation")
    await choose(person, "clerk-1")


async def _form_of_another(person: Person, _site: RunningSite) -> None:
    """As if somebody else had signed in here since the form was opened."""
    await sign_in(person, "clerk-1")
    await person.open("/pult")
    await person.page.evaluate(f"document.getElementsByName('{OWNER_FIELD}').forEach(each => each.value = 'clerk-2')")
    await person.press("Search")


async def _disabled(person: Person, site: RunningSite) -> None:
    operations = OperationsGateway(site.world.engine, "operator-9")
    await sign_in(person, "operator-2")
    await operations.disable_staff("operator-2")
    try:
        await person.open("/")
    finally:
        await operations.enable_staff("operator-2")


STAFF_STATES: Final[Mapping[str, PageState]] = {
    "staff-sign-in": PageState("Sign in", _at("/")),
    "staff-sign-in-form-kept": PageState("Sign in", _late_search),
    "staff-search-again": PageState("Find a registration", _late_search_again),
    "staff-provider": PageState("Who are you?", _at_the_provider),
    "staff-home-clerk": PageState("My work", _signed_in("clerk-1")),
    "staff-home-supervisor": PageState("My work", _signed_in("supervisor-1")),
    "staff-home-operator": PageState("My work", _signed_in("operator-1")),
    "staff-signed-out": PageState("You have signed out", _signed_out),
    "staff-signed-out-here": PageState("You are signed out here alone", _at("/kilepve/itt")),
    "staff-session-ended": PageState("Sign in", _ended_session),
    "staff-sign-in-failed": PageState("Sign-in not completed", _at("/belepes/valasz")),
    "staff-form-of-another": PageState("This form is not yours", _form_of_another),
    "staff-disabled": PageState("May not act any more", _disabled),
    **AUDIT_STATES,
    **OPERATIONS_STATES,
    "staff-not-found": PageState("There is no such page", _at("/nincs-ilyen")),
}
