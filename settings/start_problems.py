"""Why a process cannot start although its settings are well-formed: one sentence that names setting and next step."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from registration.dependencies import Dependency
from registration.statuses import Language
from registration.words import Words

_DATABASE_URL: Final = "UGYFELKAPU_DATABASE_URL"
_NAMESPACE: Final = "TEMPORAL_NAMESPACE"


@dataclass(frozen=True)
class _Row:
    """`setting` is the variable to look at; `None` where a fact names it. `wrong_setting`: it must be corrected."""

    dependency: Dependency
    setting: str | None
    words: Words
    wrong_setting: bool = True


class StartProblem(Enum):
    """Placeholders are filled by facts; none is ever a key, a password or an address with one."""

    LOG_IN_REFUSED = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        Words(
            "{setting}: a PostgreSQL nem fogadja el ezt a felhasználót vagy jelszót ({reason}); javítsa ki a címben, "
            "vagy hozza létre a szerepet.",
            "{setting}: PostgreSQL refuses this user or password ({reason}); correct it in the address, or create the "
            "role.",
        ),
    )
    NO_SUCH_DATABASE = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        Words(
            "{setting}: a PostgreSQL-ben nincs ilyen nevű adatbázis; hozza létre (`createdb`), vagy javítsa ki a "
            "címet.",
            "{setting}: PostgreSQL has no database of this name; create it (`createdb`), or correct the address.",
        ),
    )
    NO_RIGHTS = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        Words(
            "{setting}: ennek a felhasználónak a PostgreSQL-ben nincs joga ehhez; tegye az adatbázis tulajdonosává, "
            "vagy adjon meg másik felhasználót.",
            "{setting}: this user has not the rights that are needed in PostgreSQL; make it the owner of the database, "
            "or name another user.",
        ),
    )
    READ_ONLY = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        Words(
            "{setting}: ebbe a PostgreSQL-be nem lehet írni (tartalék kiszolgáló?); adja meg az elsődlegest.",
            "{setting}: this PostgreSQL cannot be written to (a standby?); name the primary server.",
        ),
    )
    NO_SCHEMA = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        Words(
            "{setting}: az adatbázis nincs előkészítve; futtassa előbb: `ugyfelkapu migrate`.",
            "{setting}: the database is not prepared; run `ugyfelkapu migrate` first.",
        ),
        wrong_setting=False,
    )
    OLD_SCHEMA = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        Words(
            "{setting}: az adatbázis sémája {found}, ennek a változatnak {needed} kell; futtassa előbb: "
            "`ugyfelkapu migrate`.",
            "{setting}: the database has the schema {found}, this version needs {needed}; run `ugyfelkapu migrate` "
            "first.",
        ),
        wrong_setting=False,
    )
    NEWER_SCHEMA = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        Words(
            "{setting}: az adatbázis sémája {found}, újabb, mint ennek a változatnak a {needed} sémája; semmi sem "
            "változott: futtassa az újabb változat `ugyfelkapu migrate` parancsát, visszaálláskor pedig hagyja el.",
            "{setting}: the database has the schema {found}, which is newer than this version's {needed}; nothing was "
            "changed: run `ugyfelkapu migrate` of the newer version, and at a roll-back leave it out.",
        ),
        wrong_setting=False,
    )
    OLDER_PROCESSES = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        Words(
            "{setting}: a(z) {migrations} migráció után ezek a régebbi folyamatok nem működnének: {processes}; állítsa "
            "le őket, majd futtassa újra: `ugyfelkapu migrate`.",
            "{setting}: after migration {migrations} these older processes would fail: {processes}; stop them, then "
            "run `ugyfelkapu migrate` again.",
        ),
        wrong_setting=False,
    )
    CLOCKS_DIFFER = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        Words(
            "{setting}: ennek a gépnek az órája {seconds} másodperccel eltér a PostgreSQL órájától, legfeljebb {most} "
            "lehet; állítsa be mindkettőt (NTP).",
            "{setting}: the clock of this machine and that of PostgreSQL differ by {seconds} seconds, at most {most} "
            "is allowed; set both (NTP).",
        ),
        wrong_setting=False,
    )
    KEY_NOT_REGISTERED = _Row(
        Dependency.KEY,
        None,
        Words(
            "{setting}: a(z) {key} kulcsot ez a telepítés még nem ismeri, vagy kivonta; futtassa vele előbb: "
            "`ugyfelkapu migrate`.",
            "{setting}: this installation does not know the key {key} yet, or has retired it; run `ugyfelkapu migrate` "
            "with it first.",
        ),
        wrong_setting=False,
    )
    KEY_DIFFERS = _Row(
        Dependency.KEY,
        None,
        Words(
            "{setting}: a(z) {key} kulcs nem az, amellyel ez a telepítés dolgozik; adja meg azt, vagy adjon az új "
            "kulcsnak új azonosítót.",
            "{setting}: the key {key} is not the one that this installation works with; give that one, or give a new "
            "key an id of its own.",
        ),
    )
    KEY_MISSING = _Row(
        Dependency.KEY,
        None,
        Words(
            "{setting}: hiányzik a(z) {key} kulcs, amellyel ez a telepítés dolgozik; adja meg, vagy ha már nem kell, "
            "futtassa nélküle előbb: `ugyfelkapu migrate`.",
            "{setting}: the key {key}, which this installation works with, is missing; give it, or where it is not "
            "needed any more run `ugyfelkapu migrate` without it first.",
        ),
    )
    KEY_OPENS_NOTHING = _Row(
        Dependency.KEY,
        None,
        Words(
            "{setting}: a(z) {key} kulcs nem nyitja azt, ami az azonosítója alatt már megvan; adja meg azt a kulcsot, "
            "amellyel készült.",
            "{setting}: the key {key} does not open what is stored under its id; give the key that it was made with.",
        ),
    )
    KEY_NEEDED = _Row(
        Dependency.KEY,
        None,
        Words(
            "{setting}: a(z) {key} kulcs nélkül meglévő adat nem nyílna meg; adja meg a kulcsot, és előbb vonja ki a "
            "használatból (docs/operations.md, Rotating keys).",
            "{setting}: without the key {key} stored data could not be opened; give the key, and first take it out of "
            "use (docs/operations.md, Rotating keys).",
        ),
    )
    KEY_STILL_GIVEN = _Row(
        Dependency.KEY,
        None,
        Words(
            "{setting}: a(z) {key} kulcsot csak akkor lehet feladni, ha nincs megadva; hagyja ki.",
            "{setting}: the key {key} can be given up only where it is not given; leave it out.",
        ),
    )
    KEY_IN_USE = _Row(
        Dependency.KEY,
        None,
        Words(
            "{setting}: a(z) {key} kulcs ezekben a futó folyamatokban az első: {processes}; előbb ott tegye hátrébb.",
            "{setting}: the key {key} is the first one of these running processes: {processes}; move it back there "
            "first.",
        ),
        wrong_setting=False,
    )
    KEY_NOT_EVERYWHERE = _Row(
        Dependency.KEY,
        None,
        Words(
            "{setting}: a(z) {key} kulcs az első, de ezekben a futó folyamatokban nincs meg: {processes}; előbb ott "
            "adja meg, másodikként (egy leállt folyamat {seconds} másodperc után nem számít).",
            "{setting}: the key {key} is the first one, but these running processes lack it: {processes}; give it to "
            "them first, in second place (a process that has died counts for {seconds} seconds more).",
        ),
        wrong_setting=False,
    )
    NO_SUCH_NAMESPACE = _Row(
        Dependency.TEMPORAL,
        _NAMESPACE,
        Words(
            "{setting}: a Temporalban nincs ilyen névtér; futtassa előbb: `ugyfelkapu migrate`, vagy javítsa ki a "
            "nevet.",
            "{setting}: Temporal has no such namespace; run `ugyfelkapu migrate` first, or correct the name.",
        ),
    )
    TEMPORAL_REFUSES = _Row(
        Dependency.TEMPORAL,
        "TEMPORAL_API_KEY",
        Words(
            "{setting}: a Temporal nem fogadja el ezt az ügyfelet ({reason}); javítsa ki a kulcsot vagy a "
            "TEMPORAL_TLS_* változókat, és adjon jogot a névtérhez.",
            "{setting}: Temporal refuses this client ({reason}); correct the key or the variables TEMPORAL_TLS_*, and "
            "grant it the namespace.",
        ),
    )
    TEMPORAL_SETTINGS = _Row(
        Dependency.TEMPORAL,
        "TEMPORAL_ADDRESS",
        Words(
            "{setting}: a Temporal címe, profilja (TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE) vagy TLS-fájlja "
            "(TEMPORAL_TLS_*) nem használható{because}; javítsa ki.",
            "{setting}: Temporal's address, profile (TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE) or TLS file "
            "(TEMPORAL_TLS_*) cannot be used{because}; correct it.",
        ),
    )


class CannotStart(Exception):
    """A process must not run here as it is set up; nothing was changed."""

    def __init__(self, problem: StartProblem, **facts: str) -> None:
        """`facts` fill the placeholders; `setting` is one of them where the problem itself does not name it."""
        row = problem.value
        self.problem: Final = problem
        self.dependency: Final = row.dependency
        self.setting: Final = row.setting or facts["setting"]
        self.wrong_setting: Final = row.wrong_setting
        because = f" ({facts['reason']})" if "reason" in facts else ""
        self._words = row.words.filled({**facts, "setting": self.setting, "because": because})
        super().__init__(self.sentence(Language.EN))

    def sentence(self, language: Language) -> str:
        """The one clear sentence for an operator."""
        return self._words.in_language(language)
