"""Who may come in over HTTP at all; whoever is turned away at the door stands in the access record."""

from registration.errors import Refusal
from registration.messages import Actor
from starter.gateway.connection import Gateway, answering


class AdmissionGateway:
    """For the doors of a process that serves many callers. Every method raises `Unavailable`."""

    def __init__(self, gateway: Gateway) -> None:
        """Shares the process's connections."""
        self._gateway = gateway

    @answering
    async def admit(self, actor: Actor, operation: str) -> None:
        """Lets staff pass that may act, and whoever is no staff. Raises `StaffDisabled`, `OfficeNotOpen`."""
        try:
            await self._gateway.staff.check(actor)
        except Refusal as refusal:
            await self.turn_away(actor, operation, type(refusal).__name__)
            raise

    @answering
    async def turn_away(self, actor: Actor, operation: str, reason: str) -> None:
        """Notes an attempt that was refused, before that is told; `reason` is a refusal's name."""
        await self._gateway.accesses.note_refusal(actor, operation, reason)
