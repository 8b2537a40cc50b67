"""What every gateway uses: the store, the Temporal client, the password hasher, the limits."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar
from uuid import UUID

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from uuid_utils import compat as uuids

from audit.histories import Histories
from registration.dependencies import Dependency
from registration.descriptions import PresentStatus
from registration.errors import InvalidInput, NotFound, UgyfelkapuError, Unavailable
from registration.forms import EvidenceForm, RegistrationForm, checked_uuid
from registration.input_rules import InputRule
from registration.limits import LIMITS, Limit
from registration.messages import Actor, ActorKind, ExtendValidity, Message, Reactivate
from registration.record import Event
from registration.rules import MESSAGES, not_accepted
from registration.signatures import VerifiedSignature
from registration.statuses import Channel, Language, Status
from registration.typed_text import trimmed
from settings.mail_address import compared_address
from settings.metrics import GATEWAY_METRICS, LIMIT_REFUSALS, PASSWORD_HASHES, PASSWORD_HASHES_MAX, Metrics
from settings.settings import Settings
from settings.spans import span
from starter.gateway.accesses import Accesses
from starter.gateway.background import BackgroundTasks
from starter.gateway.cancellation import carried_through, finish_under_way, queueing
from starter.gateway.passwords import Passwords
from starter.gateway.rate_limits import RateLimits
from starter.gateway.receipt_numbers import looks_like_one, printed, receipt_number_of
from starter.gateway.server_failures import servers_named
from starter.gateway.signatures import SignatureChannel
from store.accesses import AccessStore
from store.accounts import AccountStore
from store.archive import HistoryArchive
from store.attempts import Attempts
from store.audited import AuditStore
from store.checkpoints import CheckpointFolder
from store.desk_pages import DeskPageStore
from store.drafts import DraftStore
from store.extensions import ExtensionStore
from store.idempotency import IdempotencyStore
from store.intake import Intake
from store.keys import STAFF, checkpoint_folder
from store.log_ins import LogInStore
from store.offices import OfficeStore
from store.open_store import OpenStore, opened_store
from store.processes import Processes
from store.reader import Reader
from store.record import RecordStore
from store.reindexing import Reindexing
from store.rotation import KeyRotation
from store.rows import Submitted, state_of
from store.seals import RowSeals
from store.search import SearchStore
from store.sessions import SessionStore
from store.staff import StaffStore
from store.staff_acts import StaffActStore
from store.staff_seals import StaffSeals
from store.staff_sessions import SignInStore, StaffSessionStore
from store.statistics import StatisticsStore
from store.writer import Writer
from temporal.bounded_calls import with_bounds
from temporal.client import check_namespace
from temporal.health_board import HealthBoard
from temporal.keyed_turns import KeyedTurns
from temporal.registrations import handle_of, launch, send

_STARTED_WITHIN: Final = timedelta(seconds=3)
"""A client waits, and the registration is accepted already: what is not started by then is for reconciliation."""

_Arguments = ParamSpec("_Arguments")
_Outcome = TypeVar("_Outcome")


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The open connections of a trusted process; the gateways of each kind of user share one."""

    client: Client
    metrics: Metrics
    reader: Reader
    record: RecordStore
    writer: Writer
    intake: Intake
    accounts: AccountStore
    passwords: Passwords
    password_turns: KeyedTurns
    background: BackgroundTasks
    health_board: HealthBoard
    limits: RateLimits
    idempotency: IdempotencyStore
    signatures: SignatureChannel
    audited: AuditStore
    checkpoints: CheckpointFolder | None
    extensions: ExtensionStore
    rotation: KeyRotation
    reindexing: Reindexing
    search: SearchStore
    offices: OfficeStore
    staff: StaffStore
    accesses: Accesses
    histories: Histories
    statistics: StatisticsStore
    staff_acts: StaffActStore
    processes: Processes
    sessions: SessionStore
    drafts: DraftStore
    log_ins: LogInStore
    staff_sessions: StaffSessionStore
    sign_ins: SignInStore
    desk_pages: DeskPageStore

    async def registration_id(self, reference: str) -> str:
        """The id behind an id, a user name or a receipt's number; only a receipt's number has a hyphen.

        Raises `NotFound`, and `InvalidInput` for a receipt's number that is mistyped.
        """
        if looks_like_one(reference):
            found = await self.search.registration_of(receipt_number_of(reference))
        elif "-" not in reference:
            found = await self._named(reference)
        else:
            found = await self._known(reference)
        if found is None:
            raise NotFound
        return found

    async def _named(self, user_name: str) -> str | None:
        holder = await self.reader.holder(user_name)
        return holder.registration_id if holder else None

    async def _known(self, typed: str) -> str | None:
        try:
            registration_id = str(UUID(trimmed(typed)))
        except ValueError:
            return None
        return registration_id if await self.reader.snapshot(registration_id) else None

    async def receipt_number(self, registration_id: str) -> str:
        """The number of a registration's receipt, as it is printed. Raises `NotFound`."""
        receipt = await self.search.receipt(registration_id)
        if receipt is None:
            raise NotFound
        return printed(receipt.number)

    async def open(
        self,
        form: RegistrationForm,
        channel: Channel,
        actor: Actor,
        *,
        evidence: EvidenceForm | VerifiedSignature | None = None,
        registration_id: str | None = None,
    ) -> Submitted:
        """Writes the SUBMITTED row, starts its workflow and returns the row (principle 8).

        Once the row exists the registration is accepted: what Temporal does not start within 3 seconds, reconciliation
        starts later. A
        `registration_id` (a UUID) that was submitted before changes nothing. Raises `UserNameTaken`, `SignatureUsed`.
        """
        policy = await self.reader.policy()
        submitted = await self.intake.submit(
            form, channel, actor, now(), evidence=evidence, registration_id=registration_id
        )
        # A workflow that ended long ago must not begin again.
        if submitted.status is Status.SUBMITTED:
            with suppress(Unavailable):
                await launch(self.client, state_of(submitted, policy), within=_STARTED_WITHIN)
        return submitted

    async def has_address(self, registration_id: str, email: str) -> bool:
        """Whether this is the registered address, its domain in Unicode or in A-labels."""
        contact = await self.reader.contact(registration_id)
        return contact is not None and compared_address(contact.email) == compared_address(email)

    async def new_email(
        self, registration_id: str, email: str, request_id: str, kind: type[Message], sender: ActorKind
    ) -> str:
        """The sealed row of an address that is to replace the present one, by a message of this kind and sender.

        Raises `InvalidInput` where it is the present one, unless by this very request; once all is erased, what the
        rules refuse the message with.
        """
        if await self.has_address(registration_id, email) and not await self._was_done(registration_id, request_id):
            raise InvalidInput(field="email", rule=InputRule.PRESENT_ADDRESS)
        email_id = await self.intake.add_email(registration_id, email)
        if email_id is None:
            raise await self._no_workflow(registration_id, kind, sender)
        return email_id

    async def check_new_language(self, registration_id: str, language: Language, request_id: str) -> None:
        """Raises `InvalidInput` where letters are in this language already, unless by this very request."""
        person = await self.reader.person(registration_id)
        is_present = person is not None and person.language is language
        if is_present and not await self._was_done(registration_id, request_id):
            raise InvalidInput(field="language", rule=InputRule.PRESENT_LANGUAGE)

    async def _was_done(self, registration_id: str, request_id: str) -> bool:
        """Whether a request has an event."""
        events = await self.record.events(registration_id)
        return any(isinstance(event, Event) and event.request_id == request_id for event in events)

    async def send(self, registration_id: str, message: Message) -> PresentStatus:
        """Sends a message and waits for the answer. Raises what the rules refuse with, `NotFound`, `Unavailable`."""
        try:
            return PresentStatus.of(await send(self.client, registration_id, message))
        except NotFound:
            raise await self._no_workflow(registration_id, type(message), message.actor.kind) from None

    async def _no_workflow(self, registration_id: str, kind: type[Message], sender: ActorKind) -> UgyfelkapuError:
        """Why no workflow takes a message: there is no such registration, its life has ended, or Temporal lost it."""
        snapshot = await self.reader.snapshot(registration_id)
        if snapshot is None:
            return NotFound()
        if snapshot.status.is_final:
            return not_accepted(snapshot, kind, sender)
        return Unavailable(Dependency.TEMPORAL)

    async def signal(self, registration_id: str, message: Reactivate | ExtendValidity) -> None:
        """Sends a message as a signal. Raises `NotAccepted` where the workflow has ended, `Unavailable`."""
        try:
            await handle_of(self.client, registration_id).signal(MESSAGES[type(message)].signal, message)
        except RPCError as trouble:
            snapshot = await self.reader.snapshot(registration_id)
            if trouble.status is RPCStatusCode.NOT_FOUND and snapshot and snapshot.status.is_final:
                raise not_accepted(snapshot, type(message), message.actor.kind) from None
            raise


