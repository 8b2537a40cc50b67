"""What a letter is made from: no user name, no address, no data of birth."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from registration.letters import LetterKind
from registration.log_ins import BrowserFamily
from registration.statuses import Language, Status

_LINK: Final = re.compile(r"[/@:]|\w\.\w")
"""What a mail program might turn into a link: anyone can register online under a name that is an advertisement."""


@dataclass(frozen=True)
class LetterFacts:
    """The facts of one letter; those that its kind does not use are `None`.

    `status` is the registration's present status, which decides the occasion of a code. `date` is the UTC moment
    that the letter names (a deadline, or the end of the password's validity), `days` how many days ahead it reminds,
    `code` the one-time code as `XXXX-XXXX-XXXX-XXXX`, `browser` the one of a log-in. Names are empty where the address
    is not known to be the client's: such a letter greets neutrally. Names and code stay out of the representation.
    ValueError for a `date` without a time zone.
    """

    kind: LetterKind
    language: Language
    status: Status
    family_name: str = field(repr=False)
    given_name: str = field(repr=False)
    portal_url: str
    date: datetime | None = None
    days: int | None = None
    code: str | None = field(default=None, repr=False)
    browser: BrowserFamily | None = None

    def __post_init__(self) -> None:
        """Refuses a date without a time zone."""
        if self.date is not None and self.date.utcoffset() is None:
            raise ValueError("date has no time zone")

    @property
    def name(self) -> str:
        """The client's name in the order of the language, on one line: family name first in Hungarian."""
        names = [self.given_name, self.family_name]
        if self.language is Language.HU:
            names.reverse()
        return " ".join(" ".join(names).split())

    @property
    def salutation(self) -> str:
        """How the letter begins; without the name where that might become a link."""
        name = "" if _LINK.search(self.name) else self.name
        if self.language is Language.HU:
            return f"Tisztelt {name or 'Ügyfelünk'}!"
        return f"Dear {name or 'Client'},"

    @property
    def browser_name(self) -> str | None:
        """The browser's name, where it has one that readers know."""
        return self.browser.label if self.browser and self.browser is not BrowserFamily.OTHER else None

    @property
    def page_url(self) -> str:
        """The page of the client's next step."""
        page = self.kind.row.page
        return self.portal_url if page == "/" else self.portal_url.rstrip("/") + page

    @property
    def occasion(self) -> str:
        """Why a password code goes out: `activation`, `reactivation` or `forgotten`.

        The status before the awaiting one counts as it, for the read model may lag behind the workflow (principle 3).
        """
        match self.status:
            case Status.SUBMITTED | Status.AWAITING_ACTIVATION:
                return "activation"
            case Status.INACTIVE | Status.AWAITING_REACTIVATION:
                return "reactivation"
            case _:
                return "forgotten"
