"""The closed vocabularies of a registration's life (docs/architecture.md, "The lifecycle")."""

from registration.sentences import Vocabulary


class Status(Vocabulary):
    """The status of a registration. `SUBMITTED` exists only as a row that no workflow has taken over yet."""

    SUBMITTED = "SUBMITTED"
    AWAITING_ACTIVATION = "AWAITING_ACTIVATION"
    TEMPORARY = "TEMPORARY"
    ACTIVE = "ACTIVE"
    PASSWORD_EXPIRED = "PASSWORD_EXPIRED"
    INACTIVE = "INACTIVE"
    AWAITING_REACTIVATION = "AWAITING_REACTIVATION"
    LAPSED = "LAPSED"
    CLOSED = "CLOSED"

    @property
    def is_final(self) -> bool:
        """A final status frees the user name and ends in erasure."""
        return self in {Status.LAPSED, Status.CLOSED}

    @property
    def awaits_code(self) -> bool:
        """A status that only a redeemed code ends well: its live code spans the whole status."""
        return self in {Status.AWAITING_ACTIVATION, Status.AWAITING_REACTIVATION}


OPEN_STATUSES = tuple(status for status in Status if status is not Status.SUBMITTED and not status.is_final)


class Channel(Vocabulary):
    """How the registration was opened (S2, S3, S4)."""

    ONLINE = "ONLINE"
    IN_PERSON = "IN_PERSON"
    E_SIGNATURE = "E_SIGNATURE", "electronic signature"


class Assurance(Vocabulary):
    """The level of the electronic signature that opened a registration (S4): anything less is refused."""

    ADVANCED = "ADVANCED"
    QUALIFIED = "QUALIFIED"


class Purpose(Vocabulary):
    """What a one-time code confirms."""

    PASSWORD = "PASSWORD"
    NEW_EMAIL = "NEW_EMAIL"
    CLOSURE = "CLOSURE"


class Language(Vocabulary):
    """The language of letters and answers; Hungarian unless the client chose otherwise."""

    HU = "hu", "Hungarian"
    EN = "en", "English"
