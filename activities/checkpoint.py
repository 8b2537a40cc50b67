"""Makes a checkpoint of the record: gathers the ends of all chains, signs their root, writes it once, mails it."""

import asyncio
from dataclasses import replace

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import names
from activities.checkpoint_letter import checkpoint_letter
from activities.heartbeat import heartbeating
from activities.letters.transport import LetterRefused, MailTransport, MailUnavailable
from registration.access import CHECKPOINTING
from registration.administration import Administered, Content
from registration.checkpoint import (
    NAMED_AT_MOST,
    Checkpoint,
    CheckpointMade,
    CheckpointMailed,
    CheckpointMailing,
    CheckpointOrder,
    Contradiction,
    Head,
    Pairing,
    is_complete,
)
from registration.merkle import MerkleTree
from settings.mail_address import UnusableAddress, address_of
from store.accesses import AccessStore
from store.checkpoint_signing import SigningKeys
from store.checkpoints import CheckpointFolder, CheckpointsUnsound, SignedCheckpoint
from store.heads import HeadReader, HeadSnapshot
from store.heads_file import HeadsFile

_log = structlog.get_logger()


class CheckpointActivities:
    """Reads the database, writes to the folder and the access record, mails to the auditors."""

    def __init__(  # noqa: PLR0913  one argument for each place that a checkpoint is read from or goes to
        self,
        heads: HeadReader,
        accesses: AccessStore,
        folder: CheckpointFolder,
        transport: MailTransport,
        *,
        keys: SigningKeys,
        sender: str,
        auditors: tuple[str, ...],
    ) -> None:
        """`keys` sign, `sender` is the From address, `auditors` are addresses."""
        self._heads = heads
        self._accesses = accesses
        self._folder = folder
        self._transport = transport
        self._keys = keys
        self._sender = sender
        self._auditors = auditors

    @activity.defn(name=names.WRITE_CHECKPOINT)
    async def write_checkpoint(self, order: CheckpointOrder) -> CheckpointMade:
        """Writes the next checkpoint; repeated, it finds the one that it wrote.

        Its number follows that of the last document in the folder. Number and digest go into the access record, so that
        removing the document later would need a change there, too. A chain that the database contradicts is an alarm:
        its leaf stays as it was, and the document names it. Files that differ from what was signed are an alarm, too:
        no checkpoint is made until they have been put back.
        """
        try:
            async with heartbeating(names.CHECKPOINT_HEARTBEAT):
                signed = self._folder.made_for(order.request_id) or await self._make(order)
                content = Content(Administered.CHECKPOINT, str(signed.checkpoint.number), signed.digest)
                await self._accesses.add(replace(CHECKPOINTING, content=content), order.at)
        except CheckpointsUnsound as trouble:
            _log.exception("checkpoints_unsound", what=str(trouble))
            raise
        return _made(signed)

    @activity.defn(name=names.MAIL_CHECKPOINT)
    async def mail_checkpoint(self, mailing: CheckpointMailing) -> CheckpointMailed:
        """Mails a checkpoint to every auditor, and says to how many; repeated, it is the same letter."""
        number = mailing.number
        signed = self._folder.read(number)
        domain = address_of(self._sender).rpartition("@")[2]
        mailed = 0
        async with heartbeating(names.LETTER_HEARTBEAT):
            for place, auditor in enumerate(self._auditors, start=1):
                identity = f"<checkpoint-{number:06}.{place}@{domain}>"
                try:
                    letter = checkpoint_letter(
                        signed, self._folder.heads(number), sender=self._sender, to=auditor, message_id=identity
                    )
                    await self._transport.send(letter, auditor)
                except (LetterRefused, UnusableAddress):
                    _log.exception("checkpoint_not_mailed", number=number, auditor=place)
                except MailUnavailable as trouble:
                    raise ApplicationError(str(trouble), type="MailUnavailable") from None
                else:
                    mailed += 1
        return CheckpointMailed(mailed)

    async def _make(self, order: CheckpointOrder) -> SignedCheckpoint:
        last = self._folder.last()
        number = last.checkpoint.number + 1 if last else 1
        with self._folder.new_heads() as file:
            gathering = _Gathering(file, complete=is_complete(number))
            known = self._folder.state(number - 1) if last else iter(())
            async with self._heads.snapshot() as snapshot:
                await gathering.walk(Pairing(known), snapshot)
            checkpoint = gathering.checkpoint(
                number, order, key_id=self._keys.key_id, previous=last.digest if last else None
            )
            for found in checkpoint.contradictions:
                _log.error("record_contradicted", chain=" ".join(found.chain), length=found.length, checkpoint=number)
            signed = self._keys.signed(checkpoint)
            await asyncio.to_thread(self._folder.publish, signed, file)
            return signed


class _Gathering:
    """The leaves of one checkpoint, one after the other."""

    def __init__(self, file: HeadsFile, *, complete: bool) -> None:
        self._file = file
        self._complete = complete
        self._tree = MerkleTree()
        self._contradicted: list[Head] = []
        self._count = 0

    async def walk(self, pairing: Pairing, snapshot: HeadSnapshot) -> None:
        """Takes every head of the snapshot beside what is known of its chain."""
        async for batch in snapshot.batches():
            pairs = list(pairing.take(batch))
            grown = [known for known, found in pairs if known and found and known.continued_by(found) is None]
            continuing = await snapshot.continuing(grown)
            for known, found in pairs:
                continued = known.continued_by(found) if known and found else known is None
                self._add(known, found, continued=known in continuing if continued is None else continued)
        for known, _ in pairing.rest():
            self._add(known, None, continued=False)

    def _add(self, known: Head | None, found: Head | None, *, continued: bool) -> None:
        leaf = found if continued else known
        if leaf is None:
            return
        if not continued:
            self._count += 1
            if len(self._contradicted) < NAMED_AT_MOST:
                self._contradicted.append(leaf)
        line = leaf.line()
        self._tree.add(line.encode())
        if self._complete or leaf != known:
            self._file.add(line)

    def checkpoint(self, number: int, order: CheckpointOrder, *, key_id: str, previous: str | None) -> Checkpoint:
        """The document."""
        return Checkpoint(
            number=number,
            at=order.at,
            leaves=self._tree.size,
            root=self._tree.root().hex(),
            heads=self._file.finish(),
            changed=self._file.lines,
            complete=self._complete,
            key_id=key_id,
            request_id=order.request_id,
            previous=previous,
            contradicted=self._count,
            contradictions=tuple(Contradiction(head.chain, head.length) for head in self._contradicted),
        )


def _made(signed: SignedCheckpoint) -> CheckpointMade:
    checkpoint = signed.checkpoint
    return CheckpointMade(
        number=checkpoint.number,
        at=checkpoint.at,
        leaves=checkpoint.leaves,
        changed=checkpoint.changed,
        contradicted=checkpoint.contradicted,
        root=checkpoint.root,
        document=signed.digest,
    )
