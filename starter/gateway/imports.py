"""Takes over the accounts of an older system, batch by batch; killed at any point and run again, each exactly once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from registration.accounts import ACCOUNT_COLUMNS, AccountForm
from registration.deadlines import spread_of
from registration.errors import InvalidInput, UgyfelkapuError, UserNameTaken
from registration.forms import checked_identifier, checked_subject, checked_user_name
from registration.input_rules import InputRule
from registration.messages import Actor, ActorKind
from registration.operations import Operation
from registration.policy import Policy
from registration.statuses import Status
from starter.gateway.csv_lines import CsvLine
from starter.gateway.engine import Engine, now
from starter.gateway.forms import checked_email
from starter.gateway.keycloak_hashes import credential_of_columns
from starter.gateway.legacy_hashes import check_imported_hash
from starter.gateway.staff_door import StaffWork, attended
from store.accounts import Account, AccountKey
from store.rows import Submitted, state_of
from temporal.pace import Pace, of_each
from temporal.registrations import launch

_OF_KEYCLOAK: Final = ("secret_data", "credential_data")
KEYCLOAK_COLUMNS: Final = tuple(
    column for name in ACCOUNT_COLUMNS for column in (_OF_KEYCLOAK if name == "password_hash" else (name,))
)
"""The same with the hash in the two columns of Keycloak's database."""

_BATCH: Final = 200
"""Accounts in one transaction: enough that round trips do not count, and sealed in a tenth of a second."""
_BATCH_SECONDS: Final = 10
"""What is written is started within this time, before reconciliation would (after 30 s)."""
_AT_ONCE: Final = 20
"""Workflow starts under way at once: with so many the server is busy, and its answers stay within seconds."""
_NAME_BYTES: Final = 16
"""Of a user name's blind index: no two names of a file have the same."""


@dataclass(frozen=True)
class ImportPlan:
    """`source` names the older system: the same user name of the same source is the same account, in every file.

    Expiries that lie ahead move later by up to `spread_days`; at most `rate` workflows a second are started. With
    `dry_run` everything is checked and nothing is written.
    """

    source: str
    spread_days: int = 0
    rate: float | None = None
    dry_run: bool = False

    @property
    def batch_size(self) -> int:
        """How many lines belong into one call of `AccountImport.take`."""
        return _BATCH if self.rate is None else max(1, min(_BATCH, int(self.rate * _BATCH_SECONDS)))


@dataclass(frozen=True)
class RefusedLine:
    """A line that was not taken over, and why; `key` is known where the user name is one."""

    number: int
    refusal: UgyfelkapuError
    key: AccountKey | None = None

    @property
    def field(self) -> str:
        """The column whose rule it breaks."""
        return str(self.refusal.facts.get("field", "user_name"))

    @property
    def rule(self) -> str:
        """The rule's name."""
        rule = self.refusal.facts.get("rule")
        return rule.name if isinstance(rule, InputRule) else type(self.refusal).__name__


@dataclass(frozen=True)
class _SoundLine:
    number: int
    account: Account

    @property
    def key(self) -> AccountKey:
        return self.account.key


@dataclass(frozen=True)
class Outcome:
    """What became of so many lines: `taken_over` now (or would be), `already_there` from an earlier run, refused."""

    lines: int
    taken_over: int
    already_there: int
    refused: tuple[RefusedLine, ...]
    started: int = 0


