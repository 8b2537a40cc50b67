"""The types of problems (RFC 9457): what each error of the engine, and each error of HTTP itself, is over HTTP.

The principle: 422 what was typed is wrong; 409 the registration's state refuses; 403 this caller may not; 429 wait.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from registration import errors, signature_errors
from registration.errors import UgyfelkapuError
from registration.statuses import Language

_PREFIX: Final = "urn:ugyfelkapu:problem:"


@dataclass(frozen=True)
class ProblemType:
    """Name (the end of the URI), status, and the short title in English and Hungarian. Documented in docs/api.md."""

    name: str
    status: int
    title: str
    hungarian: str

    @property
    def uri(self) -> str:
        """The stable `type`."""
        return _PREFIX + self.name

    def title_in(self, language: Language) -> str:
        """The title, the same for every problem of the type."""
        return self.hungarian if language is Language.HU else self.title


OF_SIGNATURES: Final[dict[type[UgyfelkapuError], ProblemType]] = {
    signature_errors.SignatureChannelClosed: ProblemType(
        "signature-not-offered", 409, "No e-signature channel here", "Itt nincs elektronikus aláírásos csatorna"
    ),
    signature_errors.SignatureUnreadable: ProblemType(
        "signature-unreadable", 422, "Unreadable signature", "Olvashatatlan aláírás"
    ),
    signature_errors.SignedFormTooLarge: ProblemType(
        "signed-form-too-large", 422, "Signed form too large", "Túl nagy aláírt űrlap"
    ),
    signature_errors.FormNotAttached: ProblemType(
        "form-not-attached", 422, "No form in the PDF", "Nincs űrlap a PDF-ben"
    ),
    signature_errors.NotOneSignature: ProblemType(
        "not-one-signature", 422, "Not exactly one signature", "Nem pontosan egy aláírás"
    ),
    signature_errors.SignatureIncomplete: ProblemType(
        "signature-incomplete", 422, "Incomplete signature", "Hiányos aláírás"
    ),
    signature_errors.SignatureBroken: ProblemType("signature-broken", 422, "Broken signature", "Sérült aláírás"),
    signature_errors.SignatureUnbound: ProblemType(
        "signature-unbound", 422, "Certificate not named", "Meg nem nevezett tanúsítvány"
    ),
    signature_errors.CertificateMissing: ProblemType(
        "certificate-missing", 422, "Certificate not enclosed", "Hiányzó tanúsítvány"
    ),
    signature_errors.WeakSignature: ProblemType("weak-signature", 422, "Weak signature", "Gyenge aláírás"),
    signature_errors.UnknownAuthority: ProblemType(
        "unknown-authority", 422, "Unknown authority", "Ismeretlen kibocsátó"
    ),
    signature_errors.CertificateNotYetValid: ProblemType(
        "certificate-not-yet-valid", 422, "Certificate not valid yet", "Még nem érvényes tanúsítvány"
    ),
    signature_errors.CertificateExpired: ProblemType(
        "certificate-expired", 422, "Certificate expired", "Lejárt tanúsítvány"
    ),
    signature_errors.CertificateRevoked: ProblemType(
        "certificate-revoked", 422, "Certificate revoked", "Visszavont tanúsítvány"
    ),
    signature_errors.RevocationUnknown: ProblemType(
        "revocation-unknown", 503, "Revocation not known", "Nem ismert visszavonás"
    ),
    signature_errors.NotASigningCertificate: ProblemType(
        "not-a-signing-certificate", 422, "Not a signing certificate", "Nem aláíró tanúsítvány"
    ),
    signature_errors.SimpleSignature: ProblemType(
        "simple-signature", 422, "Below the advanced level", "Nem fokozott biztonságú"
    ),
    signature_errors.WrongSigner: ProblemType("wrong-signer", 422, "Signed by another person", "Más személy írta alá"),
    signature_errors.SignatureUsed: ProblemType(
        "signature-used", 409, "Signature used before", "Már felhasznált aláírás"
    ),
}
"""S4: why an electronic signature opens no registration."""

OF_ERRORS: Final[dict[type[UgyfelkapuError], ProblemType]] = {
    errors.InvalidInput: ProblemType("invalid-input", 422, "Invalid input", "Hibás adat"),
    errors.NotAccepted: ProblemType("not-accepted", 409, "Not possible in this status", "Ebben az állapotban nem megy"),
    errors.AlreadyVerified: ProblemType("already-verified", 409, "Already verified", "Már ellenőrizték"),
    errors.AlreadyReactivated: ProblemType("already-reactivated", 409, "Reactivated already", "Már újraaktiválták"),
    errors.NotAllowed: ProblemType("not-allowed", 403, "Not allowed", "Nem megengedett"),
    errors.EvidenceMissing: ProblemType("evidence-missing", 422, "Evidence missing", "Hiányzó bizonyíték"),
    errors.NotCheckpointed: ProblemType("not-checkpointed", 409, "Not in a checkpoint", "Nincs ellenőrzési pontban"),
    errors.CheckpointsDamaged: ProblemType(
        "checkpoints-damaged", 503, "Damaged checkpoints", "Sérült ellenőrzési pontok"
    ),
    errors.StaffDisabled: ProblemType("staff-disabled", 403, "May not act any more", "Már nem járhat el"),
    errors.OfficeNotOpen: ProblemType("office-not-open", 403, "Office not open", "A hivatal nincs nyitva"),
    errors.NotFound: ProblemType("not-found", 404, "No such registration", "Nincs ilyen regisztráció"),
    errors.NoSuchLetter: ProblemType("no-such-letter", 404, "No such letter", "Nincs ilyen levél"),
    errors.LetterOutOfDate: ProblemType("letter-out-of-date", 409, "Letter out of date", "Idejét múlt levél"),
    errors.UserNameTaken: ProblemType("user-name-taken", 409, "User name taken", "Foglalt felhasználói név"),
    errors.CodeNotLive: ProblemType("code-not-live", 409, "Code no longer live", "A kód már nem él"),
    errors.WrongCode: ProblemType("wrong-code", 422, "Wrong user name or code", "Hibás felhasználói név vagy kód"),
    errors.WrongPair: ProblemType(
        "wrong-pair", 422, "Wrong user name or e-mail address", "Hibás felhasználói név vagy e-mail cím"
    ),
    errors.WrongPassword: ProblemType(
        "wrong-password", 422, "Wrong user name or password", "Hibás felhasználói név vagy jelszó"
    ),
    errors.TooManyGuesses: ProblemType("too-many-attempts", 429, "Too many attempts", "Túl sok próbálkozás"),
    errors.RedeemFirst: ProblemType(
        "redeem-first", 429, "Too many wrong passwords in a row", "Túl sok egymás utáni hibás jelszó"
    ),
    errors.AssertionRefused: ProblemType("log-in-again", 403, "Recent log-in needed", "Friss belépés kell"),
    errors.NoSuchExtension: ProblemType("no-such-extension", 404, "No such extension", "Nincs ilyen meghosszabbítás"),
    errors.SecondPersonNeeded: ProblemType("second-person-needed", 403, "Second person needed", "Másik személy kell"),
    errors.ExtensionNotApproved: ProblemType("not-approved", 409, "Not approved yet", "Még nincs jóváhagyva"),
    errors.ExtensionNotRunning: ProblemType("not-running", 409, "Not running", "Nem fut"),
    errors.NotCutOff: ProblemType("not-cut-off", 409, "Not cut off", "Nem szakadt meg"),
    errors.RecordedBehind: ProblemType("recorded-behind", 409, "On record already", "Már a naplóban van"),
    errors.IdempotencyKeyReused: ProblemType(
        "idempotency-key-reused", 422, "Idempotency-Key reused", "Ismételt Idempotency-Key"
    ),
    errors.KeyNotEverywhere: ProblemType(
        "key-not-everywhere", 409, "Key not known everywhere", "Nem mindenütt ismert kulcs"
    ),
    errors.RequestInProgress: ProblemType("request-in-progress", 409, "Request in progress", "A kérés folyamatban van"),
    errors.LogInRefused: ProblemType(
        "log-in-refused", 409, "No log-in in this status", "Ebben az állapotban nincs belépés"
    ),
    errors.RequestACode: ProblemType("password-expired", 409, "Password expired", "Lejárt jelszó"),
    errors.RedeemTheCode: ProblemType("reactivated", 409, "Code not yet redeemed", "Még be nem váltott kód"),
    errors.VisitABody: ProblemType("inactive", 409, "Registration inactive", "Inaktív regisztráció"),
    **OF_SIGNATURES,
    errors.BeforeTheBeginning: ProblemType(
        "before-the-beginning", 422, "Before the registration", "A regisztráció előtti időpont"
    ),
    errors.BeyondTheRecord: ProblemType("beyond-the-record", 422, "Beyond the record", "A naplón túli időpont"),
    errors.RecordUnreadable: ProblemType("record-unreadable", 409, "Unreadable record", "Olvashatatlan napló"),
    errors.Unavailable: ProblemType("unavailable", 503, "Service unavailable", "A szolgáltatás nem elérhető"),
}
"""Complete but for the classes that are never raised themselves (tests/api/test_problems.py)."""


@dataclass(frozen=True)
class HttpProblemType(ProblemType):
    """A problem that exists over HTTP only, with its whole sentence in both languages."""

    detail: str
    hungarian_detail: str

    @property
    def refusal(self) -> str:
        """What the access record calls it: as an error's class would be, such as `WrongRole`."""
        return self.name.title().replace("-", "")

    def detail_in(self, language: Language) -> str:
        """The sentence."""
        return self.hungarian_detail if language is Language.HU else self.detail


