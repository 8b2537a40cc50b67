"""The life of a registration as one page: a picture, the timeline, the runs that it was read from."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from registration.catalogue import HUNGARIAN
from registration.messages import Actor
from registration.statuses import Channel, Language, Status
from registration.timeline import Run, Source, Timeline
from registration.words import Words
from starter.pages.picture import WIDTH, picture_of
from starter.pages.rendering import page

_TITLES: Final[Mapping[str, Words]] = {
    "title": Words("Egy regisztráció élete", "The life of a registration"),
    "status": Words("Állapot", "Status"),
    "channel": Words("Csatorna", "Channel"),
    "office": Words("Hivatal", "Office"),
    "opened": Words("Megnyílt", "Opened"),
    "deadline": Words("Határidő", "Deadline"),
    "deadlines": Words("Határidők", "Deadlines"),
    "events": Words("Események", "Events"),
    "letters": Words("Levelek", "Letters"),
    "runs": Words("Futások", "Runs"),
    "picture": Words(
        "Sávok: állapotok; számok: események; borítékok: levelek; zászlók: határidők. Az időtengely megnyúlik, ahol "
        "sok minden történt egymás után.",
        "Bars: statuses; numbers: events; envelopes: letters; flags: deadlines. The axis is stretched where much "
        "happened at once.",
    ),
    "when": Words("Mikor", "When"),
    "who": Words("Ki", "Who"),
    "what": Words("Mi történt és miért", "What happened, and why"),
    "after": Words("Utána", "Afterwards"),
    "until": Words("Határidő", "Deadline"),
    "policy": Words("szabályzat", "policy"),
    "ahead": Words("előttünk", "ahead"),
    "replaced": Words("közben más történt", "overtaken by events"),
    "run": Words("Temporal-futás", "Temporal run"),
    "started": Words("Kezdete", "Started"),
    "closed": Words("Vége", "Closed"),
    "outcome": Words("Kimenete", "Outcome"),
    "source": Words("Forrása", "Read from"),
    "length": Words("Események", "Events"),
    "evidence": Words("bizonyíték", "evidence"),
    "nothing": Words("Még semmi sem történt.", "Nothing has happened yet."),
    "no_runs": Words("Nincs futás, amelyet bárki őrizne.", "Nobody has any run of it."),
    "as_of": Words("Készült", "Made"),
    "times": Words("Az idők budapesti idő szerint állnak.", "Times are Budapest times."),
    "no_person": Words("A napló nem tartalmaz személyes adatot.", "The record holds no personal data."),
}

_CHANNELS: Final = {
    Channel.ONLINE: Words("interneten", "online"),
    Channel.IN_PERSON: Words("személyesen", "in person"),
    Channel.E_SIGNATURE: Words("elektronikus aláírással", "electronic signature"),
}
_SOURCES: Final = {
    Source.TEMPORAL: Words("Temporal", "Temporal"),
    Source.ARCHIVE: Words("archívum", "archive"),
    Source.MISSING: Words("hiányzik", "missing"),
    Source.DAMAGED: Words("sérült archívum", "damaged archive"),
}


def timeline_page(life: Timeline, language: Language) -> str:
    """A self-contained HTML page: no outside resource, no script; it prints well."""
    return page(
        "timeline.html",
        language,
        life=life,
        picture=picture_of(life),
        width=WIDTH,
        t={key: words.in_language(language) for key, words in _TITLES.items()},
        channel=_CHANNELS[life.channel].in_language(language),
        status_word=lambda status: status_word(status, language),
        actor_word=lambda actor: _actor_word(actor, language),
        source_word=lambda run: _source_word(run, language),
        opened=_opened(life),
    )


def status_word(status: Status, language: Language) -> str:
    """A status as a person reads it."""
    return status.hungarian if language is Language.HU else status.lower().replace("_", " ")


def _actor_word(actor: Actor, language: Language) -> str:
    return HUNGARIAN[actor.kind] if language is Language.HU else actor.kind.lower()


def _source_word(run: Run, language: Language) -> str:
    return _SOURCES[run.source].in_language(language)


def _opened(life: Timeline) -> datetime | None:
    return life.entries[0].at if life.entries else None
