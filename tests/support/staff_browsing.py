"""Signing in at the embedded provider, in a browser."""

from starter.dev.sample_staff import SAMPLE_STAFF
from tests.support.browsing import Person


async def choose(person: Person, who: str) -> None:
    """Chooses one of the sample staff on the provider's page."""
    (sample,) = (each for each in SAMPLE_STAFF if each.id == who)
    await person.press(f"{person.words(sample.name)} ({who})")


async def sign_in(person: Person, who: str) -> None:
    """Signs in as one of the sample staff."""
    await person.open("/")
    await person.press("Sign in at my organisation")
    await choose(person, who)