UNAUTHENTICATED: Final = HttpProblemType(
    "unauthenticated",
    401,
    "Token needed",
    "Token kell",
    "A valid bearer token is needed: signed by the issuer, for this audience, not expired.",
    "Érvényes bearer token kell: a kibocsátó írta alá, ennek a szolgáltatásnak szól, és nem járt le.",
)
FORBIDDEN: Final = HttpProblemType(
    "wrong-role",
    403,
    "Role missing",
    "Hiányzó szerepkör",
    "The token lacks the role that this operation needs.",
    "A tokenben nincs meg a művelethez szükséges szerepkör.",
)
ROLES_EXCLUDE: Final = HttpProblemType(
    "roles-exclude-each-other",
    403,
    "Roles exclude each other",
    "Egymást kizáró szerepkörök",
    "The token has roles that one person may not have at once; only clerk and supervisor go together.",
    "A tokenben olyan szerepkörök vannak, amelyek kizárják egymást; csak a clerk és a supervisor fér össze.",
)
OFFICE_NEEDED: Final = HttpProblemType(
    "office-needed",
    403,
    "Office missing",
    "Hiányzó hivatal",
    "A clerk or supervisor acts for one office; the token names none.",
    "Az ügyintéző és a felettese egy hivatal nevében jár el; a token nem nevez meg hivatalt.",
)
NO_SUCH_PATH: Final = HttpProblemType(
    "no-such-path",
    404,
    "No such path",
    "Nincs ilyen cím",
    "There is nothing at this path.",
    "Ezen a címen nincs semmi.",
)
NO_SUCH_CHECKPOINT: Final = HttpProblemType(
    "no-such-checkpoint",
    404,
    "No such checkpoint",
    "Nincs ilyen ellenőrzési pont",
    "There is no checkpoint with this number.",
    "Nincs ilyen számú ellenőrzési pont.",
)
METHOD_NOT_ALLOWED: Final = HttpProblemType(
    "method-not-allowed",
    405,
    "Method not allowed",
    "Nem megengedett metódus",
    "This path does not know this method; Allow names the ones it knows.",
    "Ez a cím nem ismeri ezt a metódust; az Allow fejléc sorolja fel, melyeket ismeri.",
)
BODY_TOO_LARGE: Final = HttpProblemType(
    "body-too-large",
    413,
    "Body too large",
    "Túl nagy kérés",
    "The body is larger than 256 KB, or that of a registration larger than 768 KB.",
    "A kérés törzse nagyobb 256 KB-nál, regisztrációé 768 KB-nál.",
)
MALFORMED_REQUEST: Final = HttpProblemType(
    "malformed-request",
    400,
    "Malformed request",
    "Hibás kérés",
    "The request is not HTTP/1.1 as RFC 9112 defines it, or its length can be read in two ways.",
    "A kérés nem felel meg a HTTP/1.1 (RFC 9112) szabályainak, vagy a hossza kétféleképpen érthető.",
)
REQUEST_TIMEOUT: Final = HttpProblemType(
    "request-timeout",
    408,
    "Request too slow",
    "Túl lassú kérés",
    "The request did not come whole within the time for it.",
    "A kérés nem érkezett meg egészében a rá szánt idő alatt.",
)
HEAD_TOO_LARGE: Final = HttpProblemType(
    "head-too-large",
    431,
    "Head too large",
    "Túl nagy fejléc",
    "Request line and header fields are larger than 16 KB.",
    "A kérés sora és fejlécei együtt nagyobbak 16 KB-nál.",
)
TOO_MANY_CONNECTIONS: Final = HttpProblemType(
    "too-many-connections",
    503,
    "Too many connections",
    "Túl sok kapcsolat",
    "This process has requests under way on as many connections as it may have.",
    "Ez a folyamat annyi kapcsolaton dolgozik, amennyin csak szabad neki.",
)
NOT_JSON: Final = HttpProblemType(
    "not-json",
    415,
    "Not JSON",
    "Nem JSON",
    "Content-Type must be application/json.",
    "A Content-Type csak application/json lehet.",
)
UNEXPECTED: Final = HttpProblemType(
    "unexpected",
    500,
    "Unexpected error",
    "Váratlan hiba",
    "Something went wrong on our side; whether the request was carried out is not known.",
    "Nálunk történt hiba; nem tudni, hogy a kérés teljesült-e.",
)
NOT_READY: Final = HttpProblemType(
    "not-ready",
    503,
    "Not ready",
    "Nem kész",
    "The database, Temporal or the keys of the tokens' issuer cannot be reached, or the installation is not prepared.",
    "Az adatbázis, a Temporal vagy a tokenek kiállítójának kulcsai nem érhetők el, vagy a telepítés nincs előkészítve.",
)

OF_HTTP: Final = (
    UNAUTHENTICATED,
    FORBIDDEN,
    ROLES_EXCLUDE,
    OFFICE_NEEDED,
    NO_SUCH_PATH,
    NO_SUCH_CHECKPOINT,
    METHOD_NOT_ALLOWED,
    MALFORMED_REQUEST,
    REQUEST_TIMEOUT,
    BODY_TOO_LARGE,
    NOT_JSON,
    HEAD_TOO_LARGE,
    UNEXPECTED,
    NOT_READY,
    TOO_MANY_CONNECTIONS,
)

_FIRST_TROUBLE: Final = 500

REFUSALS: Final[Mapping[str, str]] = {
    kind.uri: error.__name__ for error, kind in OF_ERRORS.items() if error is not errors.Unavailable
} | {kind.uri: kind.refusal for kind in OF_HTTP if kind.status < _FIRST_TROUBLE}
"""What the access record calls a refusal, by the problem's `type`; where something is broken or away nobody said no."""
