"""Who claims to have a user name (a claimant, as NIST SP 800-63-4 says): counted first, then compared.

Whether the user name exists or not, the statements, the keys and the hashes are as many (principle 9).
"""

from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Final

from registration.errors import LogInRefused, Refusal, TooManyGuesses, WrongCode, WrongPair, WrongPassword
from registration.forms import nfc
from registration.limits import WRONG, Act, Subject
from registration.typed_text import trimmed
from settings.mail_address import compared_address
from starter.gateway.client_addresses import sender_of
from starter.gateway.engine import Engine
from starter.gateway.sessions import Session, session_of
from store.log_in_rows import Claim, Holder, LogInAccount, LogInEntry, Password

_REFUSALS: Final = {Act.LOG_IN: WrongPassword, Act.REDEMPTION: WrongCode, Act.CODE_REQUEST: WrongPair}


@dataclass(frozen=True)
class LoginAttempt:
    """The registration that has the user name, if there is one, and what the claimant's tries are counted by."""

    holder: Holder | None
    subject: Subject

    @property
    def id(self) -> str | None:
        """The registration's id, if there is one."""
        return None if self.holder is None else self.holder.registration_id


class LoginAttempts:
    """Looks at claimants through a process's connections."""

    def __init__(self, engine: Engine) -> None:
        """Shares them."""
        self._engine = engine

    async def counted(
        self, act: Act, user_name: str, client_address: str, *, request_id: str | None = None
    ) -> LoginAttempt:
        """A claimant whose try is counted before anything is checked; a `request_id` is never given for a guess.

        Raises `InvalidInput` for an address that is none, `TooManyGuesses`, `RedeemFirst`.
        """
        claim = Claim(user_name, sender_of(client_address))
        counted = await self._engine.limits.count_claim(act, claim, request_id=request_id)
        return LoginAttempt(counted.holder, counted.subject)

    async def with_account(
        self, user_name: str, client_address: str, browsers_since: datetime | None = None
    ) -> tuple[LogInAccount, LoginAttempt]:
        """As `counted`, where a password is typed; with all that it is compared with.

        Browsers are those used since a moment (UTC); none are asked for without one.
        """
        claim = Claim(user_name, sender_of(client_address), browsers_since)
        counted = await self._engine.limits.count_claim(Act.LOG_IN, claim)
        return self._engine.reader.account(counted), LoginAttempt(counted.holder, counted.subject)

    async def wrong(self, act: Act, attempt: LoginAttempt) -> Refusal:
        """The refusal of a wrong guess, counted as such; raises `TooManyGuesses` beyond the limit.

        Only what was wrong is counted, so it is counted after the check: many may rightly come from one address.
        """
        await self._engine.limits.count(WRONG[act], attempt.subject)
        return _REFUSALS[act]()

    async def beyond(self, act: Act, attempt: LoginAttempt) -> TooManyGuesses | None:
        """The refusal of a wrong guess, though this one was right, where others were wrong too often."""
        try:
            await self._engine.limits.check(WRONG[act], attempt.subject)
        except TooManyGuesses as refusal:
            return refusal
        return None

    async def session(self, attempt: LoginAttempt, account: LogInAccount, password: str) -> Session:
        """What a right password leads to; the caller says `logged_in` then.

        Raises `WrongPassword`, `TooManyGuesses`, and what `session_of` raises once the counts have ended.
        """
        known = account.password
        if not await self.is_password(known, password) or known is None or account.holder is None:
            raise await self.wrong(Act.LOG_IN, attempt)
        try:
            return session_of(account.holder, known.credential_id)
        except LogInRefused:
            await self.logged_in(attempt, known.credential_id)
            raise

    async def logged_in(self, attempt: LoginAttempt, credential_id: str, log_in: LogInEntry | None = None) -> None:
        """A right password ends the counts of log-in, and knows the network from now on; a `log_in` is noted.

        Raises `WrongPassword` where the password is another one by now: what is not noted is no log-in. Raises
        `TooManyGuesses` where its address, or others on its account, have been wrong too often meanwhile: of a thousand
        guesses at once not even the right one gets in once a hundred were wrong.
        """
        if attempt.id and not await self._engine.limits.forgive(
            attempt.subject,
            Act.LOG_IN,
            registration_id=attempt.id,
            credential_id=credential_id,
            unless=Act.LOG_IN,
            log_in=log_in,
        ):
            raise WrongPassword

    async def changed(self, attempt: LoginAttempt, credential_id: str) -> None:
        """A password set in place of the one that was typed knows the network that it was set from."""
        if attempt.id:
            await self._engine.limits.forgive(attempt.subject, registration_id=attempt.id, credential_id=credential_id)

    async def redeemed(
        self, attempt: LoginAttempt, *acts: Act, registration_id: str, credential_id: str | None = None
    ) -> None:
        """A right code ends the counts of redemption, log-in and `acts`, and opens its network, as `forgive` says."""
        await self._engine.limits.forgive(
            attempt.subject,
            Act.REDEMPTION,
            Act.LOG_IN,
            *acts,
            registration_id=registration_id,
            credential_id=credential_id,
        )

    async def is_password(self, known: Password | None, typed: str) -> bool:
        """Whether a password is the known one; one hash, also where none is known.

        A right one whose hash came from an older system is hashed by today's parameters from now on.
        """
        verdict = await self._engine.passwords.verify(typed, None if known is None else known.hash)
        if known and verdict.rehash:
            await self._engine.writer.rehash_password(known, verdict.rehash)
        return verdict.is_right

    async def is_pair(self, attempt: LoginAttempt, user_name: str, email: str) -> bool:
        """S8: whether both are as registered, character for character; both are compared, whatever the first says.

        Spaces at the ends are not compared, and a domain is the same in Unicode and in A-labels.
        """
        contact = await self._engine.reader.contact(attempt.id)
        registered = (contact.user_name, compared_address(contact.email)) if contact else ("", "")
        same = [
            compare_digest(known.encode(), typed.encode(errors="replace"))
            for known, typed in zip(registered, (nfc(trimmed(user_name)), compared_address(email)), strict=True)
        ]
        return contact is not None and all(same)
