"""One-time codes that are typed (S3, S6, S9): compared, then redeemed by the workflow; and what a right one opens."""

from uuid import UUID, uuid5

from registration import errors
from registration.descriptions import PresentStatus
from registration.limits import Act
from registration.messages import RedeemCode
from registration.statuses import Purpose
from starter.gateway.client_messages import citizen, send_with_password
from starter.gateway.engine import Engine
from starter.gateway.login_attempts import LoginAttempt, LoginAttempts
from store.rows import message_of


class Redemptions:
    """Redeems codes through a process's connections."""

    def __init__(self, engine: Engine, attempts: LoginAttempts) -> None:
        """Shares them."""
        self._engine = engine
        self._attempts = attempts

    async def set_password(
        self, attempt: LoginAttempt, code: str, password: str, validity_days: int | None, request_id: str
    ) -> PresentStatus:
        """As `CitizenGateway.redeem_code`, for a claimant who is counted."""
        owner, sequence = await self._matching(attempt, Purpose.PASSWORD, code)
        message = RedeemCode(request_id, citizen(owner), Purpose.PASSWORD, sequence, validity_days)
        try:
            answer = await send_with_password(self._engine, owner, message, password)
        except errors.CodeNotLive:
            message = await self._redeemed_before(attempt, owner, sequence, password)
            answer = await self._engine.send(owner, message)
        await self._attempts.redeemed(attempt, Act.CODE_LETTER, registration_id=owner, credential_id=message.request_id)
        return answer

    async def confirm(self, attempt: LoginAttempt, code: str, purpose: Purpose) -> PresentStatus:
        """As `CitizenGateway.confirm`, for a claimant who is counted.

        A code that is typed again, which may be years old, gets its answer and opens nothing.
        """
        owner, sequence = await self._matching(attempt, purpose, code)
        message = RedeemCode(str(uuid5(UUID(owner), f"{purpose}-{sequence}")), citizen(owner), purpose, sequence)
        lives = await self._engine.writer.note_confirmation(owner, message)
        answer = await self._engine.send(owner, message)
        if lives:
            await self._attempts.redeemed(attempt, registration_id=owner)
        return answer

    async def _matching(self, attempt: LoginAttempt, purpose: Purpose, code: str) -> tuple[str, int]:
        """Registration and sequence of the code that was typed; whether it lives is the workflow's decision."""
        sequence = await self._engine.reader.matching_code(attempt.id, purpose, code)
        if attempt.id is None or sequence is None:
            raise await self._attempts.wrong(Act.REDEMPTION, attempt)
        return attempt.id, sequence

    async def _redeemed_before(self, attempt: LoginAttempt, owner: str, sequence: int, password: str) -> RedeemCode:
        """The redemption of a client who redeems the same code with the same password again, as after a lost answer.

        The holder of a used code could guess its password here: it is counted as such a guess. Raises `CodeNotLive`,
        `TooManyGuesses`.
        """
        adopted = await self._engine.reader.adopted_credential(owner)
        message = message_of(adopted) if adopted else None
        if not isinstance(message, RedeemCode) or message.code_sequence != sequence:
            raise errors.CodeNotLive
        await self._engine.limits.check(Act.WRONG_PASSWORD, attempt.subject)
        if not await self._attempts.is_password(await self._engine.reader.password(owner), password):
            await self._attempts.wrong(Act.LOG_IN, attempt)
            raise errors.CodeNotLive
        return message
