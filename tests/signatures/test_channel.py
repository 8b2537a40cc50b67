"""The channel as the gateway uses it: hostile documents and absent callers delay others only for a bounded time."""

import asyncio
import base64
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.serialization import Encoding

from registration.errors import Unavailable
from registration.signature_errors import (
    NotOneSignature,
    SignatureChannelClosed,
    SignatureRefused,
    SignatureUnreadable,
    SignedFormTooLarge,
)
from registration.statuses import Assurance, Language
from starter.dev.signing import pdf_with, sign_cades, sign_pades
from starter.gateway.signatures import SignatureChannel
from starter.gateway.signatures import channel as channel_module
from starter.gateway.signatures import examiner as examiner_module
from starter.gateway.signatures.signed_form import SignedForm
from starter.translation import translated
from tests.signatures.ceremony import CONTENT, FORM, NOW, certified, root
from tests.signatures.hostile_pdfs import HOSTILE, burner

SOON_SECONDS = 40
"""A caller waits for 12 s at most, on a machine that is not busy."""

BURNER = burner()
HONEST = sign_cades(CONTENT, certified(), NOW)

MARK = "CHANNEL_UNDER_TEST"
"""A variable that the examiners of a test's channel inherit. This process may have others: those of the session's API,
which live as long as it does and start when a signature is sent to it."""


@pytest.fixture
def mark(monkeypatch: pytest.MonkeyPatch) -> str:
    """Marks what this test starts; no other process has the same."""
    value = uuid4().hex
    monkeypatch.setenv(MARK, value)
    return value


