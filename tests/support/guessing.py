"""Guessing passwords and codes."""

from typing import Final

import pytest

from registration import errors
from starter.dev.installation import World

WRONG: Final = "nem ez a jelszó"
WRONG_CODE: Final = "0000-0000-0000-0000"


async def wrong_passwords(world: World, name: str, address: str, number: int) -> None:
    """So many wrong ones, one after the other, each refused as wrong."""
    for _ in range(number):
        with pytest.raises(errors.WrongPassword):
            await world.citizen.authenticate(name, WRONG, client_address=address)
