"""What an auditor looks at: a registration as its workflow tells it, as the store tells it, and its events."""

from temporalio.service import RPCError, RPCStatusCode

from registration.errors import NotFound
from registration.messages import Description
from registration.passage import describe_snapshot
from registration.record import Event, Snapshot
from starter.gateway.connection import Gateway, answering, now
from store.rows import SentLetter
from wiring.registrations import handle_of


class AuditGateway:
    """Reads; changes nothing. A reference is a registration's id or user name. Raises `NotFound`, `Unavailable`."""

    def __init__(self, gateway: Gateway) -> None:
        """Shares the process's connections."""
        self._gateway = gateway

    @answering
    async def describe(self, reference: str) -> Description:
        """Where the registration stands, as its workflow answers the query `describe`.

        Once retention has removed a finished workflow, the read model answers alone.
        """
        registration_id = await self._gateway.registration_id(reference)
        try:
            description: Description = await handle_of(self._gateway.client, registration_id).query(
                "describe", result_type=Description
            )
        except RPCError as trouble:
            snapshot = await self._gateway.reader.snapshot(registration_id)
            if trouble.status is RPCStatusCode.NOT_FOUND and snapshot and snapshot.status.is_final:
                return describe_snapshot(registration_id, snapshot, now())
            raise
        return description

    @answering
    async def snapshot(self, reference: str) -> Snapshot:
        """Where the registration stands in PostgreSQL, found without its workflow."""
        snapshot = await self._gateway.reader.snapshot(await self._gateway.registration_id(reference))
        if snapshot is None:
            raise NotFound
        return snapshot

    @answering
    async def events(self, reference: str) -> list[Event]:
        """The record, in order."""
        return await self._gateway.reader.events(await self._gateway.registration_id(reference))

    @answering
    async def letters(self, reference: str) -> list[SentLetter]:
        """The letters and their outcomes, oldest first."""
        return await self._gateway.reader.letters(await self._gateway.registration_id(reference))
