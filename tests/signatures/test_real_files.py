"""Signatures made by other programs, each with the expected outcome (`real/README.md`)."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import cms, x509
from pyhanko.sign.general import extract_certificate_info, find_unique_cms_attribute

from registration.signature_errors import UnknownAuthority
from registration.statuses import Assurance
from starter.examiner import integrity, pdf_parts
from starter.examiner.certificate_chain import check_chain
from starter.examiner.examination import examine
from starter.examiner.integrity import IntactSignature
from starter.examiner.plain_facts import Examination
from starter.examiner.trust import Trust

REAL = Path(__file__).with_name("real")
MIC, POL, PDF = "Signature-C-HU_MIC-1.p7m", "Signature-C-HU_POL-3.p7m", "Signature-P-HU_MIC-1.pdf"
NEXU, LUX = "NexU-CAdES-B-B-Detached-Sha512.p7m", "C-B-B-detached.p7s"
MADE = {
    MIC: datetime(2019, 11, 4, 15, tzinfo=UTC),
    POL: datetime(2014, 11, 28, 15, tzinfo=UTC),
    NEXU: datetime(2016, 9, 23, 21, tzinfo=UTC),
    LUX: datetime(2023, 11, 7, 13, tzinfo=UTC),
    PDF: datetime(2019, 11, 4, 15, tzinfo=UTC),
}
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def signed_data(name: str) -> cms.SignedData:
    content = (REAL / name).read_bytes()
    if name == PDF:
        content = content[content.index(b"/Contents <") + len(b"/Contents <") :]
        content = bytes.fromhex(content[: content.index(b">")].decode())
    return cms.ContentInfo.load(content)["content"]


def certificates(name: str) -> list[x509.Certificate]:
    return [choice.chosen for choice in signed_data(name)["certificates"]]


def own_roots(name: str) -> Trust:
    """Trust in the roots that came along."""
    return Trust(tuple(each for each in certificates(name) if each.issuer == each.subject), None)


def found(name: str, document: bytes, *, trust: Trust | None = None, at: datetime | None = None) -> Examination:
    return examine(document, (REAL / name).read_bytes(), lambda: trust or own_roots(name), at or MADE[name])


@pytest.mark.parametrize(
    ("name", "document", "issuer"),
    [
        (MIC, b"test doc", "Qualified e-Szigno CA 2009"),
        (POL, b"toBeSigned", "e-Szigno CA 2009, Organization: Microsec"),
    ],
)
def test_hungarian_qualified_signatures_are_accepted_with_their_root_at_their_time(
    name: str, document: bytes, issuer: str
) -> None:
    """SHA-256 without parameters and with NULL, `rsaEncryption`, time stamps behind the signature."""
    finding = found(name, document)
    assert (finding.refusal, finding.reason) == (None, None)
    assert finding.proof is not None
    assert finding.proof.level is Assurance.QUALIFIED
    assert issuer in finding.proof.issuer


@pytest.mark.parametrize(
    ("name", "document", "trusted", "at", "refusal"),
    [
        (MIC, b"test doc", "none", MADE[MIC], "UnknownAuthority"),
        (MIC, b"test doc", "its own", NOW, "CertificateExpired"),
        (MIC, b"test doc ", "its own", MADE[MIC], "SignatureBroken"),
        (POL, b"toBeSigned", "none", MADE[POL], "UnknownAuthority"),
        (POL, b"toBeSigned", "its own", NOW, "CertificateExpired"),
        (NEXU, b"not what was signed", "its own", MADE[NEXU], "SignatureBroken"),
        (LUX, b"not what was signed", "its own", MADE[LUX], "SignatureBroken"),
    ],
)
def test_otherwise_the_reason_is_the_right_one(
    name: str, document: bytes, trusted: str, at: datetime, refusal: str
) -> None:
    trust = Trust((), None) if trusted == "none" else own_roots(name)
    finding = found(name, document, trust=trust, at=at)
    assert (finding.refusal, finding.reason) == (refusal, None)


def test_a_pdf_without_the_form_in_it_says_so() -> None:
    finding = examine((REAL / PDF).read_bytes(), None, lambda: own_roots(PDF), MADE[PDF])
    assert (finding.refusal, finding.reason) == ("FormNotAttached", None)


def intact(name: str) -> IntactSignature:
    """The signature, whatever it signs."""
    data = signed_data(name)
    attributes = data["signer_infos"][0]["signed_attrs"].untag()
    signed = attributes.dump()
    info, certificate = data["signer_infos"][0], extract_certificate_info(data).signer_cert
    integrity._check_bound(certificate, attributes)
    integrity._check_algorithms(info, attributes, certificate)
    integrity._check_signature(info, signed, certificate)
    return IntactSignature(certificate, [each for each in certificates(name) if each != certificate], signed)


@pytest.mark.parametrize("name", MADE)
def test_each_is_intact_and_bound_to_its_certificate_with_safe_algorithms(name: str) -> None:
    assert intact(name).certificate.subject.native["country_name"]


@pytest.mark.parametrize(
    ("name", "refusal"), [(MIC, None), (POL, None), (PDF, None), (NEXU, UnknownAuthority), (LUX, UnknownAuthority)]
)
async def test_a_chain_leads_to_its_root_or_misses_a_link(name: str, refusal: type[Exception] | None) -> None:
    """Two of them came without the authority that issued the certificate."""
    if refusal is None:
        await check_chain(intact(name), own_roots(name), MADE[name])
    else:
        with pytest.raises(refusal):
            await check_chain(intact(name), own_roots(name), MADE[name])


@pytest.mark.parametrize("name", [LUX, NEXU])
async def test_a_certificate_may_be_trusted_itself(name: str) -> None:
    signature = intact(name)
    await check_chain(signature, Trust((signature.certificate,), None), MADE[name])


def test_the_signature_of_the_pdf_covers_its_signed_revision() -> None:
    pdf = (REAL / PDF).read_bytes()
    gap, rest = pdf_parts._gap_of(pdf, pdf_parts._only_signature(pdf_parts._opened(pdf).root))
    attributes = signed_data(PDF)["signer_infos"][0]["signed_attrs"]
    signed = find_unique_cms_attribute(attributes, "message_digest").native
    assert hashlib.sha256(pdf[:gap] + pdf[rest:]).digest() == signed
