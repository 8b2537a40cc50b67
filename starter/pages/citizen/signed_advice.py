"""What to do next when a signed form is refused: the refusal itself says only what is wrong."""

from typing import Final

from registration import signature_errors as refused
from registration.errors import InvalidInput, UgyfelkapuError, UserNameTaken
from registration.sentences import N_, Sentence

_ANOTHER_FORMAT: Final = N_(
    "Set your program to PAdES for a PDF, or to CAdES (.p7s or .p7m) for the JSON file, without a password, and sign "
    "again. Beside a JSON file its signature must be uploaded too."
)
_SIGN_ANEW: Final = N_("Download the form again, sign it once, and change nothing in it afterwards.")
_ANOTHER_CERTIFICATE: Final = N_(
    "Sign with another certificate: a valid one that was issued to you as a person, for qualified or advanced "
    "signatures. Without one, register online or in person."
)
_CHANGE_ANSWERS: Final = N_("Change your answers, download the form again, and sign that one.")

ADVICE: Final = {
    refused.SignatureUnreadable: _ANOTHER_FORMAT,
    refused.SignatureUnbound: _ANOTHER_FORMAT,
    refused.SignedFormTooLarge: N_(
        "Download the form again, and sign it without a picture of your signature and without further attachments."
    ),
    refused.FormNotAttached: N_(
        "Download the PDF again and sign that very file: printed or saved as a new PDF it loses the form in it."
    ),
    refused.NotOneSignature: _SIGN_ANEW,
    refused.SignatureIncomplete: _SIGN_ANEW,
    refused.SignatureBroken: _SIGN_ANEW,
    refused.CertificateMissing: N_("Set your program to enclose your certificate, and sign again."),
    refused.WeakSignature: _ANOTHER_CERTIFICATE,
    refused.UnknownAuthority: _ANOTHER_CERTIFICATE,
    refused.CertificateNotYetValid: _ANOTHER_CERTIFICATE,
    refused.CertificateExpired: _ANOTHER_CERTIFICATE,
    refused.CertificateRevoked: _ANOTHER_CERTIFICATE,
    refused.NotASigningCertificate: _ANOTHER_CERTIFICATE,
    refused.SimpleSignature: _ANOTHER_CERTIFICATE,
    refused.RevocationUnknown: N_("Nothing is wrong with your file. Upload it again in some minutes."),
    refused.WrongSigner: N_(
        "The form must have your name and date of birth as your certificate has them. Change your answers, download "
        "the form again, and sign that one yourself."
    ),
    refused.SignatureUsed: N_(
        "If you have sent it in yourself, look for the letter with the code in your mailbox. For another account fill "
        "in the form again, download it, and sign the new one."
    ),
    UserNameTaken: N_(
        "If you have sent in this form already, look for the letter with the code in your mailbox. Otherwise change "
        "your answers, download the form again, and sign that one."
    ),
    InvalidInput: _CHANGE_ANSWERS,
}
"""By the kind of refusal; one that is not here says itself what to do, such as when to try again."""

_NO_FILE: Final = N_("Choose the signed file on your computer or phone, then upload it.")


def advice_on(refusal: UgyfelkapuError, *, is_chosen: bool) -> Sentence | None:
    """The advice; `is_chosen` is whether a file came at all."""
    found = ADVICE.get(type(refusal)) if is_chosen else _NO_FILE
    return None if found is None else Sentence(found)
