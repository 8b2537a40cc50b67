"""Callers' tokens: signed by the issuer's asymmetric key, for this audience, not expired; else they are refused."""

import asyncio
import base64
import hmac
import json
import time
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from starter.gateway.jwt import TokenRefused
from starter.gateway.principals import Principal, Role
from starter.gateway.token_keys import TokenKeys
from starter.gateway.tokens import LEEWAY_SECONDS, Tokens
from tests.api.issuer import AUDIENCE, ISSUER, claims, ec, okp, published, rsa, token


def tokens(location: Path) -> Tokens:
    return Tokens(TokenKeys(str(location)), ISSUER, AUDIENCE)


@pytest.mark.parametrize(
    "key",
    [
        rsa(),
        rsa(alg="PS256"),
        ec(),
        ECKey.generate_key("P-384", {"kid": "p384", "alg": "ES384"}),
        okp(),
        okp(alg="Ed25519"),
    ],
    ids=lambda key: key.alg,
)
async def test_a_token_of_the_issuer_names_its_caller(tmp_path: Path, key: Key) -> None:
    found = await tokens(published(tmp_path, key)).principal(token(key, office="1051"))
    assert found == Principal("portal-1", frozenset({Role.PORTAL}), "1051")


async def test_a_token_that_was_verified_before_expires_all_the_same(tmp_path: Path) -> None:
    key = okp()
    verifier, ends = tokens(published(tmp_path, key)), int(time.time()) - LEEWAY_SECONDS + 2
    known = token(key, exp=ends)
    assert await verifier.principal(known) == await verifier.principal(known)
    while time.time() < ends + LEEWAY_SECONDS:  # noqa: ASYNC110  a clock sends no event
        await asyncio.sleep(0.1)
    with pytest.raises(TokenRefused, match="expired_token"):
        await verifier.principal(known)


