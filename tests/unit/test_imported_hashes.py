"""Hashes of older systems: vectors of other programs, what they may cost, and how they become ours."""

import json
import subprocess
from base64 import b64encode
from collections.abc import Mapping

import pytest
from argon2 import PasswordHasher
from argon2.low_level import Type, hash_secret_raw

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from starter.gateway.keycloak_hashes import credential_of_columns
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
    # bcrypt's own tests
    "$2b$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe": "a",
    "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe": "a",
    # the same as Django and OpenLDAP write it
    "bcrypt$$2b$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe": "a",
    "{CRYPT}$2b$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe": "a",
    "{crypt}$2y$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe": "a",
    "pbkdf2_sha256$10000$seasalt$CWWFdHOWwPnki7HvkcqN9iA2T3KLW1cf2uZ5kvArtVY=": "lètmein",
}
SALT = b"0123456789abcdef"


def exported(value: bytes, iterations: int, algorithm: str, more: Mapping[str, list[str]] = {}) -> str:
    """A password as a realm's export of Keycloak has it."""
    secret = {"value": b64encode(value).decode(), "salt": b64encode(SALT).decode(), "additionalParameters": {}}
    data = {"hashIterations": iterations, "algorithm": algorithm, "additionalParameters": more}
    return json.dumps({"type": "password", "secretData": json.dumps(secret), "credentialData": json.dumps(data)})


