"""The e-signature channel of a process (S4): its trust, and the threads and processes that do the work."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar, TypeVarTuple

from registration.forms import RegistrationForm
from registration.signature_errors import SignatureChannelClosed, SignatureUnreadable
from registration.signatures import VerifiedSignature
from starter.gateway.signatures.cades import read_cades
from starter.gateway.signatures.guard import unreadable_otherwise
from starter.gateway.signatures.pades import read_pades
from starter.gateway.signatures.signed_form import LARGEST_BYTES, SignedForm
from starter.gateway.signatures.trust import Trust

_Arguments = TypeVarTuple("_Arguments")
_Outcome = TypeVar("_Outcome")
_AT_ONCE: Final = 2
"""Threads that verify, and processes that take a PDF apart; the rest waits its turn."""


class SignatureChannel:
    """Verifies outside of the event loop, a bounded number at once."""

    def __init__(self, roots: Path | None, lists: Path | None) -> None:
        """`roots` is the folder of trusted authorities, `lists` that of revocation lists; without roots it's closed."""
        self._roots = roots
        self._lists = lists
        self._processes = asyncio.Semaphore(_AT_ONCE)
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="signatures")

    async def read(self, document: bytes, signature: bytes | None) -> SignedForm:
        """Takes a form apart: JSON and its detached CAdES signature in DER, or a PDF signed with PAdES.

        Raises `SignatureChannelClosed`, `SignatureUnreadable`, `NotOneSignature`, `SignatureIncomplete`.
        """
        if self._roots is None:
            raise SignatureChannelClosed
        if max(len(document), len(signature or b"")) > LARGEST_BYTES:
            raise SignatureUnreadable
        with unreadable_otherwise():
            if signature is not None:
                return await self._in_a_thread(read_cades, document, signature)
            async with self._processes:
                return await read_pades(document)

    async def verify(self, signed: SignedForm, applicant: RegistrationForm, moment: datetime) -> VerifiedSignature:
        """The facts of a signature. Raises a `SignatureRefused`, `SignatureChannelClosed`, `Unavailable`."""
        trust = await self._in_a_thread(Trust.read, self._roots, self._lists)
        return await self._in_a_thread(_verify, signed, applicant, trust, moment)

    async def _in_a_thread(self, step: Callable[[*_Arguments], _Outcome], *arguments: *_Arguments) -> _Outcome:
        return await asyncio.get_running_loop().run_in_executor(self._threads, step, *arguments)

    def close(self) -> None:
        """Ends the threads."""
        self._threads.shutdown()


def _verify(signed: SignedForm, applicant: RegistrationForm, trust: Trust, moment: datetime) -> VerifiedSignature:
    """Imports pyHanko with the first signature: it takes 0.4 s, and most processes verify none."""
    from starter.gateway.signatures.verification import verify  # noqa: PLC0415  as the docstring says

    return verify(signed, applicant, trust, moment)
