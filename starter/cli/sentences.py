"""What only the command line refuses, in both languages."""

from enum import StrEnum
from typing import Final

from registration.statuses import Language


class CliProblem(StrEnum):
    """One sentence each, in English; the Hungarian stands in `_HUNGARIAN`."""

    NO_INSTALLATION = (
        "No installation is known: run `ugyfelkapu dev` in this folder, or set UGYFELKAPU_DATABASE_URL, as another "
        "TEMPORAL_ADDRESS than that of `ugyfelkapu dev` needs too."
    )
    NOT_EMBEDDED = (
        "This works in the embedded environment only: run `ugyfelkapu dev` in this folder, and name no other database "
        "or Temporal."
    )
    FOLDER_IN_USE = "--data: an environment runs on this folder already; stop it, or name another folder."
    FOLDER_UNUSABLE = "--data: the folder cannot be written ({reason})."
    EXTRA_MISSING = "The embedded environment is not installed: install ugyfelkapu[dev]."
    SERVER_FAILED = "A server of the embedded environment failed: {reason}"
    FILE_UNREADABLE = "{field}: the file cannot be read ({reason})."
    FILE_UNWRITABLE = "{field}: the file cannot be written ({reason})."
    NO_SUCH_LETTER = "NUMBER: there is no such letter; the number of letters is {count}."
    NOTHING_BY_ITSELF = "Nothing happens by itself to this registration: no date is known to go to."
    TIME_NOT_SKIPPED = "The time of this registration cannot be skipped: it has ended."
    NOT_TOGETHER = "{option}: cannot be given together with {other}."
    NOT_FOR_ROLE = "--office: the role {role} acts for no office; leave it out."
    OPTION_TOO_EARLY = "{option}: belongs behind the subcommand {command}, or has no meaning for it."
    NO_ENVIRONMENT = (
        "--data: no environment runs on this folder, or UGYFELKAPU_DATABASE_URL or TEMPORAL_ADDRESS names another."
    )
    NO_LETTER_TO = "NUMBER: this letter went to another address than --to; without NUMBER those to it are listed."
    NO_LETTER_YET = "--last: no such letter has arrived."
    ONE_WAY_TO_GO = "DURATION: give either a duration or --to-next-step."
    ONE_WAY_TO_VERIFY = "ID: give either an ID or --all; --against and --checkpoints go with --all."
    ONE_WAY_TO_EXTEND = "--days: give either --days or --to-anniversary."
    NOBODY_TO_ASK = "{field}: must be typed in a terminal, given with --stdin, or in the variable {variable}."
    SIGNAL_REFUSED = "The extension was refused ({reason}); the record has the event."
    LINES_REFUSED = "Lines refused: {count}; {report} says which and why. Lines done: {done}."
    ALL_LINES_REFUSED = "Nothing was taken over, for every line was refused ({count}); {report} says why."
    LINES_WOULD_BE_REFUSED = (
        "Lines that would be refused: {count}; {report} says which and why. Nothing was taken over."
    )
    LINES_UNLISTED = (
        "Lines that would be refused: {count}; add --report FILE to see which and why. Nothing was written."
    )
    REPLAY_DIFFERS = "Runs that do not follow from the present code, or whose history is missing: {count} of {all}."
    REHEARSAL_FAILED = "The rehearsal failed: {reason}."
    MORE_FOUND = "There are more than these 50: search by a receipt number or a user name, which only one has."
    OLDER_EXTENSIONS = "There are older ones: add --older-than {last}."
    SIGNAL_OR_ANSWER = "--signal: a signal only reactivates; leave out --email."
    USAGE = "The command line is wrong: {reason}"
    UNEXPECTED = "unexpected error: {reason}"

    def in_language(self, language: Language, **facts: str) -> str:
        """The sentence with its blanks filled."""
        template = _HUNGARIAN[self] if language is Language.HU else str(self)
        return template.format(**facts)


