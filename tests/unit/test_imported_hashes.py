"""Hashes of older systems: the vectors of argon2, passlib and Django, what they may cost, and how they become ours."""

import pytest
from argon2 import PasswordHasher
from argon2.low_level import Type

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from starter.gateway.legacy_hashes import check_imported_hash, is_right
from starter.gateway.passwords import Passwords

GREEK = "\u0399\u03c9\u03b1\u03bd\u03bd\u03b7\u03c2"
VECTORS = {
    # phc-winner-argon2, src/test.c
    "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA": "password",
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4": "password",
    # passlib's documentation and tests
    "$pbkdf2-sha256$6400$.6UI/S.nXIk8jcbdHx3Fhg$98jZicV16ODfEsEZeYPGHU3kbrUrvUEXOPimVSQDD44": "password",
    "$pbkdf2-sha256$1212$3SABFJGDtyhrQMVt1uABPw$WyaUoqCLgvz97s523nF4iuOqZNbp5Nt8do/cuaa7AiI": GREEK,
    "$pbkdf2-sha512$1212$RHY0Fr3IDMSVO/RSZyb5ow$eNLfBK.eVozomMr.1gYa1"
    "7k9B7KIK25NOEshvhrSX.esqY3s.FvWZViXz4KoLlQI.BzY/YTNJOiKc5gBYFYGww": "password",
    # Django's tests of its hashers
    "pbkdf2_sha256$30000$seasalt$VrX+V8drCGo68wlvy6rfu8i1d1pfkdeXA4LJkRGJodY=": "lètmein",
    "pbkdf2_sha256$10000$seasalt$CWWFdHOWwPnki7HvkcqN9iA2T3KLW1cf2uZ5kvArtVY=": "lètmein",
}
ARGON2 = "$argon2id$v=19$m={m},t={t},p={p}$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
PASSLIB = "$pbkdf2-sha256${n}$.6UI/S.nXIk8jcbdHx3Fhg$98jZicV16ODfEsEZeYPGHU3kbrUrvUEXOPimVSQDD44"
DJANGO = "pbkdf2_sha256${n}$seasalt$VrX+V8drCGo68wlvy6rfu8i1d1pfkdeXA4LJkRGJodY="


@pytest.mark.parametrize(("password_hash", "password"), VECTORS.items())
def test_the_published_vectors_are_right_for_their_passwords_only(password_hash: str, password: str) -> None:
    check_imported_hash(password_hash)
    assert is_right(password, password_hash)
    assert not is_right(f"{password} ", password_hash)


@pytest.mark.parametrize("kind", Type)
def test_every_kind_of_argon2_is_taken(kind: Type) -> None:
    password_hash = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1, type=kind).hash("Régi jelszó 1")
    check_imported_hash(password_hash)
    assert is_right("Régi jelszó 1", password_hash)


@pytest.mark.parametrize(
    "costly",
    [
        PASSLIB.format(n=2_000_001),
        PASSLIB.format(n=1_000_000_000),
        DJANGO.format(n=2_000_001),
        ARGON2.format(m=256 * 1024 + 1, t=1, p=1),
        ARGON2.format(m=4 * 1024 * 1024, t=1, p=1),
        ARGON2.format(m=64, t=9, p=1),
        ARGON2.format(m=1024, t=1, p=17),
        ARGON2.format(m=64, t=4_000_000_000, p=1),
    ],
)
def test_a_hash_that_would_make_log_ins_expensive_is_refused(costly: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_imported_hash(costly)
    assert refusal.value.facts["rule"] is InputRule.HASH_COST
    assert costly not in str(refusal.value)


def test_costs_up_to_the_bounds_are_taken() -> None:
    for affordable in (PASSLIB.format(n=2_000_000), DJANGO.format(n=1), ARGON2.format(m=256 * 1024, t=8, p=16)):
        check_imported_hash(affordable)


@pytest.mark.parametrize(
    "other",
    [
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "$2b$12$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
        "$pbkdf2$1212$OB.dtnSEXZK8U5cgxU/GYQ$y5LKPOplRmok7CZp/aqVDVg8zGI",
        "pbkdf2_sha1$30000$seasalt$zsCSTgiIyoXoYsMH/FOlZVnz8j0=",
        PASSLIB.format(n=0),
        PASSLIB.format(n="9" * 5000),
        PASSLIB.format(n=6400)[:-4],
        PASSLIB.format(n=6400)[:-1] + "5",
        PASSLIB.format(n=6400) + "\n",
        DJANGO.format(n=30000).replace("=", "A"),
        DJANGO.format(n=30000).replace("seasalt", "sea salt"),
        ARGON2.format(m=64, t=1, p=1).replace("argon2id", "argon2x"),
        ARGON2.format(m=64, t=1, p=1).replace("v=19", "v=1"),
        ARGON2.format(m=7, t=1, p=1),
        ARGON2.format(m=64, t=0, p=1),
        ARGON2.format(m=64, t=1, p=1)[:-1] + "5",
        "\udcff",
    ],
)
def test_other_hashes_and_broken_ones_are_refused_without_being_repeated(other: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_imported_hash(other)
    assert refusal.value.facts["rule"] is InputRule.HASH
    assert other not in str(refusal.value)


class Counting(PasswordHasher):
    """Counts the hashes of our parameters, made or compared with."""

    count = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        """As argon2's."""
        self.count += 1
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002  argon2's name
        """As argon2's."""
        self.count += 1
        return super().verify(hash, password)


async def test_every_answer_costs_one_hash_of_ours_and_a_right_old_password_becomes_one() -> None:
    """Principle 9: unknown, ours, imported; right and wrong."""
    passwords = Passwords(1)
    counting = passwords._hasher = Counting(time_cost=2, memory_cost=19 * 1024, parallelism=1)
    ours = await passwords.hash("password")
    imported = [password_hash for password_hash, password in VECTORS.items() if password == "password"]
    try:
        for known in (None, ours, *imported, "not a hash"):
            for typed in ("password", "wrong"):
                before = counting.count
                verdict = await passwords.verify(typed, known)
                assert counting.count == before + 1
                assert verdict.is_right is (typed == "password" and known in {ours, *imported})
                assert (verdict.rehash is not None) is (verdict.is_right and known in imported)
                if verdict.rehash:
                    assert not counting.check_needs_rehash(verdict.rehash)
                    assert (await passwords.verify("password", verdict.rehash)).is_right
    finally:
        passwords.close()
