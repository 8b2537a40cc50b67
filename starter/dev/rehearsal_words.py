"""What the rehearsal tells while it plays, in both languages."""

from enum import Enum

from registration.words import Words


class Told(Enum):
    """A sentence each; blanks are numbers and dates."""

    STARTING = Words("indul a PostgreSQL, a Temporal és a postafiók", "starting PostgreSQL, Temporal and the inbox")
    STOPPING = Words("leállnak a kiszolgálók", "stopping the servers")
    COMPARING = Words("PostgreSQL és Temporal összevetése", "comparing PostgreSQL with Temporal")
    TIME_PASSES = Words("telik az idő eddig: {until}", "time passes until {until}")
    WAITING = Words("várjuk a levelet: {letter}", "waiting for the letter: {letter}")

    ONLINE = Words("1  Online, minden állapoton át és vissza", "1  Online, through every status and back")
    IN_PERSON = Words("2  Személyesen, elfelejtett jelszóval", "2  In person, a forgotten password")
    NEVER_REDEEMED = Words("3  Online, soha be nem váltva", "3  Online, never redeemed")

    SENT_IN = Words("az űrlapot online beküldték", "the form is sent in online")
    OPENED_IN_PERSON = Words("egy ügyintéző személyesen megnyitotta", "a clerk has opened it in person")
    OPENED_AGAIN = Words(
        "a felhasználói név felszabadult: más regisztrál vele",
        "the user name is free: somebody registers with it again",
    )
    REDEEMED = Words("a kódot beváltották, jelszót választottak", "the code is redeemed, a password is chosen")
    REDEEMED_FOR = Words(
        "a kódot beváltották, {days} napos jelszót választottak",
        "the code is redeemed, a password for {days} days is chosen",
    )
    RENEWED = Words("a kódot beváltották, új jelszót választottak", "the code is redeemed, a new password is chosen")
    REACTIVATED = Words(
        "az új kódot beváltották, új jelszót választottak", "the new code is redeemed, a new password is chosen"
    )
    VERIFIED = Words("egy ügyintéző ellenőrizte a személyazonosságot", "a clerk has verified the identity")
    LOGGED_IN = Words("a belépés a jelszóval sikerül", "log-in with the password succeeds")
    REMINDED = Words(
        "emlékeztető: a jelszó {days}–{more} nap múlva lejár", "reminder: the password expires in {days} to {more} days"
    )
    EXPIRED = Words("a jelszó érvényessége véget ért", "the password has reached the end of its validity")
    CODE_NEEDED = Words("belépés elutasítva: kérjen kódot", "log-in is refused: request a code")
    VISIT_NEEDED = Words("belépés elutasítva: menjen el személyesen", "log-in is refused: visit a registration body")
    OLD_REFUSED = Words("a régi jelszó elutasítva", "the old password is refused")
    CODE_REQUESTED = Words("kódot kértek; a határidő marad", "a code is requested; the deadline stays")
    GRACE_OVER = Words("{days} nap új jelszó nélkül", "{days} days without a new password")
    SIGNALLED = Words(
        "egy ügyintéző `reactivate` jele; kódot nem kért senki", "a clerk's signal `reactivate`; nobody asks for a code"
    )
    LAPSED = Words("{days} nap beváltás nélkül", "{days} days without a redemption")
    CODE_REFUSED = Words("a kódja elutasítva", "its code is refused")
    ERASED = Words(
        "az utolsó levele kiment: a személyes adatai törölve", "its last letter is out: its personal data is erased"
    )

    def with_facts(self, **facts: object) -> Words:
        """The sentence with its blanks filled."""
        return self.value.filled(facts)
