"""What only the command line refuses, and the words of its tables, in both languages."""

from enum import StrEnum
from typing import Final

from registration.statuses import Language


class CliProblem(StrEnum):
    """One sentence each, in English; the Hungarian stands in `_HUNGARIAN`."""

    NO_INSTALLATION = "No installation is known: run `ugyfelkapu dev` in this folder, or set UGYFELKAPU_DATABASE_URL."
    NOT_EMBEDDED = "This works in the embedded environment only: run `ugyfelkapu dev` in this folder."
    FOLDER_IN_USE = "--data: an environment runs on this folder already; stop it, or name another folder."
    FOLDER_UNUSABLE = "--data: the folder cannot be written ({reason})."
    EXTRA_MISSING = "The embedded environment is not installed: install ugyfelkapu[dev]."
    SERVER_FAILED = "A server of the embedded environment failed: {reason}"
    FILE_UNREADABLE = "{field}: the file cannot be read ({reason})."
    FILE_UNWRITABLE = "{field}: the file cannot be written ({reason})."
    NO_SUCH_LETTER = "NUMBER: there is no such letter; there are {count}."
    NOTHING_BY_ITSELF = "Nothing happens by itself to this registration: no date is known to go to."
    TIME_NOT_SKIPPED = "The time of this registration cannot be skipped: it has ended."
    ONE_WAY_TO_GO = "DURATION: give either a duration or --to-next-step."
    ONE_WAY_TO_VERIFY = "ID: give either an ID or --all; --against and --checkpoints go with --all."
    ONE_WAY_TO_EXTEND = "--days: give either --days or --to-anniversary."
    NOBODY_TO_ASK = "{field}: must be typed in a terminal, given with --stdin, or in the variable {variable}."
    SIGNAL_REFUSED = "The extension was refused ({reason}); the record has the event."
    LINES_REFUSED = "{count} lines were refused; {report} says which and why. The others are done."
    REPLAY_DIFFERS = "{count} of {all} runs do not follow from the present code, or nobody has their history."
    NOT_PREPARED = "The database is not prepared: run `ugyfelkapu migrate`."
    DATABASE_REFUSES = "UGYFELKAPU_DATABASE_URL: the database refuses this user, password or name ({reason})."
    REHEARSAL_FAILED = "The rehearsal failed: {reason}."
    MORE_FOUND = "There are more than these 50: add to what you search by."
    SIGNAL_OR_ANSWER = "--signal: a signal only reactivates; leave out --email."
    USAGE = "The command line is wrong: {reason}"
    UNEXPECTED = "unexpected error: {reason}"

    def in_language(self, language: Language, **facts: str) -> str:
        """The sentence with its blanks filled."""
        template = _HUNGARIAN[self] if language is Language.HU else str(self)
        return template.format(**facts)


_HUNGARIAN: Final = {
    CliProblem.NO_INSTALLATION: "Nincs ismert telepítés: ebben a mappában indítsa el: `ugyfelkapu dev`, vagy adja meg "
    "az UGYFELKAPU_DATABASE_URL változót.",
    CliProblem.NOT_EMBEDDED: "Ez csak a beágyazott környezetben működik: ebben a mappában indítsa el: "
    "`ugyfelkapu dev`.",
    CliProblem.FOLDER_IN_USE: "--data: ezen a mappán már fut egy környezet; állítsa le, vagy adjon meg másik mappát.",
    CliProblem.FOLDER_UNUSABLE: "--data: a mappa nem írható ({reason}).",
    CliProblem.EXTRA_MISSING: "A beágyazott környezet nincs telepítve: telepítse az ugyfelkapu[dev] csomagot.",
    CliProblem.SERVER_FAILED: "A beágyazott környezet egyik kiszolgálója hibát jelzett: {reason}",
    CliProblem.FILE_UNREADABLE: "{field}: a fájl nem olvasható ({reason}).",
    CliProblem.FILE_UNWRITABLE: "{field}: a fájl nem írható ({reason}).",
    CliProblem.NO_SUCH_LETTER: "NUMBER: nincs ilyen levél; {count} levél van.",
    CliProblem.NOTHING_BY_ITSELF: "Ezzel a regisztrációval magától nem történik semmi: nincs dátum, ameddig ugrani "
    "lehet.",
    CliProblem.TIME_NOT_SKIPPED: "Ennek a regisztrációnak az ideje nem ugorható át: véget ért.",
    CliProblem.ONE_WAY_TO_GO: "DURATION: vagy időtartamot adjon meg, vagy a --to-next-step kapcsolót.",
    CliProblem.ONE_WAY_TO_VERIFY: "ID: vagy egy azonosítót adjon meg, vagy a --all kapcsolót; a --against és a "
    "--checkpoints a --all mellé való.",
    CliProblem.ONE_WAY_TO_EXTEND: "--days: vagy ezt adja meg, vagy a --to-anniversary kapcsolót.",
    CliProblem.NOBODY_TO_ASK: "{field}: terminálban kell begépelni, vagy --stdin kapcsolóval, vagy a {variable} "
    "változóban megadni.",
    CliProblem.SIGNAL_REFUSED: "A meghosszabbítást a regisztráció elutasította ({reason}); az esemény a naplóban áll.",
    CliProblem.LINES_REFUSED: "{count} sort nem vettünk át; hogy melyiket és miért, ebben áll: {report}. A többi kész.",
    CliProblem.REPLAY_DIFFERS: "{all} futásból {count} nem következik a jelenlegi kódból, vagy nincs meg a története.",
    CliProblem.NOT_PREPARED: "Az adatbázis nincs előkészítve: futtassa: `ugyfelkapu migrate`.",
    CliProblem.DATABASE_REFUSES: "UGYFELKAPU_DATABASE_URL: az adatbázis nem fogadja el ezt a felhasználót, jelszót "
    "vagy nevet ({reason}).",
    CliProblem.REHEARSAL_FAILED: "A próba nem sikerült: {reason}.",
    CliProblem.MORE_FOUND: "Ennél az 50-nél több van: adjon meg pontosabb szempontot.",
    CliProblem.SIGNAL_OR_ANSWER: "--signal: a jel csak újraaktivál; hagyja el az --email kapcsolót.",
    CliProblem.USAGE: "Hibás parancs: {reason}",
    CliProblem.UNEXPECTED: "váratlan hiba (unexpected error): {reason}",
}