async def test_of_the_tokens_that_were_verified_the_oldest_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many callers there are not; an issuer that gives each request a token of its own fills no memory."""
    monkeypatch.setattr("starter.gateway.tokens._REMEMBERED", 2)
    key = okp()
    verifier = tokens(published(tmp_path, key))
    for number in range(4):
        assert (await verifier.principal(token(key, sub=f"portal-{number}"))).id == f"portal-{number}"
    assert len(verifier._verified) == 2


async def test_another_token_that_differs_in_one_character_is_verified_on_its_own(tmp_path: Path) -> None:
    key = okp()
    verifier, known = tokens(published(tmp_path, key)), token(key)
    await verifier.principal(known)
    for place in (10, len(known) // 2, len(known) - 10):
        other = "A" if known[place] != "A" else "B"
        with pytest.raises(TokenRefused):
            await verifier.principal(known[:place] + other + known[place + 1 :])


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": int(time.time()) - 31},
        {"exp": None},
        {"exp": "tomorrow"},
        {"nbf": int(time.time()) + 86_400},
        {"aud": "another-service"},
        {"aud": ["another-service", "a-third"]},
        {"aud": None},
        {"iss": "https://login.example.com"},
        {"iss": None},
        {"sub": None},
        {"sub": "Kovács János <kovacs@example.hu>"},
        {"sub": 7},
        {"sub": ""},
        {"sub": "x" * 256},
        {"sub": "auth0|\x00"},
        {"sub": ["portal-1"]},
        {"office": "a b"},
        {"office": "x" * 65},
    ],
    ids=[
        "expired",
        "without an end",
        "with an end that is no time",
        "not valid yet",
        "for another service",
        "for other services",
        "for nobody",
        "of another issuer",
        "of no issuer",
        "without a subject",
        "whose subject is a person",
        "whose subject is a number",
        "whose subject is empty",
        "whose subject is too long",
        "whose subject has a control character",
        "of several subjects",
        "of an office with a space",
        "of an office that is too long",
    ],
)
async def test_a_token_with_a_wrong_claim_names_nobody(tmp_path: Path, changes: dict[str, Any]) -> None:
    key = ec()
    with pytest.raises(TokenRefused):
        await tokens(published(tmp_path, key)).principal(token(key, **changes))


@pytest.mark.parametrize(
    "subject",
    ["auth0|5f7c8ec7c33c6c004bbafe82", "f:0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b:kis.elek", "CN=kis~y+z", "x" * 255],
)
async def test_a_subject_is_what_issuers_usually_write(tmp_path: Path, subject: str) -> None:
    key = ec()
    assert (await tokens(published(tmp_path, key)).principal(token(key, sub=subject))).actor.id == subject


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"exp": 1}, "expired_token exp"),
        ({"aud": "another"}, "invalid_claim aud"),
        ({"iss": None}, "missing_claim iss"),
        ({"sub": "kovacs@example.hu"}, "sub: must be 1 to 255 ASCII letters, digits or characters of ._-:|=~+."),
    ],
)
async def test_a_refusal_has_its_reason_for_the_log_and_quotes_nothing(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    key = ec()
    with pytest.raises(TokenRefused) as refused:
        await tokens(published(tmp_path, key)).principal(token(key, **changes))
    assert refused.value.reason == reason
    with pytest.raises(TokenRefused) as refused:
        await tokens(published(tmp_path, key)).principal(token(ec()))
    assert refused.value.reason == "bad_signature"
    with pytest.raises(TokenRefused) as refused:
        await tokens(published(tmp_path, key)).principal(token(ec(kid="another")))
    assert refused.value.reason == "unknown key"


DEEP = b"[" * 3_000 + b"]" * 3_000


@pytest.mark.parametrize(
    "payload",
    [
        DEEP,
        b'{"sub":' + DEEP + b"}",
        b"[]",
        b"7",
        b"null",
        b"\xff",
        b"",
        b'{"exp":NaN}',
        b'{"exp":1e999}',
        b'{"aud":[[[]]]}',
    ],
    ids=lambda payload: repr(payload[:16]),
)
async def test_a_payload_that_nobody_can_read_names_nobody(tmp_path: Path, payload: bytes) -> None:
    """Also one that the issuer has signed."""
    key = ec()
    signed = jws.serialize_compact({"alg": "ES256", "kid": "ec"}, payload, key)
    with pytest.raises(TokenRefused):
        await tokens(published(tmp_path, key)).principal(signed)


@pytest.mark.parametrize("header", [DEEP, b"[]", b"7", b'{"alg":"ES256","kid":' + DEEP + b"}", b'{"alg":["ES256"]}'])
async def test_a_header_that_nobody_can_read_names_nobody(tmp_path: Path, header: bytes) -> None:
    key = ec()
    first = base64.urlsafe_b64encode(header).rstrip(b"=").decode()
    with pytest.raises(TokenRefused):
        await tokens(published(tmp_path, key)).principal(".".join([first, *token(key).split(".")[1:]]))


async def test_clocks_may_be_half_a_minute_apart(tmp_path: Path) -> None:
    key = ec()
    assert await tokens(published(tmp_path, key)).principal(token(key, exp=int(time.time()) - 20))


async def test_one_of_several_audiences_is_enough(tmp_path: Path) -> None:
    key = ec()
    assert await tokens(published(tmp_path, key)).principal(token(key, aud=["another-service", AUDIENCE]))


@pytest.mark.parametrize("roles", [None, "portal", ["admin"], [], [{"portal": True}], 7], ids=repr)
async def test_roles_that_are_not_ours_are_none(tmp_path: Path, roles: Any) -> None:  # noqa: ANN401  whatever is listed
    key = ec()
    assert (await tokens(published(tmp_path, key)).principal(token(key, roles=roles))).roles == frozenset()


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


async def test_a_token_without_a_signature_names_nobody(tmp_path: Path) -> None:
    key = ec()
    accepting = tokens(published(tmp_path, key))
    for algorithm in ["none", "None", "NONE", ""]:
        with pytest.raises(TokenRefused):
            await accepting.principal(f"{encoded({'alg': algorithm, 'kid': 'ec'})}.{encoded(claims())}.")


@pytest.mark.parametrize("key", [rsa(alg=None), rsa(), ec(alg=None), okp(alg=None)], ids=["RSA", "RS256", "EC", "OKP"])
async def test_a_public_key_is_no_secret_of_hmac(tmp_path: Path, key: RSAKey | ECKey | OKPKey) -> None:
    """Algorithm confusion: everybody has the public key, so it must not be accepted for signing."""
    accepting = tokens(published(tmp_path, key))
    for secret in [key.as_pem(private=False), json.dumps(key.as_dict(private=False)).encode()]:
        signed = f"{encoded({'alg': 'HS256', 'kid': key.kid})}.{encoded(claims())}"
        signature = base64.urlsafe_b64encode(hmac.digest(secret, signed.encode(), "sha256")).rstrip(b"=").decode()
        with pytest.raises(TokenRefused):
            await accepting.principal(f"{signed}.{signature}")


async def test_a_symmetric_key_in_the_set_signs_nothing(tmp_path: Path) -> None:
    secret = {"kty": "oct", "k": base64.urlsafe_b64encode(b"s" * 32).decode(), "kid": "oct", "alg": "HS256"}
    good = ec()
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": [secret, good.as_dict(private=False)]}), encoding="utf-8")
    signed = f"{encoded({'alg': 'HS256', 'kid': 'oct'})}.{encoded(claims())}"
    signature = base64.urlsafe_b64encode(hmac.digest(b"s" * 32, signed.encode(), "sha256")).rstrip(b"=").decode()
    with pytest.raises(TokenRefused):
        await tokens(file).principal(f"{signed}.{signature}")
    assert await tokens(file).principal(token(good))


async def test_a_key_verifies_the_algorithm_it_was_made_for_and_no_other(tmp_path: Path) -> None:
    key = rsa()
    for_another = RSAKey.import_key(key.as_dict(private=True) | {"alg": "RS512"})
    with pytest.raises(TokenRefused):
        await tokens(published(tmp_path, key)).principal(token(for_another))


async def test_a_key_for_encryption_verifies_nothing(tmp_path: Path) -> None:
    good, other = ec(), rsa(use="enc")
    signing = RSAKey.import_key({**other.as_dict(private=True), "use": "sig"})
    with pytest.raises(TokenRefused):
        await tokens(published(tmp_path, good, other)).principal(token(signing))


async def test_a_token_of_somebody_else_with_the_same_kid_names_nobody(tmp_path: Path) -> None:
    with pytest.raises(TokenRefused):
        await tokens(published(tmp_path, ec())).principal(token(ec()))


@pytest.mark.parametrize("changed", [0, 1, 2])
async def test_a_token_that_was_changed_names_nobody(tmp_path: Path, changed: int) -> None:
    key = ec()
    parts = token(key).split(".")
    parts[changed] = token(key, sub="portal-2", exp=int(time.time()) + 999).split(".")[changed]
    parts[changed] = parts[changed][:-2] + ("AA" if parts[changed][-2:] != "AA" else "BB")
    with pytest.raises(TokenRefused):
        await tokens(published(tmp_path, key)).principal(".".join(parts))


@pytest.mark.parametrize("nonsense", ["", ".", "..", "a.b.c", "é.é.é", "x" * 10_000, "e30.e30.e30", "\x00"], ids=repr)
async def test_what_is_no_token_names_nobody(tmp_path: Path, nonsense: str) -> None:
    with pytest.raises(TokenRefused):
        await tokens(published(tmp_path, ec())).principal(nonsense)
