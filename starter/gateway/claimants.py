"""Who claims to have a user name (a claimant, as NIST SP 800-63-4 says): counted first, then compared.

Whether somebody has that user name or nobody, the statements, the keys and the hashes are as many (principle 9).
"""

from dataclasses import dataclass
from hmac import compare_digest
from typing import Final

from registration.errors import Refusal, WrongCode, WrongPassword
from registration.forms import nfc, user_name_key
from registration.limits import Act, Subject
from registration.typed_text import trimmed
from starter.gateway.addresses import network_of
from starter.gateway.connection import Gateway
from store.rows import Holder, Password
from wiring.mail_address import compared_address

_WRONG: Final = {Act.LOG_IN: (Act.WRONG_PASSWORD, WrongPassword), Act.REDEMPTION: (Act.WRONG_CODE, WrongCode)}
"""What a wrong try is counted as by its address alone, and told as."""


@dataclass(frozen=True)
class Claimant:
    """The registration that has the user name, if there is one, and what the claimant's tries are counted by."""

    holder: Holder | None
    subject: Subject

    @property
    def id(self) -> str | None:
        """The registration's id, if there is one."""
        return None if self.holder is None else self.holder.registration_id


class Claimants:
    """Looks at claimants through a process's connections."""

    def __init__(self, gateway: Gateway) -> None:
        """Shares them."""
        self._gateway = gateway

    async def counted(
        self, act: Act, user_name: str, client_address: str, *, request_id: str | None = None
    ) -> Claimant:
        """A claimant whose try is counted before anything is checked; a `request_id` is never given for a guess.

        Raises `InvalidInput` for an address that is none, `TooManyGuesses`, `RedeemFirst`.
        """
        address = network_of(client_address)
        if act in _WRONG:
            await self._gateway.limits.check(_WRONG[act][0], Subject(address))
        holder = await self._gateway.reader.holder(user_name)
        account = holder.registration_id if holder else user_name_key(user_name)
        claimant = Claimant(holder, Subject(address, account=account))
        await self._gateway.limits.count(act, claimant.subject, request_id=request_id)
        return claimant

    async def wrong(self, act: Act, claimant: Claimant) -> Refusal:
        """The refusal of a wrong password or code, counted by its address; raises `TooManyGuesses` beyond the limit.

        Only what was wrong is counted, so it is counted after the check: many may rightly come from one address.
        """
        counted_as, refusal = _WRONG[act]
        await self._gateway.limits.count(counted_as, Subject(claimant.subject.address))
        return refusal()

    async def logged_in(self, claimant: Claimant) -> None:
        """A right password ends the counts of log-in.

        Raises `TooManyGuesses` where its address has been wrong too often meanwhile: of a thousand guesses at once not
        even the right one is told once a hundred were wrong.
        """
        await self._gateway.limits.check(Act.WRONG_PASSWORD, Subject(claimant.subject.address))
        await self.forgiven(claimant, Act.LOG_IN)

    async def forgiven(self, claimant: Claimant, *acts: Act) -> None:
        """What was right ends the counts of these acts."""
        await self._gateway.limits.forget(claimant.subject, *acts)

    async def is_password(self, known: Password | None, typed: str) -> bool:
        """Whether a password is the known one; one hash, also where none is known.

        A right one whose hash came from an older system is hashed by today's parameters from now on.
        """
        verdict = await self._gateway.passwords.verify(typed, None if known is None else known.hash)
        if known and verdict.rehash:
            await self._gateway.writer.rehash_password(known, verdict.rehash)
        return verdict.is_right

    async def is_pair(self, claimant: Claimant, user_name: str, email: str) -> bool:
        """S8: whether both are as registered, character for character; both are compared, whatever the first says.

        Spaces at the ends are not compared, and a domain is the same in Unicode and in A-labels.
        """
        contact = await self._gateway.reader.contact(claimant.id)
        registered = (contact.user_name, compared_address(contact.email)) if contact else ("", "")
        same = [
            compare_digest(known.encode(), typed.encode(errors="replace"))
            for known, typed in zip(registered, (nfc(trimmed(user_name)), compared_address(email)), strict=True)
        ]
        return contact is not None and all(same)
