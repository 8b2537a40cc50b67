"""Who may come in over HTTP at all; whoever is turned away at the door stands in the access record."""

from registration.errors import InvalidInput, NotFound, Refusal
from registration.messages import Actor
from registration.operations import Operation
from starter.gateway.engine import Engine, answering


class AdmissionGateway:
    """For the doors of a process that serves many callers. Every method raises `Unavailable`."""

    def __init__(self, engine: Engine) -> None:
        """Shares the process's connections."""
        self._engine = engine

    @answering
    async def admit(self, actor: Actor, operation: Operation) -> None:
        """Lets staff pass that may act, and whoever is no staff. Raises `StaffDisabled`, `OfficeNotOpen`."""
        try:
            await self._engine.staff.check(actor)
        except Refusal as refusal:
            await self.turn_away(actor, operation, type(refusal).__name__)
            raise

    @answering
    async def turn_away(self, actor: Actor, operation: Operation, reason: str, reference: str | None = None) -> None:
        """Notes an attempt that was refused, before that is told; `reason` is a refusal's name.

        `reference` is the id or the receipt number in the request's path; one that leads to no registration is not
        kept.
        """
        about = await self._registration(reference) if reference else None
        await self._engine.accesses.note_refusal(actor, operation, reason, about)

    async def _registration(self, reference: str) -> str | None:
        try:
            return await self._engine.registration_id(reference)
        except (NotFound, InvalidInput):
            return None