class AccountImport:
    """For one operator and one file. Remembers which user names the file has named: some 150 bytes for each line."""

    def __init__(self, engine: Engine, operator: str, plan: ImportPlan) -> None:
        """Shares the process's connections. Raises `InvalidInput`."""
        self.engine = engine
        self.actor = Actor(ActorKind.OPERATOR, checked_subject("operator", operator))
        self._plan = replace(plan, source=checked_identifier("source", plan.source))
        self._lines_by_name: dict[bytes, int] = {}
        self._pace = Pace(plan.rate)
        self._is_on_record = False

    def batches(self, lines: Iterable[CsvLine]) -> Iterator[list[CsvLine]]:
        """The lines as `take` wants them, read as they are needed."""
        remaining = iter(lines)
        while batch := list(islice(remaining, self._plan.batch_size)):
            yield batch

    async def take(self, lines: Sequence[CsvLine]) -> Outcome:
        """Checks lines, writes the accounts that do not exist yet in one transaction, and starts their workflows.

        The first call leaves the run's entry in the access record. Raises `StaffDisabled`; `Unavailable`: what is
        written then is taken up by reconciliation, the rest by running again.
        """
        return await (self._tried(lines) if self._plan.dry_run else self._taken(lines))

    @attended(Operation.OPERATIONS_CHECK_IMPORT)
    async def _tried(self, act: StaffWork, lines: Sequence[CsvLine]) -> Outcome:
        return await self._take(act, lines)

    @attended(Operation.OPERATIONS_IMPORT_ACCOUNTS)
    async def _taken(self, act: StaffWork, lines: Sequence[CsvLine]) -> Outcome:
        return await self._take(act, lines)

    async def _take(self, act: StaffWork, lines: Sequence[CsvLine]) -> Outcome:
        act.detail = self._plan.source
        if not self._is_on_record:
            await act.put_on_record()
            self._is_on_record = True
        moment, policy = now(), await self.engine.reader.policy() or Policy()
        checked = [self._check(line, policy, moment) for line in lines]
        outcome, written = await self._settle(checked, moment)
        if self._plan.dry_run:
            return outcome
        return replace(outcome, started=await self._start(await self.engine.accounts.submitted(written), policy))

    def _check(self, line: CsvLine, policy: Policy, moment: datetime) -> _SoundLine | RefusedLine:
        key = None
        try:
            fields = _fields_of(line)
            key = self.engine.accounts.key_of(self._plan.source, checked_user_name(fields["user_name"]))
            first = self._lines_by_name.setdefault(key.user_name_index[-_NAME_BYTES:], line.number)
            if first != line.number:
                repeated = InvalidInput(field="user_name", rule=InputRule.REPEATED, line=str(first))
                return RefusedLine(line.number, repeated)
            form = AccountForm.parse(fields, policy=policy, now=moment)
            checked_email(form.form.email)
            if form.password_hash:
                check_imported_hash(form.password_hash)
        except InvalidInput as refusal:
            return RefusedLine(line.number, refusal, key)
        return _SoundLine(line.number, Account(key, form, self._valid_until(key, form, moment)))

    def _valid_until(self, key: AccountKey, form: AccountForm, moment: datetime) -> datetime | None:
        """Only ever later, and the same in every run: an announced deadline never gets shorter."""
        until = form.password_valid_until
        if form.status is not Status.ACTIVE or until is None or until <= moment:
            return until
        return until + spread_of(key.registration_id, timedelta(days=self._plan.spread_days, seconds=1))

    async def _settle(self, checked: Sequence[_SoundLine | RefusedLine], moment: datetime) -> tuple[Outcome, set[str]]:
        """Writes what is new; also returns the ids of all lines that are written then.

        A line that an earlier run has written is done, whatever today's rules say of it. What another run wrote
        between the look and the write is looked at again.
        """
        waiting = checked
        refused: list[RefusedLine] = []
        taken_over: set[str] = set()
        done: set[str] = set()
        while waiting:
            ids, names = await self.engine.accounts.existing([line.key for line in waiting if line.key])
            new: list[_SoundLine] = []
            for line in waiting:
                if line.key and line.key.registration_id in ids:
                    done.add(line.key.registration_id)
                elif isinstance(line, RefusedLine):
                    refused.append(line)
                elif not names.isdisjoint(line.key.user_name_indexes):
                    refused.append(RefusedLine(line.number, UserNameTaken()))
                else:
                    new.append(line)
            written = await self._write(new, moment)
            taken_over |= written
            waiting = [line for line in new if line.key.registration_id not in written]
        in_order = tuple(sorted(refused, key=lambda line: line.number))
        return Outcome(len(checked), len(taken_over), len(done), in_order), taken_over | done

    async def _write(self, new: Sequence[_SoundLine], moment: datetime) -> set[str]:
        """The ids of the accounts written; in a dry run, of those that would be."""
        if self._plan.dry_run:
            return {line.key.registration_id for line in new}
        return await self.engine.accounts.write([line.account for line in new], self.actor, moment)

    async def _start(self, rows: Sequence[Submitted], policy: Policy) -> int:
        """Starts the workflows of SUBMITTED rows, also of those that an earlier run left; starting twice is once."""

        async def start(row: Submitted) -> None:
            await self._pace.turn()
            await launch(self.engine.client, state_of(row, policy))

        return len(await of_each(rows, start, at_once=_AT_ONCE))


def _fields_of(line: CsvLine) -> Mapping[str, str]:
    """The fields of `ACCOUNT_COLUMNS`. Raises `InvalidInput`."""
    typed = line.checked()
    if "secret_data" not in typed:
        return typed
    both = typed["secret_data"], typed["credential_data"]
    return {**typed, "password_hash": credential_of_columns(*both) if any(both) else ""}
