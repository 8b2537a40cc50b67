"""A decoy to compare requests with that name an unknown user name: the same work, so that timing reveals nothing."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

from registration.statuses import Language
from store.documents import dump
from store.rows import Person
from store.sealing import KeyRing, part, seal

_ID: Final = "decoy"
_PERSON: Final = Person(
    user_name="senki.sincs.itt",
    family_name="Vezetéknév",
    given_name="Utónév",
    birth_name="Születési Név",
    birth_place="Hódmezővásárhely",
    birth_date=date(1970, 1, 1),
    mothers_birth_name="Anyja Születési Neve",
    language=Language.HU,
)
"""As long as most people's."""

_HASH: Final = b"$" * 97
"""As long as ours."""


@dataclass(frozen=True)
class Decoy:
    """Rows as the queries `find_contact`, `find_password`, `find_code` return them; none of their values is shown."""

    contact: Mapping[str, Any]
    password: Mapping[str, Any]
    code: Mapping[str, Any]

    @classmethod
    def sealed_with(cls, keys: KeyRing) -> Self:
        """A decoy under the keys in use."""
        key, wrapped = keys.new_key(_ID)
        opened_with = {"master_key_id": wrapped.master_key_id, "wrapped": wrapped.wrapped}
        contact = {
            **opened_with,
            "id": _ID,
            "person": seal(key, dump(_PERSON), _ID),
            "email_id": _ID,
            "email": seal(key, b"senki.sincs.itt@example.org", _ID),
        }
        password = {
            **opened_with,
            "registration_id": _ID,
            "credential_id": _ID,
            "sealed": seal(key, _HASH, part(_ID, _ID)),
        }
        return cls(contact, password, {"sequence": 0, "key_id": keys.code_kid, "nonce": os.urandom(16)})
