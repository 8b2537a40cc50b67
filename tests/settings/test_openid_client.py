"""What the provider knows us by: a key or a secret, and a key that may be used for it."""

import json
from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from joserfc.jwk import ECKey, OctKey, RSAKey
from pydantic import SecretStr

from settings.setting_rules import SettingsError
from settings.settings import Settings, load_settings
from starter.gateway.openid_client import OpenIdClient
from tests.settings.good import GOOD

ISSUER: Final = "https://login.example.hu"


def settings(**changes: object) -> Settings:
    known = {"staff_issuer": ISSUER, "staff_client_id": "ugyfelkapu"}
    return load_settings(GOOD | known).model_copy(update=changes)


def pem(private: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


P256: Final = ec.generate_private_key(ec.SECP256R1())
RSA: Final = rsa.generate_private_key(65537, 2048)
GOOD_KEYS: Final = {
    "RSA as PEM": (pem(RSA), "RS256", None),
    "RSA as OpenSSL wrote it before": (
        RSA.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        "RS256",
        None,
    ),
    "P-256 as PEM": (pem(P256), "ES256", None),
    "P-521 as PEM": (pem(ec.generate_private_key(ec.SECP521R1())), "ES512", None),
    "Ed25519 as PEM": (pem(ed25519.Ed25519PrivateKey.generate()), "EdDSA", None),
    "RSA as JWK, which names what it signs with": (
        json.dumps(RSAKey.generate_key(2048, {"kid": "k", "alg": "PS384"}).as_dict(private=True)).encode(),
        "PS384",
        "k",
    ),
    "P-384 as JWK": (json.dumps(ECKey.generate_key("P-384").as_dict(private=True)).encode(), "ES384", None),
}
BAD_KEYS: Final = {
    "nothing": b"",
    "no key": b"{}",
    "a public key": P256.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    "a public JWK": json.dumps(ECKey.generate_key("P-256").as_dict(private=False)).encode(),
    "a shared secret": json.dumps(OctKey.generate_key(256).as_dict(private=True)).encode(),
    "a short RSA key": pem(rsa.generate_private_key(65537, 1024)),  # noqa: S505  to be refused
    "a curve that is not allowed": pem(ec.generate_private_key(ec.SECP256K1())),
    "a key that signs nothing": x25519.X25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    ),
    "an algorithm of another kind": json.dumps(
        ECKey.generate_key("P-256", {"alg": "RS256"}).as_dict(private=True)
    ).encode(),
    "cut off": pem(P256)[:-40],
}


@pytest.mark.parametrize("name", GOOD_KEYS)
def test_a_private_key_is_read(tmp_path: Path, name: str) -> None:
    content, algorithm, kid = GOOD_KEYS[name]
    file = tmp_path / "key"
    file.write_bytes(content)
    client = OpenIdClient.of(settings(staff_client_key=file))
    assert client.key
    assert (client.key.alg, client.key.kid, client.secret) == (algorithm, kid, None)
    assert client.key.is_private
    assert "key" not in repr(client).replace("ugyfelkapu", "")


@pytest.mark.parametrize("name", BAD_KEYS)
def test_what_is_no_private_key_of_ours_is_named_and_not_quoted(tmp_path: Path, name: str) -> None:
    file = tmp_path / "key"
    file.write_bytes(BAD_KEYS[name])
    with pytest.raises(SettingsError, match=r"^UGYFELKAPU_STAFF_CLIENT_KEY: no private key can be read") as refused:
        OpenIdClient.of(settings(staff_client_key=file))
    assert "BEGIN" not in str(refused.value)


def test_a_secret_will_do(tmp_path: Path) -> None:
    client = OpenIdClient.of(settings(staff_client_secret=SecretStr("titok")))
    assert (client.issuer, client.id, client.secret, client.key) == (ISSUER, "ugyfelkapu", "titok", None)
    assert "titok" not in repr(client)
    both = settings(staff_client_secret=SecretStr("titok"), staff_client_key=tmp_path / "key")
    for wrong in (both, settings()):
        with pytest.raises(SettingsError, match=r"^UGYFELKAPU_STAFF_CLIENT_KEY: must be given, or"):
            OpenIdClient.of(wrong)