def now() -> datetime:
    """The gateway's clock: for rows and guess limits, never for a deadline."""
    return datetime.now(UTC)


def new_request_id() -> str:
    """A request id for callers that bring none."""
    return str(uuids.uuid7())


def request_id_of(given: str | None) -> str:
    """The request id that a caller brings, which must be a UUID, or a new one. Raises `InvalidInput`."""
    return new_request_id() if given is None else checked_uuid("request_id", given)


def answering(
    operation: Callable[_Arguments, Coroutine[Any, Any, _Outcome]],
) -> Callable[_Arguments, Coroutine[Any, Any, _Outcome]]:
    """An operation of a gateway: a server that is away is `Unavailable`, so that no caller meets a driver's exception.

    Cancelled, it goes on to its end, unless it still waits in a queue (starter/gateway/cancellation.py).
    """

    @wraps(operation)
    async def guarded(*arguments: _Arguments.args, **options: _Arguments.kwargs) -> _Outcome:
        with servers_named(), span(operation.__qualname__):
            return await carried_through(operation(*arguments, **options))

    return guarded


@asynccontextmanager
async def open_engine(settings: Settings, client: Client, kind: str = "gateway") -> AsyncIterator[Engine]:
    """Opens the store and the hashing threads for as long as the context lasts; `kind` says what this process is.

    Raises `Unavailable` where PostgreSQL does not answer, and `CannotStart` where this process must not work on it
    (schema, clock, keys) or Temporal has no such namespace. Temporal may be away.
    """
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(opened_store(settings, kind))
        with suppress(Unavailable):
            await check_namespace(client)
        pool, keys, bounded = store.pool, store.keys, with_bounds(client)
        seals, staff_seals = RowSeals(pool, keys), StaffSeals(STAFF.ring(settings))
        passwords = Passwords(settings.hashing_threads)
        stack.callback(passwords.close)
        metrics = _metrics_of(store, passwords)
        background = BackgroundTasks()
        stack.push_async_callback(background.finish)
        health_board = HealthBoard(now())
        stack.callback(health_board.close)
        signatures = SignatureChannel(settings.signature_trust_roots, settings.signature_revocation_lists)
        stack.push_async_callback(signatures.close)
        stack.push_async_callback(finish_under_way)
        yield Engine(
            client=bounded,
            metrics=metrics,
            reader=Reader(pool, keys),
            record=RecordStore(pool),
            writer=Writer(pool, keys, seals),
            intake=Intake(pool, keys, seals),
            accounts=AccountStore(pool, keys),
            passwords=passwords,
            password_turns=KeyedTurns(1, queueing),
            background=background,
            health_board=health_board,
            limits=RateLimits(Attempts(pool, keys), now, lambda limit: metrics.add(LIMIT_REFUSALS, *_labels(limit))),
            idempotency=IdempotencyStore(pool, keys),
            signatures=signatures,
            audited=AuditStore(pool, keys),
            checkpoints=checkpoint_folder(settings),
            extensions=ExtensionStore(pool),
            rotation=KeyRotation(pool, keys),
            reindexing=Reindexing(pool, keys),
            search=SearchStore(pool, keys),
            offices=OfficeStore(pool),
            staff=StaffStore(pool),
            accesses=Accesses(AccessStore(pool), now),
            histories=Histories(bounded, HistoryArchive(settings.archive_folder) if settings.archive_folder else None),
            statistics=StatisticsStore(pool),
            staff_acts=StaffActStore(pool),
            processes=store.processes,
            sessions=SessionStore(pool, keys),
            drafts=DraftStore(pool),
            log_ins=LogInStore(pool, keys),
            staff_sessions=StaffSessionStore(pool, staff_seals),
            sign_ins=SignInStore(pool, staff_seals),
            desk_pages=DeskPageStore(pool, staff_seals),
        )


def _metrics_of(store: OpenStore, passwords: Passwords) -> Metrics:
    metrics = Metrics(GATEWAY_METRICS)
    store.show(metrics)
    metrics.follow(PASSWORD_HASHES, lambda: passwords.taken)
    metrics.set(PASSWORD_HASHES_MAX, passwords.most)
    for limit in LIMITS:
        metrics.add(LIMIT_REFUSALS, *_labels(limit), number=0)
    return metrics


def _labels(limit: Limit) -> tuple[str, str, str]:
    return limit.act, "+".join(limit.by), f"{limit.window.total_seconds():.0f}s"
