"""S4 on the real servers: a signed form becomes an active registration, without personal appearance."""

import asyncio
import base64
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from registration import errors, signature_errors
from registration.messages import ActorKind
from registration.signatures import VerifiedSignature
from registration.statuses import Assurance, Status
from starter.dev.authority import Signatory
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, PASSWORD, another_address, form
from starter.dev.signing import sign_cades
from store.documents import load
from store.keys import key_ring
from store.rows import EvidenceRow
from store.sealing import WrappedKey, commitment, part, unseal
from tests.signatures.ceremony import changed, rsa_key
from tests.signatures.encodings import as_ber, signer_info, with_null, without_parameters
from tests.signatures.openssl import OpenSsl
from tests.support.signing import certified, signed_document
from tests.workflows.lives import bring, quiet


@pytest.mark.parametrize("level", list(Assurance))
@pytest.mark.parametrize("pdf", [False, True], ids=["CAdES", "PAdES"])
async def test_a_signed_form_becomes_active_when_its_code_is_redeemed(
    world: World, level: Assurance, pdf: bool
) -> None:
    """The code letter comes; no clerk is needed; the record has the channel's level and names the evidence."""
    filled = form()
    document, signature = await signed_document(world, filled, level.lower(), pdf=pdf)
    registration_id = await world.portal.register_signed(document, signature, client_address=another_address())
    answer = await world.redeem(filled, await world.code(filled["email"]))
    assert answer.status is Status.ACTIVE
    assert await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=CLIENT_ADDRESS)
    opening, *rest = await world.audit.events(registration_id)
    assert (opening.assurance, opening.identity_verified) == (level, True)
    assert opening.actor.kind is ActorKind.CITIZEN
    assert opening.evidence is not None
    assert {event.assurance for event in rest} == {None}
    proof = await unsealed(world, registration_id)
    assert proof.level is level
    assert proof.document_sha256 == hashlib.sha256(document).hexdigest()
    assert base64.b64decode(proof.document) == document
    assert pdf or base64.b64decode(proof.signature) == signature


async def unsealed(world: World, registration_id: str) -> VerifiedSignature:
    """The evidence that the opening event names; its salted hash is the event's."""
    opening = (await world.audit.events(registration_id))[0].evidence
    assert opening is not None
    (row,) = await world.sql("select * from evidence where id = $1", opening.id)
    (key,) = await world.sql("select * from data_keys where registration_id = $1", registration_id)
    opened = key_ring(world.settings).unwrap(WrappedKey(key["master_key_id"], key["wrapped"]), registration_id)
    plain = unseal(opened, row["sealed"], part(registration_id, opening.id))
    kept = load(EvidenceRow, plain)
    assert row["commitment"] == opening.commitment == commitment(plain, bytes.fromhex(kept.salt))
    assert isinstance(kept.proof, VerifiedSignature)
    return kept.proof


async def test_neither_history_nor_row_shows_who_signed(world: World) -> None:
    """Personal data and certificate are sealed; Temporal knows opaque ids, the level and the channel."""
    filled = form(family_name="Tündérrózsás", given_name="Kunigunda")
    content, person = json.dumps(filled).encode(), Signatory("Tündérrózsás", "Kunigunda")
    credential = certified(world, person=person)
    signature = await asyncio.to_thread(sign_cades, content, credential, datetime.now(UTC))
    registration_id = await world.portal.register_signed(content, signature, client_address=another_address())
    await world.code(filled["email"])
    await quiet(world, registration_id)
    history = (await world.handle(registration_id).fetch_history()).to_json()
    payloads = b"".join(base64.b64decode(text) for text in _data(json.loads(history)))
    proof = await unsealed(world, registration_id)
    rows = await world.sql("select e.*, u.* from evidence e join used_signatures u using (registration_id)")
    shown = payloads + history.encode() + repr([dict(row) for row in rows]).encode()
    for secret in ("Kunigunda", "rózsás", filled["email"], proof.serial_number, proof.certificate_sha256, proof.issuer):
        assert secret.encode() not in shown
        assert json.dumps(secret).strip('"').encode() not in shown
    assert b'"assurance":"ADVANCED"' in payloads.replace(b" ", b"")
    assert (await world.audit.snapshot(registration_id)).status is Status.AWAITING_ACTIVATION


