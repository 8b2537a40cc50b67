"""Files of accounts for tests, and the command that takes them over."""

import csv
from collections.abc import Iterable
from pathlib import Path

from argon2 import PasswordHasher

from registration.accounts import ACCOUNT_COLUMNS
from starter.dev.installation import World
from starter.dev.keys import development_keys

OLD_PASSWORD = "lètmein"
ARGON2 = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(OLD_PASSWORD)


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
        "TEMPORAL_NAMESPACE": world.client.namespace,
        "UGYFELKAPU_OPERATOR": "operator-1",
        "UGYFELKAPU_LANG": "en",
    }
