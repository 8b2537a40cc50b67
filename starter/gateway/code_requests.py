"""A code for a caller who names an account and its e-mail address (S6, S8); the answer shows no more than to all."""

from registration import errors
from registration.descriptions import PresentStatus
from registration.limits import Act, Subject
from registration.messages import RequestCode
from registration.state import answer_of
from registration.statuses import Purpose
from starter.gateway.client_messages import ask, citizen
from starter.gateway.engine import Engine, now
from starter.gateway.login_attempts import LoginAttempts


class CodeRequests:
    """Sends password codes through a process's connections."""

    def __init__(self, engine: Engine, attempts: LoginAttempts) -> None:
        """Shares them."""
        self._engine = engine
        self._attempts = attempts

    async def request(self, user_name: str, email: str, client_address: str, request_id: str) -> PresentStatus:
        """As `CitizenGateway.request_code`, which says what is raised."""
        attempt = await self._attempts.counted(Act.CODE_REQUEST, user_name, client_address, request_id=request_id)
        if not await self._attempts.is_pair(attempt, user_name, email) or attempt.id is None:
            raise await self._attempts.wrong(Act.CODE_REQUEST, attempt)
        if refusal := await self._attempts.beyond(Act.CODE_REQUEST, attempt):
            self._engine.background.run(self._send(attempt.id, request_id))
            raise refusal
        return await self._send(attempt.id, request_id)

    async def _send(self, registration_id: str, request_id: str) -> PresentStatus:
        answer = await self._answer_without_a_letter(registration_id, request_id)
        return answer or await ask(self._engine, registration_id, RequestCode(request_id, citizen(registration_id)))

    async def _answer_without_a_letter(self, registration_id: str, request_id: str) -> PresentStatus | None:
        """The answer to a right pair once the day's letters are out, as long as the code that they carry lives.

        So many addresses cannot fill a mailbox, and its owner is not kept out: the code is in that mailbox already.
        """
        try:
            await self._engine.limits.count(Act.CODE_LETTER, Subject(account=registration_id), request_id=request_id)
        except errors.TooManyGuesses:
            snapshot = await self._engine.reader.snapshot(registration_id)
            code = snapshot and snapshot.code_for(Purpose.PASSWORD)
            if snapshot and code and code.valid_until > now():
                return PresentStatus.of(answer_of(snapshot, now()))
        return None