def _data(part: Any) -> list[str]:  # noqa: ANN401  any JSON
    """The data of each payload in a history."""
    if isinstance(part, dict):
        own = [part["data"]] if isinstance(part.get("data"), str) else []
        return own + [data for value in part.values() for data in _data(value)]
    return [data for value in part for data in _data(value)] if isinstance(part, list) else []


async def test_refused_forms_leave_nothing(world: World) -> None:
    """Each reason is named; the user name stays free; no letter is sent."""
    filled = form()
    document, signature = await signed_document(world, filled)
    assert signature is not None
    content = json.dumps(filled).encode()
    other = certified(world, person=Signatory("Más", "Valaki"))
    wrong = await asyncio.to_thread(sign_cades, content, other, datetime.now(UTC))
    simple_document, simple = await signed_document(world, filled, "simple")
    attempts = [
        (document + b" ", signature, signature_errors.SignatureBroken),
        (content, wrong, signature_errors.WrongSigner),
        (simple_document, simple, signature_errors.SimpleSignature),
        (document, b"garbage", signature_errors.SignatureUnreadable),
        (document, None, signature_errors.SignatureUnreadable),
    ]
    for submitted, made, refusal in attempts:
        with pytest.raises(refusal):
            await world.portal.register_signed(submitted, made, client_address=another_address())
    invalid, its_signature = await signed_document(world, filled | {"user_name": "ab"})
    with pytest.raises(errors.InvalidInput) as refused:
        await world.portal.register_signed(invalid, its_signature, client_address=another_address())
    assert refused.value.facts["field"] == "user_name"
    with pytest.raises(errors.NotFound):
        await world.audit.snapshot(filled["user_name"])
    assert world.letters(filled["email"]) == []
    assert await world.portal.register_signed(document, signature, client_address=another_address())


async def test_an_old_signed_form_opens_nothing_again_when_its_user_name_is_free(world: World) -> None:
    """Whoever finds the file, and reads mail at an address given up long ago, must not become the signer."""
    filled = form()
    document, signature = await signed_document(world, filled)
    registration_id = await world.portal.register_signed(document, signature, client_address=another_address())
    with pytest.raises(signature_errors.SignatureUsed):
        await world.portal.register_signed(document, signature, client_address=another_address())
    evidence = {"document_kind": "PASSPORT", "document_number": "BA1234567", "consent": True}
    await world.desk.close(registration_id, evidence)
    await world.until(registration_id, Status.CLOSED)
    with pytest.raises(signature_errors.SignatureUsed):
        await world.portal.register_signed(document, signature, client_address=another_address())
    assert await world.portal.register_signed(*await signed_document(world, filled), client_address=another_address())


async def test_a_signature_of_openssl_opens_one_registration_in_whatever_encoding(world: World, tmp_path: Path) -> None:
    """DER, BER, with and without NULL, RSA named in another way: all are accepted, and all are the same signature."""
    filled = form()
    content, credential = json.dumps(filled).encode(), certified(world, key=rsa_key())
    openssl = OpenSsl(tmp_path)
    signature = await asyncio.to_thread(openssl.sign, content, openssl.adopt(credential))
    encodings = [
        as_ber(signature),
        changed(signature, lambda signed: without_parameters(signer_info(signed)["digest_algorithm"])),
        changed(signature, lambda signed: with_null(signer_info(signed)["digest_algorithm"])),
        changed(signature, lambda signed: with_null(signer_info(signed)["signature_algorithm"])),
        signature,
    ]
    registration_id = await world.portal.register_signed(content, encodings[0], client_address=another_address())
    evidence = {"document_kind": "PASSPORT", "document_number": "BA1234567", "consent": True}
    await world.desk.close(registration_id, evidence)
    await world.until(registration_id, Status.CLOSED)
    for encoded in encodings:
        with pytest.raises(signature_errors.SignatureUsed):
            await world.portal.register_signed(content, encoded, client_address=another_address())
    again = await asyncio.to_thread(openssl.sign, content, "adopted", "-nosmimecap")
    assert await world.portal.register_signed(content, again, client_address=another_address())


async def test_the_same_request_again_gets_the_same_registration(world: World) -> None:
    request_id = str(uuid4())
    document, signature = await signed_document(world, form())
    for _ in range(2):
        assert (
            await world.portal.register_signed(
                document, signature, request_id=request_id, client_address=another_address()
            )
            == request_id
        )


async def test_other_channels_have_no_level(world: World) -> None:
    registration_id, _ = await bring(world, Status.TEMPORARY)
    assert (await world.audit.events(registration_id))[0].assurance is None