WORDS: Final = {
    "registration_id": "azonosító",
    "status": "állapot",
    "since": "mióta",
    "because": "miért",
    "by": "ki által",
    "deadline": "határidő",
    "next_step": "következő lépés",
    "next_step_at": "mikor",
    "password_valid_until": "jelszó érvényes",
    "code_valid_until": "kód érvényes",
    "undelivered_letters": "kézbesítetlen levelek",
    "sequence": "események száma",
    "head": "utolsó lenyomat",
    "as_of": "időpont",
    "identity_verified": "azonosítva",
    "workflow": "munkafolyamat (Temporal)",
    "read_model": "adatbázis (PostgreSQL)",
    "agree": "egyeznek",
    "number": "szám",
    "date": "dátum",
    "to": "címzett",
    "subject": "tárgy",
    "user_name": "felhasználói név",
    "email": "e-mail cím",
    "family_name": "családi név",
    "given_name": "utónév",
    "birth_name": "születési név",
    "birth_place": "születési hely",
    "birth_date": "születési idő",
    "mothers_birth_name": "anyja neve",
    "language": "nyelv",
    "signature": "aláírás",
    "level": "szint",
    "format": "formátum",
    "applied": "alkalmazva",
    "until": "eddig",
    "signalled": "jel elküldve",
    "started": "elindítva",
    "sent": "újraküldve",
    "disagreements": "eltérések",
    "looked_until": "eddig vizsgálva",
    "now": "új idő",
    "dry_run": "próbafutás",
    "lines": "sorok",
    "taken_over": "átvéve",
    "already_there": "korábban átvéve",
    "refused": "elutasítva",
    "report": "jelentés",
    "receipt_number": "nyugtaszám",
    "page": "lap",
    "channel": "csatorna",
    "office": "hivatal",
    "body": "szerv",
    "registered_on": "regisztrált",
    "issued_on": "kiállítva",
    "letter_id": "levél",
    "outcome": "kimenet",
    "who": "ki",
    "operation": "művelet",
    "detail": "részlet",
    "operation_and_outcome": "művelet, kimenet",
    "registration_and_request": "regisztráció, kérés",
    "code": "kód",
    "name": "név",
    "address": "cím",
    "open": "nyitva",
    "imported": "betöltve",
    "id": "azonosító",
    "disabled": "letiltva",
    "disabled_at": "mióta",
    "disabled_by": "ki tiltotta le",
    "at": "időpont",
    "leaves": "láncok",
    "changed": "változott",
    "contradicted": "ellentmondás",
    "root": "gyökér",
    "document": "dokumentum (SHA-256)",
    "mailed": "elküldve",
    "whole": "sértetlen",
    "registrations": "regisztrációk",
    "events": "események",
    "access_entries": "hozzáférések",
    "checkpoint": "ellenőrzési pont",
    "histories": "Temporal-történetek",
    "findings": "eltérések száma",
    "when": "mikor",
    "happened": "mi történt",
    "rule": "szabály",
    "reason": "indoklás",
    "policy": "szabályzat",
    "run": "futás",
    "closed": "vége",
    "history_events": "események",
    "source": "forrás",
    "replay": "újrajátszás",
    "by_status": "állapot szerint",
    "by_channel": "csatorna szerint",
    "by_office": "hivatal szerint",
    "by_month": "hónap szerint",
    "lapse_rate": "elévülési arány",
    "median_seconds_to_activation": "aktiválásig eltelt idő (medián, mp)",
}
"""Hungarian words for the keys of `--json`, as the tables show them."""
