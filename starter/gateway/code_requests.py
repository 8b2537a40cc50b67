"""A code for whoever names an account and its e-mail address (S6, S8): who asks sees no more than is told to all."""

from registration import errors
from registration.lifecycle import answer_of
from registration.limits import Act, Subject
from registration.messages import Answer, RequestCode
from registration.statuses import Purpose
from starter.gateway.claimants import Claimants
from starter.gateway.client_requests import ask, citizen
from starter.gateway.connection import Gateway, now


class CodeRequests:
    """Sends password codes through a process's connections."""

    def __init__(self, gateway: Gateway, claimants: Claimants) -> None:
        """Shares them."""
        self._gateway = gateway
        self._claimants = claimants

    async def request(self, user_name: str, email: str, client_address: str, request_id: str) -> Answer:
        """As `PortalGateway.request_code`, which says what is raised."""
        claimant = await self._claimants.counted(Act.CODE_REQUEST, user_name, client_address, request_id=request_id)
        if not await self._claimants.is_pair(claimant, user_name, email) or claimant.id is None:
            raise await self._claimants.wrong(Act.CODE_REQUEST, claimant)
        if refusal := await self._claimants.beyond(Act.CODE_REQUEST, claimant):
            self._gateway.errands.run(self._send(claimant.id, request_id))
            raise refusal
        return await self._send(claimant.id, request_id)

    async def _send(self, registration_id: str, request_id: str) -> Answer:
        told = await self._told_without_a_letter(registration_id, request_id)
        return told or await ask(self._gateway, registration_id, RequestCode(request_id, citizen(registration_id)))

    async def _told_without_a_letter(self, registration_id: str, request_id: str) -> Answer | None:
        """The answer to a right pair once the day's letters are out, as long as the code that they carry lives.

        So nobody fills a mailbox from many addresses, and nobody is kept out: the code is in that mailbox already.
        """
        try:
            await self._gateway.limits.count(Act.CODE_LETTER, Subject(account=registration_id), request_id=request_id)
        except errors.TooManyGuesses:
            snapshot = await self._gateway.reader.snapshot(registration_id)
            code = snapshot and snapshot.code_for(Purpose.PASSWORD)
            if snapshot and code and code.valid_until > now():
                return answer_of(snapshot, now())
        return None
