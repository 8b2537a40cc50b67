"""Our side of OpenID Connect against a provider that lies, breaks or hangs."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
from joserfc import jws
from joserfc.jwk import ECKey, Key, RSAKey
from structlog.testing import capture_logs

from registration.errors import SignInFailed, Unavailable
from starter.gateway import issuer_requests
from starter.gateway.jwt import public_keys
from starter.gateway.openid import Challenge, Identity, OpenIdProvider
from starter.gateway.openid_client import OpenIdClient
from store.rows import BegunSignIn
from tests.api.issuer import ec, okp, rsa
from tests.support.lying_provider import CLIENT_ID, LyingProvider, lying_provider

BACK: Final = "http://127.0.0.1:8081/belepes/valasz"
SECRET: Final = "a secret: with/special+signs"


class Clock:
    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest_asyncio.fixture(loop_scope="session")
async def liar() -> AsyncIterator[LyingProvider]:
    async with lying_provider() as provider:
        yield provider


def our_side(liar: LyingProvider, clock: Clock | None = None, **changes: Any) -> OpenIdProvider:  # noqa: ANN401
    proof = changes or {"secret": SECRET}
    return OpenIdProvider(OpenIdClient(liar.issuer, CLIENT_ID, **proof), clock or Clock())


def begun() -> BegunSignIn:
    return BegunSignIn("nonce-1", "verifier-1", datetime.now(UTC))


async def identity(liar: LyingProvider, ours: OpenIdProvider | None = None, **answer: str) -> Identity:
    """Whom an answer names whose id token has the nonce that we have sent."""
    given = {"code": "nonce-1", "state": "state-1", **answer}
    return await (ours or our_side(liar)).identity(given, BACK, begun())


async def refused(liar: LyingProvider, ours: OpenIdProvider | None = None, **answer: str) -> str:
    """The reason in the log."""
    with capture_logs() as logs, pytest.raises(SignInFailed):
        await identity(liar, ours, **answer)
    (line,) = [line for line in logs if line["event"] == "sign_in_failed"]
    return str(line["reason"])


async def test_a_truthful_provider_names_who_signs_in(liar: LyingProvider) -> None:
    found = await identity(liar)
    assert (found.claims["sub"], found.claims["roles"], found.claims["office"]) == ("clerk-7", ["clerk"], "1051")
    assert found.id_token not in repr(found)


async def test_the_request_has_everything_that_ties_the_answer_to_it(liar: LyingProvider) -> None:
    challenge = Challenge.new()
    url = urlsplit(await our_side(liar).authorization_url(challenge, BACK, "hu"))
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    digest = hashlib.sha256(challenge.verifier.encode()).digest()
    assert query == {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": BACK,
        "scope": "openid",
        "state": challenge.state,
        "nonce": challenge.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "max_age": "0",
        "ui_locales": "hu",
    }
    assert len({challenge.state, challenge.nonce, challenge.verifier}) == 3
    assert all(len(each) == 43 for each in (challenge.state, challenge.nonce, challenge.verifier))
    liar.metadata = {"authorization_endpoint": f"{liar.issuer}/authorize?tenant=7"}
    assert (await our_side(liar).authorization_url(challenge, BACK, "hu")).startswith(
        f"{liar.issuer}/authorize?tenant=7&response_type=code&"
    )


# the id token


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://another.example"}, "invalid_claim iss"),
        ({"iss": None}, "missing_claim iss"),
        ({"aud": "another"}, "invalid_claim aud"),
        ({"aud": ["another", "third"]}, "invalid_claim aud"),
        ({"aud": None}, "missing_claim aud"),
        ({"aud": [CLIENT_ID, "another"]}, "invalid_claim azp"),
        ({"aud": [CLIENT_ID, "another"], "azp": "another"}, "invalid_claim azp"),
        ({"azp": "another"}, "invalid_claim azp"),
        ({"exp": timedelta(minutes=-1)}, "expired_token exp"),
        ({"exp": None}, "missing_claim exp"),
        ({"exp": "soon"}, "invalid_claim exp"),
        ({"iat": timedelta(minutes=-12)}, "expired iat"),
        ({"iat": timedelta(hours=1)}, "invalid_token iat"),
        ({"iat": None}, "missing_claim iat"),
        ({"iat": "now"}, "invalid_claim iat"),
        ({"nonce": "another"}, "invalid_claim nonce"),
        ({"nonce": None}, "missing_claim nonce"),
        ({"nonce": ["nonce-1", "nonce-2"]}, "invalid_claim nonce"),
        ({"iss": ["https://another.example"]}, "invalid_claim iss"),
        ({"sub": None}, "missing_claim sub"),
        ({"auth_time": None}, "missing_claim auth_time"),
        ({"auth_time": "now"}, "invalid_claim auth_time"),
        ({"auth_time": True}, "invalid_claim auth_time"),
        ({"auth_time": timedelta(minutes=-2)}, "expired auth_time"),
    ],
    ids=str,
)
async def test_an_id_token_that_is_not_for_us_and_now_is_refused(
    liar: LyingProvider, claims: dict[str, Any], reason: str
) -> None:
    liar.claims = {
        name: int(time.time() + claim.total_seconds()) if isinstance(claim, timedelta) else claim
        for name, claim in claims.items()
    }
    assert (await refused(liar)).split()[-1] == reason.rsplit(maxsplit=1)[-1]


@pytest.mark.parametrize(
    "claims", [{"azp": CLIENT_ID}, {"aud": [CLIENT_ID]}, {"aud": [CLIENT_ID, "x"], "azp": CLIENT_ID}]
)
async def test_an_id_token_may_name_us_in_each_way(liar: LyingProvider, claims: dict[str, Any]) -> None:
    liar.claims = claims
    assert await identity(liar)


async def test_a_signature_of_another_key_or_kind_is_none(liar: LyingProvider) -> None:
    liar.published = [ec()]
    assert await refused(liar) == "bad_signature"
    liar.key = ec("another")
    assert await refused(liar) == "unknown key"


async def test_neither_no_signature_nor_one_by_a_shared_secret_is_believed(liar: LyingProvider) -> None:
    header, claims, _ = (part for part in liar.id_token("nonce-1").split("."))
    assert jws.extract_compact(liar.id_token("nonce-1").encode()).headers()["alg"] == "ES256"
    public = json.dumps(public_keys([liar.key])["keys"][0]).encode()
    for algorithm, secret in (("none", None), ("HS256", SECRET.encode()), ("HS256", public)):
        head = encoded(json.dumps({"alg": algorithm, "kid": liar.key.kid}).encode())
        signed = f"{head}.{claims}"
        signature = encoded(hmac.digest(secret, signed.encode(), "sha256")) if secret else ""
        liar.token = f"{signed}.{signature}"
        assert await refused(liar)
    for token in ("", "a.b.c", header, "a" * 100_000):
        liar.token = token
        with pytest.raises(SignInFailed):
            await identity(liar)


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "key", [rsa(), okp(), ECKey.generate_key("P-384", {"kid": "p384", "alg": "ES384"})], ids=lambda key: key.alg
)
async def test_the_provider_may_sign_with_each_kind_of_key(liar: LyingProvider, key: Key) -> None:
    liar.key = key
    assert await identity(liar)


async def test_a_new_key_is_found_and_an_old_one_is_forgotten(liar: LyingProvider) -> None:
    clock, old, new = Clock(), liar.key, ec("new")
    ours = our_side(liar, clock)
    assert await identity(liar, ours)
    liar.key, liar.published = new, [new]
    clock.seconds += 31
    assert await identity(liar, ours)
    liar.key = old
    assert await refused(liar, ours) == "unknown key"


# the answer


async def test_an_answer_that_names_another_issuer_is_refused(liar: LyingProvider) -> None:
    """RFC 9207; where the provider has said that it always names itself, one without a name is refused, too."""
    assert await refused(liar, iss="https://another.example") == "another issuer"
    assert await identity(liar, iss=liar.issuer)
    liar.metadata = {"authorization_response_iss_parameter_supported": True}
    assert await refused(liar) == "another issuer"
    assert await identity(liar, iss=liar.issuer)


async def test_an_answer_without_a_code_is_refused(liar: LyingProvider) -> None:
    with capture_logs() as logs, pytest.raises(SignInFailed):
        await our_side(liar).identity({"error": "access_denied", "state": "s"}, BACK, begun())
    assert logs[0]["reason"] == "no code"
    assert liar.sent == []


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_request", "", "<script>"])
async def test_a_code_that_the_provider_refuses_is_refused_here(liar: LyingProvider, error: str) -> None:
    """Nothing of its words comes into the log."""
    liar.error, liar.status = error, 400
    ours = our_side(liar)
    liar.status = 200
    assert await ours.can_be_used()
    liar.status = 400
    assert await refused(liar, ours) == "code refused"


@pytest.mark.parametrize(
    ("status", "error", "reason"),
    [
        (401, "invalid_client", "invalid_client"),
        (400, "unauthorized_client", "unauthorized_client"),
        (500, "", "status 500"),
    ],
)
async def test_what_only_an_operator_can_mend_is_said_to_operators(
    liar: LyingProvider, status: int, error: str, reason: str
) -> None:
    ours = our_side(liar)
    assert await ours.can_be_used()
    liar.status, liar.error = status, error
    with pytest.raises(Unavailable) as found:
        await identity(liar, ours)
    assert found.value.facts == {"dependency": "SIGN_IN", "reason": reason}


@pytest.mark.parametrize("content", [b"[]", b"{", b'"id_token"', b'{"id_token": 7}', b"{}"])
async def test_an_answer_that_is_no_token_is_refused(liar: LyingProvider, content: bytes) -> None:
    ours = our_side(liar)
    assert await ours.can_be_used()
    liar.content = content
    assert await refused(liar, ours) == "no id token"


# who we are


async def test_the_secret_goes_as_the_provider_takes_it(liar: LyingProvider) -> None:
    await identity(liar)
    form, authorization = liar.sent[-1]
    assert base64.b64decode(authorization.removeprefix("Basic ")).decode() == (
        f"{CLIENT_ID}:a%20secret%3A%20with%2Fspecial%2Bsigns"
    )
    assert form == {
        "grant_type": "authorization_code",
        "code": "nonce-1",
        "redirect_uri": BACK,
        "code_verifier": "verifier-1",
    }
    liar.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    await identity(liar)
    form, authorization = liar.sent[-1]
    assert (form["client_id"], form["client_secret"], authorization) == (CLIENT_ID, SECRET, "")


async def test_the_key_signs_an_assertion_for_this_provider_and_a_minute(liar: LyingProvider) -> None:
    key = RSAKey.generate_key(2048, {"kid": "ours", "alg": "PS256"})
    ours = our_side(liar, key=key)
    await identity(liar, ours)
    await identity(liar, ours)
    (first, _), (second, authorization) = liar.sent
    assert authorization == ""
    assert second["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    signed = jws.deserialize_compact(second["client_assertion"], key, algorithms=["PS256"])
    assert signed.headers() == {"typ": "JWT", "alg": "PS256", "kid": "ours"}
    told = json.loads(signed.payload)
    assert (told["iss"], told["sub"], told["aud"]) == (CLIENT_ID, CLIENT_ID, liar.issuer)
    assert told["exp"] - told["iat"] == 60
    assert first["client_assertion"] != second["client_assertion"]


# discovery


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://another.example"},
        {"issuer": None},
        {"token_endpoint": None},
        {"token_endpoint": "http://login.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": 7},
        {"end_session_endpoint": "http://login.example/end"},
    ],
    ids=str,
)
async def test_a_document_of_another_issuer_or_with_an_unsafe_address_is_none(
    liar: LyingProvider, changes: dict[str, Any]
) -> None:
    liar.metadata = changes
    assert not await our_side(liar).can_be_used()


@pytest.mark.parametrize("content", [b" ", b"[]", b"{{{", b"\xff\xff\xff\xff", b"a" * ((1 << 20) + 1)], ids=len)
async def test_what_is_no_document_or_too_long_is_none(liar: LyingProvider, content: bytes) -> None:
    liar.content = content
    assert not await our_side(liar).can_be_used()


async def test_no_redirect_is_followed(liar: LyingProvider) -> None:
    liar.moved = True
    assert not await our_side(liar).can_be_used()
    assert liar.asked == 1


async def test_a_provider_that_hangs_is_waited_for_a_bounded_time(
    liar: LyingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuer_requests, "_SECONDS", 0.2)
    liar.pause = 2
    with pytest.raises(Unavailable):
        await our_side(liar).authorization_url(Challenge.new(), BACK, "hu")


async def test_a_provider_that_is_away_is_asked_every_five_seconds_and_then_used(liar: LyingProvider) -> None:
    clock = Clock()
    ours = our_side(liar, clock)
    liar.status = 503
    assert not await ours.can_be_used()
    liar.status = 200
    assert not await ours.can_be_used()
    assert liar.asked == 1
    clock.seconds += 6
    assert await ours.can_be_used()
    assert await ours.can_be_used()
    assert liar.asked == 2


async def test_what_it_said_holds_while_it_is_away(liar: LyingProvider) -> None:
    clock = Clock()
    ours = our_side(liar, clock)
    assert await ours.can_be_used()
    liar.status = 503
    clock.seconds += 3601
    assert await ours.can_be_used()
    liar.status, liar.metadata = 200, {"end_session_endpoint": None}
    clock.seconds += 3601
    assert await ours.can_be_used()
    assert await ours.sign_out_url(BACK, "hu") is None


async def test_a_sign_out_leads_to_the_provider_and_names_us_alone(liar: LyingProvider) -> None:
    """No token is in an address. Where the provider was never reached, it is asked for the way there first."""
    liar.status, clock = 503, Clock()
    ours = our_side(liar, clock)
    assert await ours.sign_out_url(BACK, "hu") is None
    liar.status = 200
    clock.seconds += 6
    url = urlsplit(await ours.sign_out_url(BACK, "hu") or "")
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{liar.issuer}/end"
    assert {name: values[0] for name, values in parse_qs(url.query).items()} == {
        "client_id": CLIENT_ID,
        "post_logout_redirect_uri": BACK,
        "ui_locales": "hu",
    }


async def test_forms_may_lead_to_the_origins_of_its_addresses_alone(liar: LyingProvider) -> None:
    liar.metadata = {"end_session_endpoint": "https://user@logout.example:8443/end?x=1"}
    ours = our_side(liar)
    assert ours.origins == {liar.issuer}
    assert await ours.can_be_used()
    assert ours.origins == {liar.issuer, "https://logout.example:8443"}