_HUNGARIAN: Final = {
    CliProblem.NO_INSTALLATION: "Nincs ismert telepítés: ebben a mappában indítsa el: `ugyfelkapu dev`, vagy adja meg "
    "az UGYFELKAPU_DATABASE_URL változót; az `ugyfelkapu dev` címétől eltérő TEMPORAL_ADDRESS mellé ez is kell.",
    CliProblem.NOT_EMBEDDED: "Ez csak a beágyazott környezetben működik: ebben a mappában indítsa el: "
    "`ugyfelkapu dev`, és ne nevezzen meg másik adatbázist vagy Temporalt.",
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
    CliProblem.NOT_TOGETHER: "{option}: nem adható meg ezzel együtt: {other}.",
    CliProblem.NOT_FOR_ROLE: "--office: a(z) {role} szerepkör nem hivatal nevében jár el; hagyja el.",
    CliProblem.OPTION_TOO_EARLY: "{option}: a(z) {command} alparancs mögé való, vagy annál nincs értelme.",
    CliProblem.NO_ENVIRONMENT: "--data: ezen a mappán nem fut környezet, vagy az UGYFELKAPU_DATABASE_URL vagy a "
    "TEMPORAL_ADDRESS másikat nevez meg.",
    CliProblem.NO_LETTER_TO: "NUMBER: ez a levél nem a --to címre ment; NUMBER nélkül látható, melyek mentek oda.",
    CliProblem.NO_LETTER_YET: "--last: még nem érkezett ilyen levél.",
    CliProblem.ONE_WAY_TO_GO: "DURATION: vagy időtartamot adjon meg, vagy a --to-next-step kapcsolót.",
    CliProblem.ONE_WAY_TO_VERIFY: "ID: vagy egy azonosítót adjon meg, vagy az --all kapcsolót; az --against és a "
    "--checkpoints az --all mellé való.",
    CliProblem.ONE_WAY_TO_EXTEND: "--days: vagy ezt adja meg, vagy a --to-anniversary kapcsolót.",
    CliProblem.NOBODY_TO_ASK: "{field}: terminálban kell begépelni, vagy --stdin kapcsolóval, vagy az {variable} "
    "változóban megadni.",
    CliProblem.SIGNAL_REFUSED: "A meghosszabbítást a regisztráció elutasította ({reason}); az esemény a naplóban áll.",
    CliProblem.LINES_REFUSED: "{count} sort nem vettünk át; a jelentésben olvasható, melyiket és miért: {report}. "
    "A többi {done} kész.",
    CliProblem.ALL_LINES_REFUSED: "Mind a(z) {count} sort elutasítottuk, tehát semmit sem vettünk át; a "
    "jelentésben olvasható, hogy miért: {report}.",
    CliProblem.LINES_WOULD_BE_REFUSED: "{count} sort nem vennénk át; a jelentésben olvasható, melyiket és "
    "miért: {report}. Semmit sem vettünk át.",
    CliProblem.LINES_UNLISTED: "{count} sort nem vennénk át; a --report FÁJL kapcsolóval látható, hogy melyiket és "
    "miért. Semmi sem íródott ki.",
    CliProblem.REPLAY_DIFFERS: "{all} futásból {count} nem következik a jelenlegi kódból, vagy nincs meg a története.",
    CliProblem.REHEARSAL_FAILED: "A próba nem sikerült: {reason}.",
    CliProblem.MORE_FOUND: "Ennél az 50-nél több van: keressen nyugtaszámra vagy felhasználói névre, abból egy van.",
    CliProblem.OLDER_EXTENSIONS: "Vannak régebbiek is: adja hozzá: --older-than {last}.",
    CliProblem.SIGNAL_OR_ANSWER: "--signal: a jel csak újraaktivál; hagyja el az --email kapcsolót.",
    CliProblem.USAGE: "Hibás parancs: {reason}",
    CliProblem.UNEXPECTED: "váratlan hiba (unexpected error): {reason}",
}
