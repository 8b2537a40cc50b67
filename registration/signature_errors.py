"""Why a registration with an electronic signature is refused (S4); `errors.py` draws the tree."""

from registration.errors import Refusal


class SignatureChannelClosed(Refusal):
    """Registration with an electronic signature is not offered here: no trusted certificate authority is set; register
    online or in person."""


class SignatureRefused(Refusal):
    """The electronic signature was refused."""


class SignatureUnreadable(SignatureRefused):
    """The signature cannot be read: a CAdES signature (DER or BER) over the form's exact bytes is needed, or a PAdES
    signed PDF with the form as its only attachment, without a password."""


class SignedFormTooLarge(SignatureRefused):
    """The signed form is too large: a signed PDF, a form and its signature may have at most {most} bytes each."""


class FormNotAttached(SignatureRefused):
    """The signed PDF does not carry the form: the form's JSON must be its only attachment, and must have been attached
    before the PDF was signed."""


class NotOneSignature(SignatureRefused):
    """The form must bear exactly one signature, the applicant's own."""


class SignatureIncomplete(SignatureRefused):
    """The signature does not cover all that was submitted: the PDF was changed or added to after signing, by more than
    time stamps."""


class SignatureBroken(SignatureRefused):
    """The signature does not belong to this form: the form, the signature or its certificate was changed after
    signing."""


class SignatureUnbound(SignatureRefused):
    """The signature does not name the certificate that it was made with (signing-certificate attribute): it is no CAdES
    or PAdES signature."""


class CertificateMissing(SignatureRefused):
    """The signature does not carry its signer's certificate: it must be enclosed when signing."""


class WeakSignature(SignatureRefused):
    """The signature or its certificate uses an algorithm or a key that is no longer safe: at least SHA-256 with RSA of
    2048 bits, or with an elliptic curve of 256 bits, is needed."""


class UnknownAuthority(SignatureRefused):
    """The signer's certificate is not trusted: no certificate authority that is accepted here has issued it."""


class CertificateNotYetValid(SignatureRefused):
    """The signer's certificate, or the certificate of its authority, is not valid yet."""


class CertificateExpired(SignatureRefused):
    """The signer's certificate, or the certificate of its authority, has expired."""


class CertificateRevoked(SignatureRefused):
    """The signer's certificate, or the certificate of its authority, has been revoked."""


class RevocationUnknown(SignatureRefused):
    """It cannot be told whether the signer's certificate has been revoked: no revocation list of its authority is in
    force here."""


class NotASigningCertificate(SignatureRefused):
    """The certificate is not a person's certificate for electronic signatures: it was issued for another use, such as a
    web site, an organisation's seal or a certificate authority."""


class SimpleSignature(SignatureRefused):
    """The signature is below the advanced level: its certificate was issued for identification, not for declarations
    (key usage nonRepudiation is missing)."""


class WrongSigner(SignatureRefused):
    """The certificate names another person than the form: {rule}."""


class SignatureUsed(SignatureRefused):
    """This signed form has opened a registration already; fill in and sign a new one."""
