"""What auditors are shown of the record as a whole, and of a registration's histories. All times are UTC."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self

from audit.replays import Replayed
from audit.verification.findings import Finding, FindingKind, Verdict
from registration.answers import ID, answer, label
from registration.checkpoint import CheckpointMade
from registration.sentences import Catalogue, in_words
from registration.timeline import Run

_CHECKPOINT: Final = {
    "number": 42,
    "at": "2027-03-01T02:00:00+00:00",
    "leaves": 100000,
    "root": "9d1c…",
    "heads": "77ab…",
    "changed": 512,
    "complete": False,
    "key_id": "c1",
    "request_id": "019a2f60-aaaa-7b11-a1b2-c3d4e5f60718",
    "previous": "e1f2…",
    "contradicted": 0,
}


@answer
@dataclass(frozen=True)
class FindingLine:
    """One difference."""

    about: str = field(
        metadata=label(
            "about",
            "A registration's id, a day of an office's access record, the file of a checkpoint, or what an "
            "administrative act put in place, such as `office 1051`.",
            ID,
        )
    )
    sequence: int | None = field(metadata=label("event number", "The number of the event, where it is about one.", 3))
    kind: FindingKind = field(
        metadata=label("kind", "What kind of difference it is; docs/audit.md lists them.", "EVENT_ALTERED")
    )
    sentence: str = field(
        metadata=label(
            "sentence",
            "What is wrong, in words.",
            "The event's text is not the one that its hash was computed from.",
        )
    )

    @classmethod
    def of(cls, finding: Finding, catalogue: Catalogue) -> Self:
        """A finding in the language of a catalogue."""
        return cls(**vars(finding) | {"sentence": in_words(finding.sentence, catalogue)})


@answer
@dataclass(frozen=True)
class VerificationReport:
    """What was compared, and every difference."""

    whole: bool = field(metadata=label("whole", "Whether nothing was found.", False))
    registrations: int = field(metadata=label("registrations", "So many registrations were looked at.", 1))
    events: int = field(metadata=label("events", "So many events were recomputed.", 12))
    access_entries: int = field(
        metadata=label("access entries", "So many entries of the access record were recomputed.", 0)
    )
    checkpoint: int | None = field(metadata=label("checkpoint", "The last checkpoint that it was compared with.", 42))
    histories: int = field(metadata=label("histories", "So many of Temporal's histories were compared.", 1))
    findings: tuple[FindingLine, ...] = field(metadata=label("findings", "Every difference; none where it is whole."))

    @classmethod
    def of(cls, verdict: Verdict, findings: Iterable[FindingLine]) -> Self:
        """What a pass has looked at and found."""
        counts = vars(verdict) | {"findings": tuple(findings)}
        return cls(whole=verdict.is_whole, **counts)


@answer
@dataclass(frozen=True)
class ComparedCheckpoints:
    """The checkpoints that are there, compared with each other and with a document that an auditor has kept."""

    whole: bool = field(metadata=label("whole", "Whether nothing was found.", True))
    documents: int = field(metadata=label("documents", "So many documents were looked at.", 42))
    findings: tuple[FindingLine, ...] = field(metadata=label("findings", "Every difference; none where all is whole."))


@answer
@dataclass(frozen=True)
class SignedDocument:
    """A signed checkpoint, as its file has it."""

    checkpoint: Mapping[str, Any] = field(metadata=label("checkpoint", "What was signed.", _CHECKPOINT))
    signature: str = field(
        metadata=label("signature", "Its Ed25519 signature over the canonical JSON, in hexadecimal.", "a0b1…")
    )


@answer
@dataclass(frozen=True)
class Proof:
    """An inclusion proof as `docs/verify_proof.py` reads it (RFC 9162)."""

    document: SignedDocument = field(metadata=label("document", "The signed checkpoint, as its file has it."))
    public_key: str = field(
        metadata=label("public key", "The key that signed it, in hexadecimal; compare it with your own list.", "d75a…")
    )
    leaf: str = field(
        metadata=label("leaf", "The text that the tree holds for this chain.", f'["registration","{ID}",3,"5f0c…"]')
    )
    index: int = field(metadata=label("index", "The leaf's place in the tree, from 0.", 99))
    path: tuple[str, ...] = field(
        metadata=label("path", "The hashes from the leaf to the root (RFC 9162), in hexadecimal.", ["03ac…", "77de…"])
    )
    events: tuple[str, ...] | None = field(
        metadata=label("events", "The record up to the checkpoint, where it is asked for.", None)
    )


@answer
@dataclass(frozen=True)
class CheckpointNumbers:
    """The numbers of the checkpoints that are there."""

    numbers: tuple[int, ...] = field(metadata=label("numbers", "The numbers, in order.", [41, 42]))


@answer
@dataclass(frozen=True)
class CheckpointKey:
    """A public key (Ed25519)."""

    key_id: str = field(metadata=label("key", "The key's id, as checkpoints name it.", "c1"))
    hex: str = field(metadata=label("hex", "The raw key of 32 bytes, in hexadecimal.", "d75a…"))
    pem: str = field(metadata=label("PEM", "The same as PEM.", "-----BEGIN PUBLIC KEY-----\n…"))


@answer
@dataclass(frozen=True)
class CheckpointKeys:
    """The public keys that verify checkpoints."""

    keys: tuple[CheckpointKey, ...] = field(metadata=label("keys", "All keys, the one that signs first."))


@answer
@dataclass(frozen=True)
class ReplayedRun:
    """A run, replayed: whether everything that it decided is what the present code decides."""

    run: Run = field(metadata=label("run", "Which run."))
    holds: bool = field(metadata=label("holds", "Whether its decisions follow from the present code.", True))
    sentence: str | None = field(metadata=label("replay", "What is wrong, if anything.", None))

    @classmethod
    def of(cls, outcome: Replayed, catalogue: Catalogue) -> Self:
        """A run's replay in the language of a catalogue."""
        return cls(outcome.run, outcome.holds, in_words(outcome.sentence, catalogue) if outcome.sentence else None)


@answer
@dataclass(frozen=True)
class ReplayReport:
    """All runs of a registration, replayed."""

    holds: bool = field(metadata=label("holds", "Whether all runs do, and there is one.", True))
    runs: tuple[ReplayedRun, ...] = field(metadata=label("runs", "Each run, oldest first."))

    @classmethod
    def of(cls, outcomes: Sequence[Replayed], catalogue: Catalogue) -> Self:
        """The replays in the language of a catalogue."""
        runs = tuple(ReplayedRun.of(outcome, catalogue) for outcome in outcomes)
        return cls(bool(runs) and all(run.holds for run in runs), runs)


@answer
@dataclass(frozen=True)
class CheckpointAnswer:
    """A checkpoint that was made now."""

    number: int = field(metadata=label("number", "The checkpoint's number."))
    at: datetime = field(metadata=label("at", "When it was decided (UTC)."))
    leaves: int = field(metadata=label("chains", "How many chains it holds."))
    changed: int = field(metadata=label("changed", "How many chains have grown since the checkpoint before."))
    contradicted: int = field(metadata=label("contradicted", "How many chains the database contradicts."))
    root: str = field(metadata=label("root", "The root of the Merkle tree."))
    document: str = field(metadata=label("document (SHA-256)", "The SHA-256 of the document's file."))
    mailed: int = field(metadata=label("mailed", "How many auditors' mail servers took it."))

    @classmethod
    def of(cls, made: CheckpointMade) -> Self:
        """What its workflow has made."""
        return cls(**vars(made))
