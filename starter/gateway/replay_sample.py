"""The gate before an upgrade: whether this build can go on with what runs, and replays what is archived."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import Self

from temporalio.client import Client

from audit.samples import Drawn, replayed_sample
from registration.answers import AS_OF, ID, answer, label
from registration.names import registration_id_of
from registration.sentences import Catalogue, in_words
from registration.timeline import Source
from settings.settings import Settings
from starter.gateway.engine import answering, now
from store.archive import HistoryArchive
from temporal.bounded_calls import with_bounds
from temporal.client import check_namespace

_SOURCE = label("source", "Where its history was found.", "TEMPORAL")
_KIND = label(
    "kind of run",
    "The status of an open registration, the type of another open workflow, or how an archived run ended.",
    "ACTIVE",
)


@answer
@dataclass(frozen=True)
class ReplayCount:
    """How many histories of a kind were replayed."""

    source: Source = field(metadata=_SOURCE)
    kind: str = field(metadata=_KIND)
    replayed: int = field(metadata=label("replayed", "How many follow from this build.", 12))
    differing: int = field(metadata=label("do not replay", "How many do not.", 0))


@answer
@dataclass(frozen=True)
class ReplayFailure:
    """A history that does not follow from this build."""

    registration_id: str = field(
        metadata=label("registration", "The registration's id, or that of another workflow.", ID)
    )
    source: Source = field(metadata=_SOURCE)
    kind: str = field(metadata=_KIND)
    sentence: str = field(metadata=label("reason", "Why not, in words.", "Run …: at event 5 the history says …"))


@answer
@dataclass(frozen=True)
class ReplaySample:
    """A sample of histories, replayed by this build."""

    as_of: datetime = field(metadata=AS_OF)
    build: str = field(
        metadata=label("build", "The build that replayed: its id, or the version of the package.", "1.0")
    )
    holds: bool = field(metadata=label("holds", "Whether all follow from this build, and there is one.", True))
    counts: tuple[ReplayCount, ...] = field(metadata=label("counts", "How many of each kind."))
    failures: tuple[ReplayFailure, ...] = field(metadata=label("failures", "Each that does not."))

    @classmethod
    def of(cls, build: str, drawn: Iterable[Drawn], catalogue: Catalogue) -> Self:
        """What became of a sample, in the language of a catalogue."""
        good, bad, failures = Counter[tuple[Source, str]](), Counter[tuple[Source, str]](), []
        for each in drawn:
            kind = each.outcome.run.source, each.kind
            (good if each.outcome.holds else bad)[kind] += 1
            if sentence := each.outcome.sentence:
                workflow = registration_id_of(each.workflow) or each.workflow
                failures.append(ReplayFailure(workflow, *kind, in_words(sentence, catalogue)))
        counts = tuple(ReplayCount(*kind, good[kind], bad[kind]) for kind in (good | bad))
        return cls(now(), build, bool(counts) and not failures, counts, tuple(failures))


@answering
async def sample_replayed(settings: Settings, client: Client, most: int, catalogue: Catalogue) -> ReplaySample:
    """Replays up to `most` open runs and as many archived ones; reads Temporal and the archive alone, writes nothing.

    Raises `CannotStart`, `Unavailable`.
    """
    await check_namespace(client)
    archive = HistoryArchive(settings.archive_folder) if settings.archive_folder else None
    drawn = await replayed_sample(with_bounds(client), archive, most)
    return ReplaySample.of(settings.build_id or version("ugyfelkapu"), drawn, catalogue)
