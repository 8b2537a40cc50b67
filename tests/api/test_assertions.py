"""The assertion of a log-in: for one portal, about one client, for five minutes."""

from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import KeySet, OKPKey
from joserfc.jwt import JWTClaimsRegistry

from registration.answers import plain
from registration.errors import AssertionRefused
from registration.statuses import Status
from starter.gateway import Session, assertions
from starter.gateway.assertions import Assertions
from starter.gateway.jwt import key_id, sign, signing_key

CLIENT = "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a"
CREDENTIAL = "019a2f61-0d4e-7a11-9c55-0a1b2c3d4e5f"
SESSION = Session(CLIENT, Status.ACTIVE, None, None, CREDENTIAL)
ISSUER = "ugyfelkapu"
RING = {"2027": b"a" * 32, "2026": b"b" * 32}


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(assertions, "now", lambda: moment)


def test_a_portal_verifies_it_with_the_published_keys() -> None:
    service = Assertions(RING, ISSUER)
    made = service.issue(SESSION, "portal-1")
    published = KeySet([OKPKey.import_key(key) for key in plain(service.public_keys())["keys"]])
    with pytest.warns(SecurityWarning, match="RFC 9864"):  # that the algorithm has a newer name too
        read = jwt.decode(made.token, published, algorithms=["Ed25519", "EdDSA"])
    assert read.header["kid"] == "2027"
    claims = read.claims
    assert (claims["iss"], claims["sub"], claims["aud"], claims["status"]) == (ISSUER, CLIENT, "portal-1", "ACTIVE")
    assert claims["exp"] - claims["iat"] == 300
    assert claims["auth_time"] == claims["iat"]
    assert int(made.expires_at.timestamp()) == claims["exp"]
    JWTClaimsRegistry().validate(claims)


def test_published_keys_have_no_private_half() -> None:
    published = Assertions(RING, ISSUER).public_keys().keys
    assert [key.kid for key in published] == ["2027", "2026"]
    assert all("d" not in vars(key) for key in published)


def test_a_rotation_verifies_with_the_new_key_before_it_signs_with_it() -> None:
    """In each step every process accepts what any other issues then, and has published the key that signs it."""
    ring = {"2028": b"c" * 32, **RING}
    before, second, first, after = (
        Assertions({kid: ring[kid] for kid in kids}, ISSUER)
        for kids in (["2027"], ["2027", "2028"], ["2028", "2027"], ["2028"])
    )
    for together in ((before, second), (second, first)):
        for issuing in together:
            token = issuing.issue(SESSION, "portal-1").token
            for checking in together:
                assert checking.check(token, CLIENT, "portal-1") == CREDENTIAL
                assert key_id(token) in {key.kid for key in checking.public_keys().keys}
    last = second.issue(SESSION, "portal-1").token
    assert first.check(last, CLIENT, "portal-1") == CREDENTIAL
    with pytest.raises(AssertionRefused):  # so the old key goes five minutes after the last one signed by it
        after.check(last, CLIENT, "portal-1")


def test_it_is_good_for_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    service, start = Assertions(RING, ISSUER), datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
    at(monkeypatch, start)
    token = service.issue(SESSION, "portal-1").token
    at(monkeypatch, start + timedelta(seconds=299))
    service.check(token, CLIENT, "portal-1")
    at(monkeypatch, start + timedelta(seconds=300))
    with pytest.raises(AssertionRefused):
        service.check(token, CLIENT, "portal-1")


def test_the_clocks_of_two_processes_may_be_some_seconds_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that checks an assertion may believe that it comes from the future."""
    service, start = Assertions(RING, ISSUER), datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
    at(monkeypatch, start + timedelta(seconds=30))
    token = service.issue(SESSION, "portal-1").token
    at(monkeypatch, start)
    service.check(token, CLIENT, "portal-1")
    at(monkeypatch, start - timedelta(seconds=1))
    with pytest.raises(AssertionRefused):
        service.check(token, CLIENT, "portal-1")


def test_it_covers_this_client_at_this_portal_only() -> None:
    service = Assertions(RING, ISSUER)
    token = service.issue(SESSION, "portal-1").token
    service.check(token, CLIENT, "portal-1")
    with pytest.raises(AssertionRefused):
        service.check(token, "019a2f60-9c1b-7d3e-8f00-000000000000", "portal-1")
    with pytest.raises(AssertionRefused):
        service.check(token, CLIENT, "portal-2")


def test_a_key_that_was_in_use_before_still_verifies() -> None:
    token = Assertions({"2026": RING["2026"]}, ISSUER).issue(SESSION, "portal-1").token
    Assertions(RING, ISSUER).check(token, CLIENT, "portal-1")


@pytest.mark.parametrize("token", ["", "a.b.c", "eyJhbGciOiJub25lIn0.e30."], ids=repr)
def test_what_is_no_assertion_is_refused(token: str) -> None:
    with pytest.raises(AssertionRefused):
        Assertions(RING, ISSUER).check(token, CLIENT, "portal-1")


def test_another_key_another_issuer_and_an_old_log_in_are_refused() -> None:
    service = Assertions(RING, ISSUER)
    for forged in (Assertions({"2027": b"x" * 32}, ISSUER), Assertions(RING, "somebody-else")):
        with pytest.raises(AssertionRefused):
            service.check(forged.issue(SESSION, "portal-1").token, CLIENT, "portal-1")
    now = int(datetime.now(UTC).timestamp())
    claims = {"iss": ISSUER, "sub": CLIENT, "aud": "portal-1", "iat": now, "exp": now + 300}
    for auth_time in (now - 400, None, "now"):
        old = sign(claims | {"auth_time": auth_time}, signing_key("2027", RING["2027"]))
        with pytest.raises(AssertionRefused):
            service.check(old, CLIENT, "portal-1")
