"""The e-signature channel of a process (S4): a queue of examinations with bounds for length and time."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from registration.dependencies import Dependency
from registration.errors import Unavailable
from registration.signature_errors import SignatureChannelClosed, SignedFormTooLarge
from starter.examiner.plain_facts import LARGEST_BYTES, Examination, Submission, encoded
from starter.gateway.cancellation import queueing
from starter.gateway.signatures.examiner import Examiner, ExaminerGone
from starter.gateway.signatures.signed_form import SignedForm

_log = structlog.get_logger()

_AT_ONCE: Final = 2
"""Processes that examine."""

_MOST_WAITING: Final = 16
"""Callers who wait for one of them. Each may be hostile and cost half a second of processor time to be parsed, so a
caller beyond them would wait too long, and is refused at once. An intact signature may take longer where many large
revocation lists are read (fork_server.py has the bound)."""

_WITHIN_SECONDS: Final = 12
"""From a caller's arrival to the answer, with all waiting."""

_TRIES: Final = 2
"""An examiner that was ended from outside is replaced, and asked again once."""


class SignatureChannel:
    """Examines in other processes, a bounded number at once, for a bounded number of callers, each for a bounded time.

    A caller that is cancelled leaves the queue or ends the examination, and the place is free at once.
    """

    def __init__(self, roots: Path | None, lists: Path | None) -> None:
        """`roots` is the folder of trusted authorities, `lists` that of revocation lists; without roots it's closed."""
        self._roots = roots
        self._lists = lists
        self._free = [Examiner() for _ in range(_AT_ONCE)]
        self._examiners = tuple(self._free)
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._callers = 0
        self._is_closed = False

    @property
    def is_open(self) -> bool:
        """Whether there are authorities to trust."""
        return self._roots is not None

    async def read(self, document: bytes, signature: bytes | None, moment: datetime) -> SignedForm:
        """What a form and its signature prove at a moment: JSON and its CAdES signature, or a PDF signed with PAdES.

        Raises `SignatureChannelClosed`, `Unavailable`, `SignedFormTooLarge`, and another
        `SignatureRefused` where the form cannot even be read.
        """
        if self._roots is None:
            raise SignatureChannelClosed
        if max(len(document), len(signature or b"")) > LARGEST_BYTES:
            raise SignedFormTooLarge(most=str(LARGEST_BYTES))
        submission = Submission(
            document=encoded(document),
            signature=None if signature is None else encoded(signature),
            roots=str(self._roots.absolute()),
            lists=str(self._lists.absolute()) if self._lists else None,
            moment=moment.isoformat(),
        )
        return SignedForm.of(await self._in_turn(submission))

    async def _in_turn(self, submission: Submission) -> Examination:
        if self._callers >= _AT_ONCE + _MOST_WAITING:
            raise Unavailable(Dependency.SIGNATURE_READER)
        self._callers += 1
        try:
            with queueing():  # nothing is written before the form is known
                async with asyncio.timeout(_WITHIN_SECONDS), self._turns:
                    return await self._examined(submission)
        except TimeoutError:
            _log.warning("signatures_too_slow")
            raise Unavailable(Dependency.SIGNATURE_READER) from None
        finally:
            self._callers -= 1

    async def _examined(self, submission: Submission) -> Examination:
        examiner = self._free.pop()
        try:
            for _ in range(_TRIES):
                if self._is_closed:
                    break
                try:
                    return await examiner.examine(submission)
                except ExaminerGone:
                    _log.warning("signature_examiner_gone")
            raise Unavailable(Dependency.SIGNATURE_READER)
        finally:
            self._free.append(examiner)

    async def close(self) -> None:
        """Ends the processes; waiting callers get `Unavailable`."""
        self._is_closed = True
        for examiner in self._examiners:
            await examiner.close()
