"""What an examination found, in plain facts: the only things that leave the process that parsed a document."""

import base64
from dataclasses import dataclass
from datetime import date
from typing import Final

from registration.signatures import VerifiedSignature

LARGEST_BYTES: Final = 256 * 1024
"""Of a form, a signature or a PDF; the HTTP API takes no larger body either."""


@dataclass(frozen=True)
class Submission:
    """What is to be examined, in base64: JSON with its detached signature, or a signed PDF without one.

    `roots` and `lists` are the folders of trusted authorities and of their revocation lists, if any are kept;
    `moment` is when the signature has to be valid, ISO 8601 with an offset.
    """

    document: str
    signature: str | None
    roots: str
    lists: str | None
    moment: str


@dataclass(frozen=True)
class Signer:
    """What a certificate says of its subject, as it is written there, each kind of name in its order."""

    surnames: tuple[str, ...] = ()
    given_names: tuple[str, ...] = ()
    common_names: tuple[str, ...] = ()
    pseudonyms: tuple[str, ...] = ()
    birth_dates: tuple[date, ...] = ()


@dataclass(frozen=True)
class Examination:
    """What was signed and by which signer, or why the submission is refused.

    `content` is the JSON of the form in base64, where the document could be taken apart. `refusal` is the name of an
    error of `registration`, and `reason`, for the log alone, the type of what raised it; `file` is the name of a file
    of the operator's that cannot be read. Without a refusal there are `signer` and `proof`, whose certificate is
    trusted at the moment that was asked for.
    """

    content: str | None = None
    refusal: str | None = None
    reason: str | None = None
    file: str | None = None
    signer: Signer | None = None
    proof: VerifiedSignature | None = None


def encoded(content: bytes) -> str:
    """Base64 as text."""
    return base64.b64encode(content).decode()
