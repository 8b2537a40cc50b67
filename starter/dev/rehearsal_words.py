"""What the rehearsal says while it plays."""

from registration.sentences import Phrases, Sentence


class RehearsalLine(Phrases):
    """A sentence each; blanks are numbers and dates."""

    STARTING = "starting PostgreSQL, Temporal and the inbox"
    STOPPING = "stopping the servers"
    COMPARING = "comparing PostgreSQL with Temporal"
    TIME_PASSES = "time passes until {until}"
    WAITING = "waiting for the letter: {letter}"

    ONLINE = "1  Online, through every status and back"
    IN_PERSON = "2  In person, a forgotten password"
    NEVER_REDEEMED = "3  Online, never redeemed"

    SENT_IN = "the form is sent in online"
    OPENED_IN_PERSON = "a clerk has opened it in person"
    OPENED_AGAIN = "the user name is free: a new client registers with it"
    REDEEMED = "the code is redeemed, a password is chosen"
    REDEEMED_FOR = "the code is redeemed, a password for {days} days is chosen"
    RENEWED = "the code is redeemed, a new password is chosen"
    REACTIVATED = "the new code is redeemed, a new password is chosen"
    VERIFIED = "a clerk has verified the identity"
    LOGGED_IN = "log-in with the password succeeds"
    REMINDED = "reminder: the password expires in {days} to {more} days"
    EXPIRED = "the password has reached the end of its validity"
    CODE_NEEDED = "log-in is refused: request a code"
    VISIT_NEEDED = "log-in is refused: visit a registration body"
    OLD_REFUSED = "the old password is refused"
    CODE_REQUESTED = "a code is requested; the deadline stays"
    GRACE_OVER = "{days} days without a new password"
    SIGNALLED = "a clerk's signal `reactivate`; the code is sent without a request"
    LAPSED = "{days} days without a redemption"
    CODE_REFUSED = "its code is refused"
    ERASED = "its last letter is out: its personal data is erased"

    def with_facts(self, **facts: object) -> Sentence:
        """The sentence with its blanks filled."""
        return Sentence(self, facts)
