"""The e-signature channel of a process (S4): its trust, and the threads that verify."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Final

from registration.errors import SignatureChannelClosed
from registration.forms import RegistrationForm
from registration.signatures import VerifiedSignature
from starter.gateway.signatures.signed_form import SignedForm
from starter.gateway.signatures.trust import Trust
from starter.gateway.signatures.verification import read, verify

_THREADS: Final = 2
"""The parsers are Python and share one interpreter lock: a second thread only spares a wait behind a slow document."""


class SignatureChannel:
    """Verifies outside of the event loop, a bounded number at once."""

    def __init__(self, roots: Path | None, lists: Path | None) -> None:
        """`roots` is the folder of trusted authorities, `lists` that of revocation lists; without roots it's closed."""
        self._roots = roots
        self._lists = lists
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="signatures")

    async def read(self, document: bytes, signature: bytes | None) -> SignedForm:
        """Takes a signed form apart. Raises what `verification.read` does, and `SignatureChannelClosed`."""
        if self._roots is None:
            raise SignatureChannelClosed
        return await asyncio.get_running_loop().run_in_executor(self._threads, read, document, signature)

    async def verify(self, signed: SignedForm, applicant: RegistrationForm, moment: datetime) -> VerifiedSignature:
        """The facts of a signature. Raises a `SignatureRefused`, `SignatureChannelClosed`, `Unavailable`."""

        def verified() -> VerifiedSignature:
            return verify(signed, applicant, Trust.read(self._roots, self._lists), moment)

        return await asyncio.get_running_loop().run_in_executor(self._threads, verified)

    def close(self) -> None:
        """Ends the threads."""
        self._threads.shutdown()
