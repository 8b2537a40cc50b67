"""Passwords (principle 9): argon2id outside the event loop, bounded; 8 to 128 characters, no common one."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, TypeVarTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from registration.dependencies import Dependency
from registration.errors import InvalidInput, Unavailable
from registration.forms import nfc, user_name_key
from registration.input_rules import InputRule
from registration.typed_text import visible
from settings.spans import span
from starter.gateway import legacy_hashes
from starter.gateway.cancellation import queueing

_LENGTH: Final = range(8, 129)
_COMMON: Final = frozenset(FREQUENCY_LISTS["passwords"])
_MEMORY_KIB: Final = 19 * 1024
_PASSES: Final = 2
_LANES: Final = 1

_MOST_WAITING: Final = 200
"""Hashes for each thread, those under way included: about 5 s. A further one is refused at once."""

_WITHIN_SECONDS: Final = 30
"""Imported hashes may cost a second each, and a machine may be busy: a number of hashes is no time."""

_Arguments = TypeVarTuple("_Arguments")
_Outcome = TypeVar("_Outcome")


@dataclass(frozen=True)
class PasswordCheck:
    """Whether a password is right; `rehash` is its hash by our parameters where the known one has others."""

    is_right: bool
    rehash: str | None = field(default=None, repr=False)


class Passwords:
    """Hashes and verifies in a pool of threads; argon2 releases the interpreter lock.

    A flood does not pile up: what would wait for longer than a person does is `Unavailable`. A place is free once its
    thread is done with it, or at once where its caller has gone before it was begun.
    """

    def __init__(self, threads: int) -> None:
        """At most `threads` hashes at once, 19 MiB each."""
        self._hasher = PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self.most = threads * _MOST_WAITING
        self._taken: set[Future[Any]] = set()
        self._decoy = self._hasher.hash("nobody has this password")

    @property
    def taken(self) -> int:
        """Hashes that wait or are under way, of at most `most`."""
        return len(self._taken)

    async def hash(self, password: str) -> str:
        """The argon2id hash in PHC form. Raises `Unavailable`."""
        return await self._in_a_thread(self._hasher.hash, _normal(password))

    async def verify(self, password: str, password_hash: str | None) -> PasswordCheck:
        """Compares a password with its hash.

        Costs one hash of ours, also where there is nothing to compare with; an imported hash costs its own besides.
        Raises `Unavailable`.
        """
        return await self._in_a_thread(self._verify, _normal(password), password_hash)

    async def _in_a_thread(self, step: Callable[[*_Arguments], _Outcome], *arguments: *_Arguments) -> _Outcome:
        if self.taken >= self.most:
            raise Unavailable(Dependency.HASHING)
        hashing = self._threads.submit(step, *arguments)
        self._taken.add(hashing)
        hashing.add_done_callback(self._taken.discard)  # also when it is cancelled in the queue
        try:
            with span("password hash"), queueing():
                async with asyncio.timeout(_WITHIN_SECONDS):
                    return await asyncio.wrap_future(hashing)
        except TimeoutError:
            raise Unavailable(Dependency.HASHING) from None
        finally:
            hashing.cancel()

    def _verify(self, password: str, password_hash: str | None) -> PasswordCheck:
        if password_hash is None or self._is_ours(password_hash):
            right = self._matches(password, password_hash or self._decoy)
            return PasswordCheck(right and password_hash is not None)
        if legacy_hashes.is_right(password, password_hash):
            return PasswordCheck(is_right=True, rehash=self._hasher.hash(password))
        self._matches(password, self._decoy)
        return PasswordCheck(is_right=False)

    def _is_ours(self, password_hash: str) -> bool:
        try:
            return not self._hasher.check_needs_rehash(password_hash)
        except InvalidHashError:
            return False

    def _matches(self, password: str, password_hash: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def close(self) -> None:
        """Ends the threads."""
        self._threads.shutdown()


def check_new_password(password: object, user_name: str) -> str:
    """A password that may be chosen. Raises `InvalidInput`; never repeats what was typed."""
    if not isinstance(password, str) or len(_normal(password)) not in _LENGTH:
        raise InvalidInput(field="password", rule=InputRule.PASSWORD_LENGTH)
    if not visible(password):
        raise InvalidInput(field="password", rule=InputRule.PASSWORD_BLANK)
    if _normal(password).casefold() in _COMMON:
        raise InvalidInput(field="password", rule=InputRule.PASSWORD_COMMON)
    if user_name_key(password) == user_name_key(user_name):
        raise InvalidInput(field="password", rule=InputRule.PASSWORD_USER_NAME)
    return password


def _normal(password: str) -> str:
    """NFC, cut where no password can be right any more; a lone surrogate, which UTF-8 cannot carry, becomes `?`."""
    return nfc(password).encode(errors="replace").decode()[: _LENGTH.stop]
