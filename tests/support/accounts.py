"""Files of accounts for tests, and the command that takes them over."""

import csv
import itertools
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher

from registration.accounts import ACCOUNT_COLUMNS
from registration.names import NAMESPACE
from starter.dev.keys import development_keys
from tests.support.world import World

SOURCE = "old-portal"
OLD_PASSWORD = "lètmein"
PBKDF2 = "pbkdf2_sha256$10000$seasalt$CWWFdHOWwPnki7HvkcqN9iA2T3KLW1cf2uZ5kvArtVY="
ARGON2 = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(OLD_PASSWORD)

_numbers = itertools.count(1)


def account(**changes: str) -> dict[str, str]:
    """A line of an active account, verified, with a user name of its own."""
    number = next(_numbers)
    return {
        "user_name": f"regi.fiok{number}",
        "email": f"regi.fiok{number}@example.org",
        "family_name": "Átvett",
        "given_name": "Elek",
        "birth_name": "Átvett Elek",
        "birth_place": "Győr",
        "birth_date": "1980-02-29",
        "mothers_birth_name": "Minta Éva",
        "language": "",
        "channel": "IN_PERSON",
        "status": "ACTIVE",
        "identity_verified": "true",
        "password_valid_until": day(400),
        "password_hash": PBKDF2,
    } | changes


def day(ahead: int) -> str:
    """A day so many days from today, as the file tells it."""
    return f"{datetime.now(UTC) + timedelta(days=ahead):%Y-%m-%d}"


def write(path: Path, lines: Iterable[dict[str, str]]) -> Path:
    """The file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ACCOUNT_COLUMNS)
        writer.writeheader()
        writer.writerows(lines)
    return path


def variables_of(world: World) -> dict[str, str]:
    """What a command needs in its environment to work on this installation."""
    settings = development_keys(world.folder) | {"database_url": world.addresses.database, "smtp_url": "smtp://unused"}
    return {f"UGYFELKAPU_{name.upper()}": text for name, text in settings.items()} | {
        "TEMPORAL_ADDRESS": world.addresses.temporal,
        "TEMPORAL_NAMESPACE": NAMESPACE,
        "UGYFELKAPU_OPERATOR": "operator-1",
        "UGYFELKAPU_LANG": "en",
    }
