"""What a rehearsal runs on: the installation and its watcher."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol

from registration.descriptions import Description
from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.sentences import Text
from registration.statuses import Language, Status
from starter.dev.installation import World
from starter.gateway import CitizenGateway, DeskGateway, PortalGateway


class RehearsalFailed(Exception):
    """Something did not happen as the lifecycle says; the message says what."""


class Watcher(Protocol):
    """Who is shown what happens, while it happens. Times are the registration's own, in UTC."""

    def chapter(self, title: Text) -> None:
        """A life begins."""

    def working(self, on: Text) -> None:
        """What is being done at the moment."""

    def step(self, at: datetime, status: Status, text: Text) -> None:
        """Something happened, and was found to be so in PostgreSQL and in the workflow."""

    def letter(self, letter: EmailMessage, *, whole: bool) -> None:
        """A letter arrived in the inbox; `whole` asks for its text."""


@dataclass(frozen=True)
class Stage:
    """One installation without other users."""

    world: World
    examples: Path
    watcher: Watcher = field(repr=False)
    language: Language

    @property
    def portal(self) -> PortalGateway:
        """What a portal may do."""
        return self.world.portal

    @property
    def citizen(self) -> CitizenGateway:
        """What a citizen may do."""
        return self.world.citizen

    @property
    def desk(self) -> DeskGateway:
        """What a clerk may do."""
        return self.world.desk

    def example(self, name: str) -> dict[str, Any]:
        """What is in the folder of examples. Raises `OSError`, `InvalidInput`."""
        try:
            form: dict[str, Any] = json.loads((self.examples / name).read_text(encoding="utf-8"))
        except ValueError:
            raise InvalidInput(field=name, rule=InputRule.JSON) from None
        return form

    def form(self, name: str) -> dict[str, Any]:
        """A form of the examples, for letters in the language of the rehearsal. Raises `OSError`, `InvalidInput`."""
        return self.example(name) | {"language": str(self.language)}

    @property
    def evidence(self) -> Mapping[str, Any]:
        """What the clerk saw."""
        return self.example("evidence.json")


@dataclass(frozen=True)
class LifeEnd:
    """Where a life ended, as found independently; they agree, or the rehearsal has failed."""

    name: str
    registration_id: str
    stored: Status
    running: Description
    events: int
    letters: int


def demand(holds: bool, what: str) -> None:  # noqa: FBT001  it is what the call says
    """Raises `RehearsalFailed` unless it holds; `what` says it."""
    if not holds:
        raise RehearsalFailed(what)
