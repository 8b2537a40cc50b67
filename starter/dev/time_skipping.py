"""Skips time for single registrations, which only the embedded Temporal server allows."""

from datetime import datetime, timedelta
from typing import Final

from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from temporal.registrations import handle_of

LONGEST_SKIP: Final = timedelta(days=36_500)
"""A century: a date beyond the year 9999 would stop a workflow permanently."""


class TimeNotSkipped(Exception):
    """Temporal refused: the registration has ended, or the server does not skip time."""


class Clocks:
    """The clocks of all registrations on one embedded Temporal server; each registration has its own."""

    def __init__(self, client: Client) -> None:
        """Shares the client."""
        self._client = client
        self._skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))

    async def time(self, registration_id: str) -> datetime:
        """A registration's own time (UTC). Raises `TimeNotSkipped` where Temporal does not know it."""
        try:
            return await self._skipper.get_current_time(handle_of(self._client, registration_id))
        except RPCError as refusal:
            raise TimeNotSkipped from refusal

    async def forward(self, registration_id: str, duration: timedelta) -> None:
        """Skips a registration's time, with all that is due meanwhile. Raises `TimeNotSkipped`."""
        try:
            await self._skipper.fast_forward(handle_of(self._client, registration_id), duration)
        except RPCError as refusal:
            raise TimeNotSkipped from refusal

    async def forward_to(self, registration_id: str, moment: datetime) -> None:
        """Skips a registration's time until a moment; does nothing if that has passed already."""
        duration = moment - await self.time(registration_id)
        if duration > timedelta():
            await self.forward(registration_id, duration)
