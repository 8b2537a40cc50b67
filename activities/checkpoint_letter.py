"""The letter that brings a checkpoint to an auditor: the same bytes each time it is sent."""

from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from activities.letters.message import begun, boundary
from store.checkpoints import SignedCheckpoint

ATTACHED_BYTES: Final = 5_000_000
"""A larger heads file stays in the folder; the document holds its hash. Mail servers refuse from some 10 MB on."""


def checkpoint_letter(signed: SignedCheckpoint, heads: Path, *, sender: str, to: str, message_id: str) -> EmailMessage:
    """A letter with the document, and with the heads file where it is small enough."""
    checkpoint, name = signed.checkpoint, f"{signed.checkpoint.number:06}"
    attached = heads.stat().st_size <= ATTACHED_BYTES
    alarm = f" – {checkpoint.contradicted} ELLENTMONDÁS / CONTRADICTED" if checkpoint.contradicted else ""
    subject = f"Ügyfélkapu: ellenőrzési pont / checkpoint {name}{alarm}"
    date = format_datetime(checkpoint.at)
    letter = begun(sender=sender, to=to, subject=subject, message_id=message_id, date=date)
    letter.set_content(_text(signed, heads.name, attached=attached), cte="quoted-printable")
    letter.add_attachment(signed.text().encode(), maintype="application", subtype="json", filename=f"{name}.json")
    if attached:
        letter.add_attachment(heads.read_bytes(), maintype="application", subtype="gzip", filename=heads.name)
    letter.set_boundary(boundary(message_id))
    return letter


def _text(signed: SignedCheckpoint, heads: str, *, attached: bool) -> str:
    checkpoint = signed.checkpoint
    where = ("csatolva", "attached") if attached else ("a mappában maradt, mert nagy", "left in the folder, too large")
    return f"""\
Őrizze meg ezt a levelet / Keep this letter.

ellenőrzési pont / checkpoint: {checkpoint.number}
időpont / at: {checkpoint.at.isoformat()}
láncok / chains: {checkpoint.leaves}
változott / changed: {checkpoint.changed}
ellentmondás / contradicted: {checkpoint.contradicted}
gyökér / root: {checkpoint.root}
dokumentum / document (SHA-256): {signed.digest}
előző / previous: {checkpoint.previous or "-"}
{heads} (SHA-256): {checkpoint.heads} ({where[0]} / {where[1]})
"""
