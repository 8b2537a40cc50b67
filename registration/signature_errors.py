"""Why a registration with an electronic signature is refused (S4); `errors.py` draws the tree."""

from registration.errors import Refusal
from registration.problems import Problem
from registration.signer_rules import SignerRule


class SignatureChannelClosed(Refusal):
    """Registration with an electronic signature is not offered here: no trusted certificate authority is set; register
    online or in person."""

    problem = Problem(
        409,
        "No e-signature channel here",
        "this installation trusts no authority: register online or in person",
        name="signature-not-offered",
    )


class SignatureRefused(Refusal):
    """The electronic signature was refused."""


class SignatureUnreadable(SignatureRefused):
    """The signature cannot be read: a CAdES signature (DER or BER) over the form's exact bytes is needed, or a PAdES
    signed PDF with the form as its only attachment, without a password."""

    problem = Problem(
        422, "Unreadable signature", "CAdES in DER or BER, or a PDF signed with PAdES, without a password"
    )


class SignedFormTooLarge(SignatureRefused):
    """The signed form is too large: a signed PDF, a form and its signature may have at most {most} bytes each."""

    problem = Problem(
        422,
        "Signed form too large",
        "a signed PDF, a form and its signature have at most 262,144 bytes each; the `detail` says so",
        example={"most": "262144"},
    )


class FormNotAttached(SignatureRefused):
    """The signed PDF does not carry the form: the form's JSON must be its only attachment, and must have been attached
    before the PDF was signed."""

    problem = Problem(
        422, "No form in the PDF", "attach the form's JSON to the PDF, as its only attachment, before it is signed"
    )


class NotOneSignature(SignatureRefused):
    """The form must have exactly one signature, the applicant's own."""

    problem = Problem(422, "Not exactly one signature", "exactly one signature, the applicant's")


class SignatureIncomplete(SignatureRefused):
    """The signature does not cover all that was submitted: the PDF was changed or added to after signing, by more than
    time stamps."""

    problem = Problem(422, "Incomplete signature", "the PDF was added to after signing, by more than time stamps")


class SignatureBroken(SignatureRefused):
    """The signature does not belong to this form: the form, the signature or its certificate was changed after
    signing."""

    problem = Problem(422, "Broken signature", "form, signature or certificate was changed after signing")


class SignatureUnbound(SignatureRefused):
    """The signature does not name the certificate that it was made with (signing-certificate attribute): it is no CAdES
    or PAdES signature."""

    problem = Problem(422, "Certificate not named", "sign as CAdES or PAdES, which name the certificate")


class CertificateMissing(SignatureRefused):
    """The signature does not carry its signer's certificate: it must be enclosed when signing."""

    problem = Problem(422, "Certificate not enclosed", "enclose the signer's certificate when signing")


class WeakSignature(SignatureRefused):
    """The signature or its certificate uses an algorithm or a key that is no longer safe: at least SHA-256 with RSA of
    2048 bits, or with an elliptic curve of 256 bits, is needed."""

    problem = Problem(422, "Weak signature", "at least SHA-256 with RSA 2048 or a curve of 256 bits")


class UnknownAuthority(SignatureRefused):
    """The signer's certificate is not trusted: no certificate authority that is accepted here has issued it."""

    problem = Problem(422, "Unknown authority", "valid, but not trusted here")


class CertificateNotYetValid(SignatureRefused):
    """The signer's certificate, or the certificate of its authority, is not valid yet."""

    problem = Problem(422, "Certificate not valid yet", "a valid certificate is needed")


class CertificateExpired(SignatureRefused):
    """The signer's certificate, or the certificate of its authority, has expired."""

    problem = Problem(422, "Certificate expired", "a valid certificate is needed")


class CertificateRevoked(SignatureRefused):
    """The signer's certificate, or the certificate of its authority, has been revoked."""

    problem = Problem(422, "Certificate revoked", "another certificate is needed")


class RevocationUnknown(SignatureRefused):
    """It is not known whether the signer's certificate has been revoked: no revocation list of its authority is in
    force here."""

    problem = Problem(
        503,
        "Revocation not known",
        "no revocation list in force here: the operator renews it; try again later",
        retry_after=60,
    )


class NotASigningCertificate(SignatureRefused):
    """The certificate is not a person's certificate for electronic signatures: it was issued for another use, such as a
    web site, an organisation's seal or a certificate authority."""

    problem = Problem(422, "Not a signing certificate", "a certificate for signatures is needed")


class SimpleSignature(SignatureRefused):
    """The signature is below the advanced level: its certificate was issued for identification, not for declarations
    (key usage nonRepudiation is missing)."""

    problem = Problem(422, "Below the advanced level", "at least an advanced signature is needed (S4)")


class WrongSigner(SignatureRefused):
    """The certificate names another person than the form: {rule}."""

    problem = Problem(
        422,
        "Signed by another person",
        "only the applicant may sign; `detail` says which name or date differs",
        example={"rule": SignerRule.GIVEN_NAME},
    )


class SignatureUsed(SignatureRefused):
    """This signed form has opened a registration already."""

    problem = Problem(409, "Signature used before", "each signature opens one registration: sign again")
