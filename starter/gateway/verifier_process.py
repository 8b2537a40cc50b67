"""A further process of a verification: verifies the parts that it is given, one after the other, until none comes."""

import asyncio
import os
import sys
import traceback
from contextlib import AsyncExitStack
from typing import IO, Final, TypeVar

from audit.histories import Histories
from audit.verification.events_in_histories import HistoryWitness
from audit.verification.parts import Part, PartVerifier, VerifiedPart
from settings.telemetry import log_to_stderr
from starter.gateway.server_failures import servers_named
from starter.gateway.verifier_messages import LENGTH, Failure, VerifierBeginning, packed, unpacked
from store.archive import HistoryArchive
from store.audited import AuditStore
from store.database import opened_pool
from store.keys import key_ring
from temporal.bounded_calls import with_bounds
from temporal.client import connect

_Question = TypeVar("_Question", VerifierBeginning, Part)

_CONNECTIONS: Final = 2
"""To PostgreSQL: a page of registrations and their policies, and what histories are compared with."""


async def verify_parts(questions: IO[bytes], answers: IO[bytes]) -> None:
    """Answers every question until the questions end."""
    async with AsyncExitStack() as stack:
        verifier: PartVerifier | None = None
        beginning = await _question(questions, VerifierBeginning)
        while beginning and (part := await _question(questions, Part)):
            try:
                verifier = verifier or await _opened(beginning, stack)
                answer: VerifiedPart | Failure = await _verified(verifier, part)
            except Exception as failure:  # noqa: BLE001  raised again where the question came from
                if os.environ.get("UGYFELKAPU_DEBUG") == "1":
                    traceback.print_exc()
                answer = Failure.of(failure)
            answers.write(packed(answer))
            answers.flush()


async def _opened(beginning: VerifierBeginning, stack: AsyncExitStack) -> PartVerifier:
    """The process that asks has compared keys and schema."""
    settings = beginning.settings
    with servers_named():
        url = settings.database_url.get_secret_value()
        pool = await stack.enter_async_context(opened_pool(url, most=_CONNECTIONS))
        store = AuditStore(pool, key_ring(settings), seal_key=beginning.seal_key)
    if beginning.temporal is None:
        return PartVerifier(store, None)
    client = with_bounds(await connect(beginning.temporal, lazy=True))
    archive = HistoryArchive(settings.archive_folder) if settings.archive_folder else None
    witness = HistoryWitness(client, store, Histories(client, archive))
    return PartVerifier(store, witness, histories_at_once=beginning.histories_at_once)


async def _verified(verifier: PartVerifier, part: Part) -> VerifiedPart:
    with servers_named():
        return await verifier.verified(part)


async def _question(questions: IO[bytes], kind: type[_Question]) -> _Question | None:
    """`None` at the end of the questions. Raises `TypeError` for another kind."""
    found = await asyncio.to_thread(_read, questions)
    if found is not None and not isinstance(found, kind):
        raise TypeError(type(found).__name__)
    return found


def _read(questions: IO[bytes]) -> object:
    length = questions.read(LENGTH.size)
    return unpacked(questions.read(*LENGTH.unpack(length))) if len(length) == LENGTH.size else None


def main() -> None:
    """Keeps standard output for the answers: whatever prints goes to standard error."""
    log_to_stderr()
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        try:
            asyncio.run(verify_parts(sys.stdin.buffer, answers))
        except BrokenPipeError:  # who asked has ended
            os._exit(1)
        os._exit(0)  # without the tear-down in which a thread of the Temporal client may crash (starter/cli/app.py)


if __name__ == "__main__":
    main()
