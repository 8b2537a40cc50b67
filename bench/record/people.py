"""Made-up people, each with data of their own, so that search indexes find as few as they do in real life."""

from datetime import date, timedelta
from typing import Final

from registration.statuses import Language
from store.rows import Person

_FAMILY: Final = ("Nagy", "Kovács", "Tóth", "Szabó", "Horváth", "Varga", "Kiss", "Molnár", "Németh", "Farkas", "Balogh")
_GIVEN: Final = ("Anna", "Béla", "Csilla", "Dénes", "Eszter", "Ferenc", "Gizella", "Hunor", "Ilona", "János", "Katalin")
_PLACES: Final = ("Budapest", "Debrecen", "Szeged", "Miskolc", "Pécs", "Győr", "Nyíregyháza")
_OLDEST: Final = date(1930, 1, 1)
_DAYS_OF_BIRTH: Final = 28_000

_TWICE: Final = 50
"""One in so many persons has two registrations."""
_SHARED: Final = 25
"""One in so many e-mail addresses belongs to two."""


def person(number: int) -> Person:
    """The person of the registration with a number, whose user name nobody else has."""
    same = number - 1 if number % _TWICE == 1 else number
    names = _digits(same // _DAYS_OF_BIRTH * 7 + same, len(_FAMILY), len(_GIVEN), len(_FAMILY), len(_GIVEN))
    family, given, mothers_family, mothers_given = names
    return Person(
        user_name=user_name(number),
        family_name=_FAMILY[family],
        given_name=_GIVEN[given],
        birth_name=f"{_FAMILY[family]} {_GIVEN[given]}",
        birth_place=_PLACES[same % len(_PLACES)],
        birth_date=_OLDEST + timedelta(days=same % _DAYS_OF_BIRTH),
        mothers_birth_name=f"{_FAMILY[mothers_family]} {_GIVEN[mothers_given]}",
        language=Language.HU,
    )


def user_name(number: int) -> str:
    """What the person logs in with."""
    return f"bench.{number}"


def address(number: int) -> str:
    """The e-mail address."""
    same = number - 1 if number % _SHARED == 1 else number
    return f"bench{same}@example.org"


def _digits(number: int, *bases: int) -> list[int]:
    digits = []
    for base in bases:
        number, digit = divmod(number, base)
        digits.append(digit)
    return digits
