"""Carries out an approved bulk extension: fixes the list of accounts, then signals them, some at a time."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Final

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities import names
from activities.heartbeat import heartbeating
from registration.errors import ExtensionNotApproved
from registration.extension_answers import ExtensionItem
from registration.extensions import (
    BatchDone,
    Extension,
    ExtensionBatch,
    ExtensionListing,
    Progress,
    extended_until,
)
from registration.messages import ExtendValidity
from registration.rules import MESSAGES
from store.extensions import ExtensionStore
from temporal.pace import Pace, of_each
from temporal.registrations import handle_of

_BATCH_SECONDS: Final = 5
"""A pause takes effect after this long."""

_LARGEST_BATCH: Final = 500
_AT_ONCE: Final = 20
"""Signals under way at once: enough to keep the server busy; its answers still take milliseconds."""

_ANSWER_SECONDS: Final = 10
"""A registration answers in milliseconds; one that does not is asked again in the next round."""

_LOOK_SECONDS: Final = 0.1


class ExtensionActivities:
    """Two activities; each looks for the approval itself, and does nothing without it."""

    def __init__(self, store: ExtensionStore) -> None:
        """Works on the store and on `activity.client()`."""
        self._store = store

    @activity.defn(name=names.LIST_EXTENSION)
    async def list_extension(self, listing: ExtensionListing) -> Progress:
        """Fixes the list, once; accounts that expire later are not added."""
        extension = await self._approved(listing.extension_id)
        async with heartbeating(names.LIST_HEARTBEAT):
            await self._store.fix_list(extension.id, self._items(extension, listing.moment), listing.moment)
        return await self._progress(extension)

    async def _items(self, extension: Extension, moment: datetime) -> AsyncIterator[list[ExtensionItem]]:
        async for page in self._store.expiring(extension.before):
            yield [
                ExtensionItem(
                    account.registration_id,
                    account.valid_until,
                    extended_until(account, extension.days, moment),
                )
                for account in page
            ]

    @activity.defn(name=names.EXTEND_BATCH)
    async def extend_batch(self, batch: ExtensionBatch) -> BatchDone:
        """Signals the next accounts and notes what their records say; a retry reads the records first."""
        extension = await self._approved(batch.extension_id)
        size = max(1, min(_LARGEST_BATCH, int(batch.rate * _BATCH_SECONDS)))
        items = await self._store.open_items(extension.id, batch.after, size)
        waiting = items.keys() - await self._store.settle(extension.id, items.keys())
        messages = {item: extension.message(item, until) for item, until in items.items() if item in waiting}
        missing = await _signal_each(messages, Pace(batch.rate))
        # Their records do not grow any more: an outcome that is not there now will not come.
        await self._store.refuse(extension.id, missing - await self._store.settle(extension.id, missing))
        await self._settle(extension, waiting - missing)
        return BatchDone(await self._progress(extension), max(items) if len(items) == size else None)

    async def _progress(self, extension: Extension) -> Progress:
        progress = await self._store.progress(extension.id)
        if progress.open == 0:
            await self._store.finish(extension.id, datetime.now(UTC))
        return progress

    async def _settle(self, extension: Extension, waiting: set[str]) -> None:
        """Notes outcomes until every registration has answered, at most for `_ANSWER_SECONDS`."""
        ends = asyncio.get_running_loop().time() + _ANSWER_SECONDS
        while waiting := waiting - await self._store.settle(extension.id, waiting):
            activity.heartbeat()
            if asyncio.get_running_loop().time() >= ends:
                return
            await asyncio.sleep(_LOOK_SECONDS)

    async def _approved(self, extension_id: str) -> Extension:
        extension = await self._store.find(extension_id)
        if extension is None or extension.approved_by is None:
            raise ApplicationError("not approved", type=ExtensionNotApproved.__name__, non_retryable=True)
        return extension


async def _signal_each(messages: Mapping[str, ExtendValidity], pace: Pace) -> set[str]:
    """Signals registrations by id, and returns those without a workflow."""
    missing: set[str] = set()

    async def signal(to_extend: tuple[str, ExtendValidity]) -> None:
        registration_id, message = to_extend
        await pace.turn()
        activity.heartbeat()
        try:
            await handle_of(activity.client(), registration_id).signal(MESSAGES[ExtendValidity].signal, message)
        except RPCError as trouble:
            if trouble.status is RPCStatusCode.NOT_FOUND:
                missing.add(registration_id)
            elif trouble.status is not RPCStatusCode.INVALID_ARGUMENT:
                raise
            # This run has reached the server's limit of signals: it is asked again in the next round.

    await of_each(messages.items(), signal, at_once=_AT_ONCE)
    await pace.turn()  # so that the next batch keeps the rate, too
    return missing
