"""What auditors get of the record as a whole: verifications, proofs, checkpoints, counts."""

from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from registration.statistics import Statistics
from registration.statuses import Channel, Language, Status
from starter.api.answers import ID, AnswerBody
from starter.gateway import Finding, FindingKind, Verdict
from starter.translation import translated

_DOCUMENT: Final[JsonDict] = {
    "checkpoint": {
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
    },
    "signature": "a0b1…",
}


class FindingAnswer(AnswerBody):
    """One difference."""

    about: str = Field(
        description="A registration's id, a day of an office's access record, the file of a checkpoint, or what an "
        "administrative act put in place, such as `office 1051`."
    )
    sequence: int | None = Field(description="The number of the event, where it is about one.")
    kind: FindingKind = Field(description="What kind of difference it is; docs/audit.md lists them.")
    sentence: str = Field(description="What is wrong.")

    @classmethod
    def of(cls, finding: Finding, language: Language) -> Self:
        """The gateway's answer."""
        sentence = translated(finding.sentence, language)
        return cls(about=finding.about, sequence=finding.sequence, kind=finding.kind, sentence=sentence)


class VerificationAnswer(BaseModel):
    """What was compared, and every difference."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "whole": False,
                    "events": 12,
                    "histories": 1,
                    "checkpoint": 42,
                    "findings": [
                        {
                            "about": ID,
                            "sequence": 3,
                            "kind": "EVENT_ALTERED",
                            "sentence": "The event's text is not the one that its hash was computed from.",
                        }
                    ],
                }
            ]
        }
    )

    whole: bool = Field(description="Whether nothing was found.")
    events: int = Field(description="So many events were recomputed.")
    histories: int = Field(description="So many of Temporal's histories were compared.")
    checkpoint: int | None = Field(description="The last checkpoint that it was compared with.")
    findings: list[FindingAnswer] = Field(description="Every difference; none where it is whole.")

    @classmethod
    def of(cls, verdict: Verdict, findings: list[Finding], language: Language) -> Self:
        """The gateway's answer."""
        return cls(
            whole=verdict.is_whole,
            events=verdict.events,
            histories=verdict.histories,
            checkpoint=verdict.checkpoint,
            findings=[FindingAnswer.of(finding, language) for finding in findings],
        )


class ProofAnswer(BaseModel):
    """An inclusion proof as `docs/verify_proof.py` reads it (RFC 9162)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "document": _DOCUMENT,
                    "public_key": "d75a…",
                    "leaf": f'["registration","{ID}",3,"5f0c…"]',
                    "index": 99,
                    "path": ["03ac…", "77de…"],
                }
            ]
        }
    )

    document: dict[str, Any] = Field(description="The signed checkpoint, as its file has it.")
    public_key: str = Field(description="The key that signed it, in hexadecimal; compare it with your own list.")
    leaf: str = Field(description="The text that the tree holds for this chain.")
    index: int = Field(description="The leaf's place in the tree, from 0.")
    path: list[str] = Field(description="The hashes from the leaf to the root (RFC 9162), in hexadecimal.")
    events: list[str] | None = Field(None, description="With `events=true`: the record up to the checkpoint.")


class CheckpointsAnswer(BaseModel):
    """The numbers of the checkpoints that are there, in order."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"numbers": [41, 42]}]})

    numbers: list[int] = Field(description="The numbers, in order.")


class CheckpointAnswer(BaseModel):
    """A signed checkpoint; its signature is over the canonical text of `checkpoint`."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DOCUMENT]})

    checkpoint: dict[str, Any] = Field(description="What was signed.")
    signature: str = Field(description="Its Ed25519 signature over the canonical JSON, in hexadecimal.")


class CheckpointKey(BaseModel):
    """A public key (Ed25519)."""

    id: str = Field(description="The key's id, as checkpoints name it.")
    hex: str = Field(description="The raw key of 32 bytes, in hexadecimal.")
    pem: str = Field(description="The same as PEM.")


class CheckpointKeysAnswer(BaseModel):
    """The public keys that verify checkpoints."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"keys": [{"id": "c1", "hex": "d75a…", "pem": "-----BEGIN PUBLIC KEY-----\n…"}]}],
        }
    )

    keys: list[CheckpointKey] = Field(description="All keys, the one that signs first.")


class CountAnswer(AnswerBody):
    """So many registrations: opened in a month (Budapest), by a channel, at an office, now in a status."""

    month: str = Field(description="The month of opening in Budapest, YYYY-MM.")
    channel: Channel = Field(description="How they were opened.")
    office: str | None = Field(description="Where they were opened, if in person.")
    status: Status = Field(description="Their present status.")
    registrations: int = Field(description="How many they are.")


class StatisticsAnswer(BaseModel):
    """Counts over all registrations that were opened in a span of months."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "since": "2027-03",
                    "until": None,
                    "registrations": 5,
                    "by_status": {"ACTIVE": 3, "LAPSED": 2},
                    "by_channel": {"ONLINE": 5},
                    "by_office": {"–": 5},
                    "by_month": {"2027-03": 5},
                    "lapse_rate": 0.4,
                    "median_seconds_to_activation": 3600.0,
                    "undelivered_letters": {"CODE_PASSWORD": 1},
                    "counts": [
                        {
                            "month": "2027-03",
                            "channel": "ONLINE",
                            "office": None,
                            "status": "ACTIVE",
                            "registrations": 3,
                        },
                    ],
                }
            ]
        }
    )

    since: str | None = Field(description="The first month that counts; null: from the beginning.")
    until: str | None = Field(description="The last month that counts; null: to the end.")
    registrations: int = Field(description="All of them.")
    by_status: dict[str, int] = Field(description="How many have which status.")
    by_channel: dict[str, int] = Field(description="How many were opened by which channel.")
    by_office: dict[str, int] = Field(description="How many were opened at which office.")
    by_month: dict[str, int] = Field(description="How many were opened in which month.")
    lapse_rate: float | None = Field(description="Lapsed, of those that wait for nothing any more (S3).")
    median_seconds_to_activation: float | None = Field(
        description="From opening to the first redeemed code, of those that were activated."
    )
    undelivered_letters: dict[str, int] = Field(description="How many letters of which kind did not arrive.")
    counts: list[CountAnswer] = Field(description="The counts that these are sums of.")

    @classmethod
    def of(cls, found: Statistics) -> Self:
        """The gateway's answer."""
        return cls(**found.summary(), counts=[CountAnswer.model_validate(count) for count in found.counts])