KEYCLOAK = exported(bytes(64), 27500, "pbkdf2-sha256")
KEYCLOAK_ARGON2 = exported(
    bytes(32),
    5,
    "argon2",
    {"hashLength": ["32"], "memory": ["7168"], "type": ["id"], "version": ["1.3"], "parallelism": ["1"]},
)
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
        f"argon2{ARGON2.format(m=64, t=9, p=1)}",
        KEYCLOAK.replace("27500", "1000001"),  # two blocks of SHA-256 for 64 bytes
        KEYCLOAK_ARGON2.replace("7168", "262145"),
        KEYCLOAK_ARGON2.replace(": 5", ": 9"),
        "$2b$15$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
        "bcrypt$$2b$15$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
        "{CRYPT}$2a$31$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
        "$2y$31$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
    ],
)
def test_a_hash_that_would_make_log_ins_expensive_is_refused(costly: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_imported_hash(costly)
    assert refusal.value.facts["rule"] is InputRule.HASH_COST
    assert costly not in str(refusal.value)


def test_costs_up_to_the_bounds_are_taken() -> None:
    for affordable in (
        PASSLIB.format(n=2_000_000),
        DJANGO.format(n=1),
        ARGON2.format(m=256 * 1024, t=8, p=16),
        KEYCLOAK.replace("27500", "1000000"),
        "$2b$14$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
    ):
        check_imported_hash(affordable)


@pytest.mark.parametrize(
    "other",
    [
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "$2x$12$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
        "$2b$12$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8",
        "$2b$03$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
        "$2b$32$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
        "bcrypt_sha256$$2b$12$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
        "bcrypt$2b$12$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
        "BCRYPT$$2b$12$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
        "{CRYPT}bcrypt$$2b$12$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
        "{CRYPT}$1$salt$qJH7.N4xYta3aEG/dfqo/0",
        "{CRYPT}",
        "{BCRYPT}$2b$12$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
        "{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",  # no salt
        "{SSHA}" + "A" * 300,
        "{SSHA}not base64",
        "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
        "{SSHA512}W6ph5Mm5Pz8GgiULbPgzG37mj9gxMjM0",
        "{}",
        "{" * 1_999,
        "{" * 3_000,
        '{"secretData": {}, "credentialData": {}}',
        '{"secretData": [], "credentialData": "7"}',
        KEYCLOAK.replace("pbkdf2-sha256", "pbkdf2"),
        KEYCLOAK.replace("27500", "0"),
        KEYCLOAK.replace("27500", "9" * 1_000),
        KEYCLOAK.replace("27500", '[\\"1\\"]'),
        KEYCLOAK.replace("salt", "sel"),
        KEYCLOAK_ARGON2.replace("1.3", "1.4"),
        KEYCLOAK_ARGON2.replace('[\\"id\\"]', "7"),
        "argon2$$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
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


def said(*program: str, stdin: str = "") -> str:
    """What another program prints."""
    return subprocess.run(program, input=stdin, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


def derived(password: str, iterations: int, size: int, digest: str) -> bytes:
    """PBKDF2 by openssl."""
    salt = f"hexsalt:{SALT.hex()}"
    options = [f"hexpass:{password.encode().hex()}", salt, f"iter:{iterations}", f"digest:{digest}"]
    chosen = [each for option in options for each in ("-kdfopt", option)]
    return bytes.fromhex(said("openssl", "kdf", "-keylen", str(size), *chosen, "PBKDF2").replace(":", ""))


PASSWORD = "Árvíztűrő tükörfúrógép"


def adapted(raw: bytes) -> str:
    """As passlib writes bytes."""
    return b64encode(raw).decode().rstrip("=").replace("+", ".")


@pytest.mark.parametrize(("digest", "size"), [("SHA256", 64), ("SHA256", 32), ("SHA512", 64)])
def test_pbkdf2_of_openssl_is_taken_as_keycloak_and_passlib_write_it(digest: str, size: int) -> None:
    key = derived(PASSWORD, 27500, size, digest)
    name = f"pbkdf2-{digest.lower()}"
    export = exported(key, 27500, name)
    columns = {name: export[name] for export in (json.loads(export),) for name in ("secretData", "credentialData")}
    for password_hash in (
        export,
        json.dumps({name: json.loads(part) for name, part in columns.items()}),
        credential_of_columns(columns["secretData"], columns["credentialData"]),
        f"${name}$27500${adapted(SALT)}${adapted(key)}",
    ):
        check_imported_hash(password_hash)
        assert is_right(PASSWORD, password_hash)
        assert not is_right(PASSWORD[:-1], password_hash)


@pytest.mark.parametrize("kind", ["argon2id", "argon2i"])
def test_argon2_is_taken_as_django_and_keycloak_write_it(kind: str) -> None:
    raw = hash_secret_raw(PASSWORD.encode(), SALT, 5, 7168, 1, 32, Type[kind.removeprefix("argon2").upper()])
    phc = f"${kind}$v=19$m=7168,t=5,p=1${b64encode(SALT).decode().rstrip('=')}${b64encode(raw).decode().rstrip('=')}"
    more = {"hashLength": ["32"], "memory": ["7168"], "type": [kind.removeprefix("argon2")], "version": ["1.3"]}
    for password_hash in (f"argon2{phc}", exported(raw, 5, "argon2", more | {"parallelism": ["1"]})):
        check_imported_hash(password_hash)
        assert is_right(PASSWORD, password_hash)
        assert not is_right("wrong", password_hash)


@pytest.mark.parametrize("prefix", ["2a", "2b", "2y"])
@pytest.mark.parametrize("password", [PASSWORD, "é" * 60, "x" * 72, "x" * 100])
def test_bcrypt_of_the_system_s_crypt_is_taken_with_its_72_bytes(prefix: str, password: str) -> None:
    """By libcrypt, which Perl calls; what is behind the 72nd byte counts neither there nor here."""
    salt = f"${prefix}$04$abcdefghijklmnopqrstuu"
    password_hash = said("perl", "-e", "chomp(my $p = <STDIN>); print crypt($p, $ARGV[0])", salt, stdin=f"{password}\n")
    check_imported_hash(password_hash)
    assert is_right(password, password_hash)
    assert is_right(f"{password}!", password_hash) is (len(password.encode()) >= 72)
    assert not is_right(f"y{password}", password_hash)


def test_bits_of_a_bcrypt_hash_that_mean_nothing_may_be_anything() -> None:
    """Some writers filled them; the library refuses such a salt."""
    known = said("perl", "-e", 'print crypt("password", q($2b$04$abcdefghijklmnopqrstuu))')
    filled = known.replace("stuu", "stuv")[:-1] + {"u": "v", "C": "D"}.get(known[-1], known[-1])
    assert filled != known
    check_imported_hash(filled)
    assert is_right("password", filled)
    assert not is_right("Password", filled)


@pytest.mark.parametrize(("scheme", "digest"), [("SSHA", "sha1"), ("ssha256", "sha256"), ("SSHA512", "sha512")])
@pytest.mark.parametrize("salt_bytes", [4, 8, 16])
def test_salted_sha_of_openssl_is_taken_as_ldap_servers_write_it(scheme: str, digest: str, salt_bytes: int) -> None:
    salt = SALT[:salt_bytes]
    printed = said("openssl", "dgst", f"-{digest}", "-r", stdin=PASSWORD + salt.decode())
    password_hash = f"{{{scheme}}}{b64encode(bytes.fromhex(printed.split()[0]) + salt).decode()}"
    check_imported_hash(password_hash)
    assert is_right(PASSWORD, password_hash)
    assert not is_right("wrong", password_hash)


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