@pytest_asyncio.fixture
async def channel(tmp_path: Path, mark: str) -> AsyncIterator[SignatureChannel]:
    """A channel that trusts the one root, and leaves no process behind."""
    (tmp_path / "root.pem").write_bytes(root().credential.certificate.public_bytes(Encoding.PEM))
    opened = SignatureChannel(tmp_path, None)
    yield opened
    await opened.close()
    assert [child for child in psutil.Process().children(recursive=True) if _mark(child) == mark] == []


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of what happens to a document, however busy the machine is."""
    monkeypatch.setattr(channel_module, "_WITHIN_SECONDS", 120)


async def honest(channel: SignatureChannel) -> SignedForm:
    return await channel.read(CONTENT, HONEST, NOW)


def burning(channel: SignatureChannel) -> asyncio.Task[SignedForm]:
    return asyncio.create_task(channel.read(BURNER, None, NOW))


def examiners(of: psutil.Process | None = None) -> list[psutil.Process]:
    """The processes of the test that wait for submissions."""
    own = os.environ[MARK]
    children = (of or psutil.Process()).children()
    return [child for child in children if "starter.examiner.fork_server" in _command(child) and _mark(child) == own]


def _command(process: psutil.Process) -> list[str]:
    with suppress(psutil.NoSuchProcess):
        return process.cmdline()
    return []


def _mark(process: psutil.Process) -> str | None:
    with suppress(psutil.NoSuchProcess):
        return process.environ().get(MARK)
    return None


def at_work(of: psutil.Process | None = None) -> list[psutil.Process]:
    """Their children, each at work on a submission."""
    found = []
    for examiner in examiners(of):
        with suppress(psutil.NoSuchProcess):
            found += examiner.children()
    return found


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(SOON_SECONDS):
        while not condition():  # noqa: ASYNC110  there is no event for the start or end of these processes
            await asyncio.sleep(0.02)


@pytest.mark.usefixtures("patient")
async def test_both_formats_are_verified(channel: SignatureChannel) -> None:
    for sign in (
        lambda: (CONTENT, sign_cades(CONTENT, certified(), NOW)),
        lambda: (sign_pades(pdf_with(CONTENT), certified()), None),
    ):
        document, signature = await asyncio.to_thread(sign)
        signed = await channel.read(document, signature, NOW)
        assert signed.content == CONTENT
        assert signed.proof_for(FORM).level is Assurance.ADVANCED


@pytest.mark.usefixtures("patient")
async def test_a_refusal_of_the_process_is_the_channels_refusal(channel: SignatureChannel) -> None:
    with pytest.raises(NotOneSignature):
        await channel.read(pdf_with(CONTENT), None, NOW)
    with pytest.raises(SignatureUnreadable):
        await channel.read(CONTENT, None, NOW)


async def test_what_is_larger_than_a_form_can_be_is_not_even_parsed(channel: SignatureChannel) -> None:
    too_large = bytes(256 * 1024 + 1)
    for document, signature in ((too_large, None), (too_large, b""), (b"", too_large)):
        with pytest.raises(SignedFormTooLarge) as refused:
            await channel.read(document, signature, NOW)
        assert "262144" in str(refused.value)
        assert "262144" in translated(refused.value.sentence, Language.HU)
    assert examiners() == []


@pytest.mark.usefixtures("patient")
async def test_the_largest_form_comes_back_whole(channel: SignatureChannel) -> None:
    largest = CONTENT.ljust(256 * 1024)
    signature = await asyncio.to_thread(sign_cades, largest, certified(), NOW)
    signed = await channel.read(largest, signature, NOW)
    assert signed.content == largest
    assert signed.proof_for(FORM).document == base64.b64encode(largest).decode()


async def test_without_a_folder_of_roots_there_is_no_such_channel() -> None:
    """Nothing is looked at, well-formed or not."""
    closed = SignatureChannel(None, None)
    with pytest.raises(SignatureChannelClosed):
        await closed.read(b"", None, NOW)
    await closed.close()


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_pdf_that_is_made_to_exhaust_is_refused_soon(channel: SignatureChannel, kind: str) -> None:
    assert len(HOSTILE[kind]) <= 256 * 1024
    begun = time.monotonic()
    with pytest.raises(SignatureRefused):
        await channel.read(HOSTILE[kind], None, NOW)
    assert time.monotonic() - begun < SOON_SECONDS


@pytest.mark.usefixtures("patient")
async def test_what_only_the_processors_time_ends_is_unreadable_and_its_examiner_goes_on(
    channel: SignatureChannel,
) -> None:
    await honest(channel)
    (before,) = examiners()
    with pytest.raises(SignatureUnreadable):
        await burning(channel)
    assert (await honest(channel)).content == CONTENT
    assert examiners() == [before]


@pytest.mark.usefixtures("patient")
async def test_who_comes_when_all_places_are_taken_is_told_at_once(
    channel: SignatureChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a process or a second of waiting; as soon as a place is free, the next one is accepted."""
    monkeypatch.setattr(channel_module, "_MOST_WAITING", 3)
    tasks = [burning(channel) for _ in range(5)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await honest(channel)
    tasks[-1].cancel()
    await asyncio.wait({tasks[-1]})
    served = asyncio.create_task(honest(channel))
    await asyncio.sleep(0)
    assert not served.done()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    assert (await served).content == CONTENT


async def test_nobody_waits_for_longer_than_is_promised(
    channel: SignatureChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_module, "_WITHIN_SECONDS", 0.5)
    begun = time.monotonic()
    outcomes = await asyncio.gather(*(burning(channel) for _ in range(8)), return_exceptions=True)
    assert time.monotonic() - begun < SOON_SECONDS / 2
    assert {type(outcome) for outcome in outcomes} <= {Unavailable, SignatureUnreadable}
    assert Unavailable in {type(outcome) for outcome in outcomes}


@pytest.mark.usefixtures("patient")
async def test_callers_who_go_away_leave_their_places_and_end_the_work(channel: SignatureChannel) -> None:
    """A hundred disconnect, during work or in the queue; an honest one is served at once."""
    await honest(channel)
    for _ in range(10):
        tasks = [burning(channel) for _ in range(10)]
        await until(at_work)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        assert all(task.cancelled() for task in tasks)
    assert (await honest(channel)).content == CONTENT
    await until(lambda: at_work() == [])


@pytest.mark.usefixtures("patient")
async def test_no_answer_is_taken_for_anothers(channel: SignatureChannel) -> None:
    """Callers leave at any moment; each of the others gets its own answer."""
    other = CONTENT.replace(b"elek@", b"alek@")
    signature = await asyncio.to_thread(sign_cades, other, certified(), NOW)
    await honest(channel)
    for delay in range(30):
        leaving = asyncio.create_task(channel.read(other, signature, NOW))
        await asyncio.sleep(delay / 1000)
        leaving.cancel()
        await asyncio.wait({leaving})
        mine, yours = await asyncio.gather(honest(channel), channel.read(other, signature, NOW))
        assert (mine.content, yours.content) == (CONTENT, other)


@pytest.mark.usefixtures("patient")
async def test_an_examiner_that_was_killed_is_replaced_without_a_word_to_the_caller(channel: SignatureChannel) -> None:
    """While it rests, and while it works: the document is examined again."""
    await honest(channel)
    examiners()[0].kill()
    assert (await honest(channel)).content == CONTENT
    waiting = burning(channel)
    await until(at_work)
    examiners()[0].kill()
    with pytest.raises(SignatureUnreadable):
        await waiting


@pytest.mark.usefixtures("patient")
async def test_a_document_whose_examination_the_system_keeps_ending_may_come_again(channel: SignatureChannel) -> None:
    """As when memory runs out for all: that says nothing about the document."""
    waiting, killed = burning(channel), set()
    while not waiting.done():
        for child in at_work():
            with suppress(psutil.NoSuchProcess):
                child.kill()
                killed.add(child.pid)
        await asyncio.sleep(0.01)
    with pytest.raises(Unavailable):
        await waiting
    assert len(killed) >= 2
    assert (await honest(channel)).content == CONTENT


@pytest.mark.usefixtures("patient")
async def test_an_examiner_that_stands_still_is_replaced(
    channel: SignatureChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await honest(channel)
    (stopped,) = examiners()
    stopped.suspend()
    monkeypatch.setattr(channel_module, "_WITHIN_SECONDS", 0.5)
    with pytest.raises(Unavailable):
        await honest(channel)
    monkeypatch.setattr(channel_module, "_WITHIN_SECONDS", 120)
    monkeypatch.setattr(examiner_module, "_STOPS_WITHIN_SECONDS", 0.5)
    assert (await honest(channel)).content == CONTENT
    assert stopped not in examiners()


@pytest.mark.usefixtures("patient")
async def test_closing_ends_what_is_at_work_and_begins_nothing_more(channel: SignatureChannel) -> None:
    waiting = [burning(channel) for _ in range(5)]
    await until(lambda: len(at_work()) == 2)
    left = [*examiners(), *at_work()]
    await channel.close()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert Unavailable in {type(outcome) for outcome in outcomes}
    assert {type(outcome) for outcome in outcomes} <= {Unavailable, SignatureUnreadable}
    await until(lambda: not any(process.is_running() for process in left))
    assert examiners() == []
    with pytest.raises(Unavailable):
        await honest(channel)


GATEWAY = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from starter.gateway.signatures import SignatureChannel
from tests.signatures.hostile_pdfs import burner

async def main():
    channel = SignatureChannel(Path(sys.argv[1]), None)
    while True:
        try:
            await channel.read(burner(), None, datetime.now(UTC))
        except Exception:
            pass

asyncio.run(main())
"""


@pytest.mark.usefixtures("mark")
async def test_a_gateway_that_was_killed_leaves_no_process_behind(tmp_path: Path) -> None:
    engine = await asyncio.create_subprocess_exec(sys.executable, "-c", GATEWAY, str(tmp_path))
    process = psutil.Process(engine.pid)
    await until(lambda: at_work(process))
    left = [*examiners(process), *at_work(process)]
    engine.kill()
    await engine.wait()
    await until(lambda: not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in left))


@pytest.mark.usefixtures("patient")
async def test_an_examination_knows_no_secret_and_is_bounded(
    channel: SignatureChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("UGYFELKAPU_MASTER_KEYS", "TEMPORAL_API_KEY"):
        monkeypatch.setenv(name, "planted")
    waiting = burning(channel)
    await until(at_work)
    (child,), (examiner,) = at_work(), examiners()
    assert "planted" not in str(examiner.environ())
    limits = {kind: child.rlimit(kind) for kind in (psutil.RLIMIT_CPU, psutil.RLIMIT_FSIZE, psutil.RLIMIT_CORE)}
    assert limits == {psutil.RLIMIT_CPU: (10, 11), psutil.RLIMIT_FSIZE: (0, 0), psutil.RLIMIT_CORE: (0, 0)}
    assert child.rlimit(psutil.RLIMIT_AS) == (512 * 1024 * 1024,) * 2
    open_files = {os.readlink(f"/proc/{child.pid}/fd/{file}") for file in os.listdir(f"/proc/{child.pid}/fd")}  # noqa: PTH115, PTH208  Linux's own names
    assert {name.partition(":")[0] for name in open_files} == {"/dev/null", "pipe"}
    with pytest.raises(SignatureUnreadable):
        await waiting


async def _outcome(waiting: Awaitable[SignedForm]) -> type:
    try:
        await waiting
    except (Unavailable, SignatureRefused) as refused:
        return type(refused)
    return SignedForm


async def test_honest_callers_among_hostile_ones_are_served_or_told_in_time(channel: SignatureChannel) -> None:
    """None waits for longer than is promised, and the channel is as good as new afterwards."""
    begun = time.monotonic()
    outcomes = await asyncio.gather(*(_outcome(burning(channel) if n % 2 else honest(channel)) for n in range(24)))
    assert time.monotonic() - begun < SOON_SECONDS
    assert set(outcomes) <= {SignedForm, Unavailable, SignatureUnreadable}
    assert outcomes[0] in {SignedForm, Unavailable}
