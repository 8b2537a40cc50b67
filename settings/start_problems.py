"""Why a process cannot start although its settings are well-formed: one sentence that names setting and next step."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from registration.dependencies import Dependency
from registration.sentences import N_, Sentence

_DATABASE_URL: Final = "UGYFELKAPU_DATABASE_URL"
_NAMESPACE: Final = "TEMPORAL_NAMESPACE"


@dataclass(frozen=True)
class _Row:
    """`setting` is the variable to look at; `None` where a fact names it. `wrong_setting`: it must be corrected."""

    dependency: Dependency
    setting: str | None
    message: str
    wrong_setting: bool = True


class StartProblem(Enum):
    """Placeholders are filled by facts; none is ever a key, a password or an address with one."""

    LOG_IN_REFUSED = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        N_(
            "{setting}: PostgreSQL refuses this user or password ({reason}); correct it in the address, or create the "
            "role."
        ),
    )
    NO_SUCH_DATABASE = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        N_("{setting}: PostgreSQL has no database of this name; create it (`createdb`), or correct the address."),
    )
    NO_RIGHTS = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        N_(
            "{setting}: this user lacks the rights that are needed in PostgreSQL; make it the owner of the database, "
            "or name another user."
        ),
    )
    READ_ONLY = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        N_("{setting}: this PostgreSQL cannot be written to (a standby?); name the primary server."),
    )
    NO_SCHEMA = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        N_("{setting}: the database is not prepared; run `ugyfelkapu migrate` first."),
        wrong_setting=False,
    )
    OLD_SCHEMA = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        N_(
            "{setting}: the database has the schema {found}, this version needs {needed}; run `ugyfelkapu migrate` "
            "first."
        ),
        wrong_setting=False,
    )
    NEWER_SCHEMA = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        N_(
            "{setting}: the database has the schema {found}, which is newer than this version's {needed}; nothing was "
            "changed: run `ugyfelkapu migrate` of the newer version, and at a roll-back leave it out."
        ),
        wrong_setting=False,
    )
    OLDER_PROCESSES = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        N_(
            "{setting}: after migration {migrations} these older processes would fail: {processes}; stop them, then "
            "run `ugyfelkapu migrate` again."
        ),
        wrong_setting=False,
    )
    RESTORE_INSTEAD = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        N_(
            "{setting}: taking back migration {migrations} would lose what only a backup could bring back; nothing was "
            "changed: older processes go on with this schema, else restore a backup (docs/upgrades.md, Restore "
            "instead)."
        ),
        wrong_setting=False,
    )
    PROCESSES_RUN = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        N_(
            "{setting}: these processes may need the schema that would be taken back: {processes}; stop them, then run "
            "the command again."
        ),
        wrong_setting=False,
    )
    CLOCKS_DIFFER = _Row(
        Dependency.DATABASE,
        _DATABASE_URL,
        N_(
            "{setting}: the clock of this machine and that of PostgreSQL differ by {seconds} seconds, at most {most} "
            "is allowed; set both (NTP)."
        ),
        wrong_setting=False,
    )
    KEY_NOT_REGISTERED = _Row(
        Dependency.KEY,
        None,
        N_(
            "{setting}: this installation does not know the key {key} yet, or has retired it; run `ugyfelkapu migrate` "
            "with it first."
        ),
        wrong_setting=False,
    )
    KEY_DIFFERS = _Row(
        Dependency.KEY,
        None,
        N_(
            "{setting}: the key {key} is not the one that this installation works with; give that one, or give a new "
            "key an id of its own."
        ),
    )
    KEY_MISSING = _Row(
        Dependency.KEY,
        None,
        N_(
            "{setting}: the key {key}, which this installation works with, is missing; give it, or where it is not "
            "needed any more run `ugyfelkapu migrate` without it first."
        ),
    )
    KEY_OPENS_NOTHING = _Row(
        Dependency.KEY,
        None,
        N_("{setting}: the key {key} does not open what is stored under its id; give the key that it was made with."),
    )
    KEY_NEEDED = _Row(
        Dependency.KEY,
        None,
        N_(
            "{setting}: without the key {key} stored data could not be opened; give the key, and first take it out of "
            "use (docs/keys.md, Rotating keys)."
        ),
    )
    KEY_STILL_GIVEN = _Row(
        Dependency.KEY, None, N_("{setting}: the key {key} cannot be taken out of use while it is given; leave it out.")
    )
    KEY_IN_USE = _Row(
        Dependency.KEY,
        None,
        N_(
            "{setting}: the key {key} is the first one of these running processes: {processes}; move it back there "
            "first."
        ),
        wrong_setting=False,
    )
    KEY_NOT_EVERYWHERE = _Row(
        Dependency.KEY,
        None,
        N_(
            "{setting}: the key {key} is the first one, but these running processes lack it: {processes}; give it to "
            "them first, in second place (a process that has died counts for {seconds} seconds more)."
        ),
        wrong_setting=False,
    )
    NO_SUCH_NAMESPACE = _Row(
        Dependency.TEMPORAL,
        _NAMESPACE,
        N_("{setting}: Temporal has no such namespace; run `ugyfelkapu migrate` first, or correct the name."),
    )
    TEMPORAL_REFUSES = _Row(
        Dependency.TEMPORAL,
        "TEMPORAL_API_KEY",
        N_(
            "{setting}: Temporal refuses this client ({reason}); correct the key or the variables TEMPORAL_TLS_*, and "
            "grant it the namespace."
        ),
    )
    TEMPORAL_SETTINGS = _Row(
        Dependency.TEMPORAL,
        "TEMPORAL_ADDRESS",
        N_(
            "{setting}: Temporal's address, profile (TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE) or TLS file "
            "(TEMPORAL_TLS_*) cannot be used{because}; correct it."
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
        self.sentence: Final = Sentence(row.message, {**facts, "setting": self.setting, "because": because})
        """The one clear sentence for an operator."""
        super().__init__(str(self.sentence))
