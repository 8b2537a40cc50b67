"""What a setting must be, in both languages, and the error that says which one is not."""

from enum import Enum
from typing import Final

from registration.statuses import Language
from registration.words import Words


class SettingRule(Enum):
    """The second half of a sentence that begins with the setting's name; placeholders never get its value."""

    REQUIRED = Words("meg kell adni", "must be given")
    WHOLE_NUMBER = Words("egész szám kell", "must be a whole number")
    NUMBER = Words("szám kell", "must be a number")
    AT_LEAST = Words("legalább {least} lehet", "must be at least {least}")
    ABOVE = Words("több kell legyen, mint {least}", "must be more than {least}")
    FOLDER = Words("létező mappa kell", "must be a folder that exists")
    KEYS = Words(
        "vesszővel elválasztott, különböző azonosítójú id:base64 párok kellenek; az id 1–32 betű, számjegy vagy . _ -",
        "must be id:base64 pairs with different ids, separated by commas; an id is 1 to 32 letters, digits or . _ -",
    )
    KEY = Words("{count} bájt base64 kódolásban", "must be base64 of {count} bytes")
    SEARCH_KEYS = Words(
        "vesszővel elválasztott id:base64 vagy id:base64:szabály tételek kellenek, mind más azonosítóval, és más "
        "kulccsal vagy szabállyal; az id 1–32 betű, számjegy vagy . _ -, a szabály száma legfeljebb {most}",
        "must be id:base64 or id:base64:folding, separated by commas, each with another id, and another key or "
        "folding; an id is 1 to 32 letters, digits or . _ -, a folding's number is at most {most}",
    )
    EMAILS = Words("vesszővel elválasztott e-mail címek kellenek", "must be e-mail addresses, separated by commas")
    SENDER = Words(
        "ékezet nélküli e-mail cím kell, vagy név és ilyen cím: Név <cím>",
        "must be an e-mail address in ASCII, or a name with one: Name <address>",
    )
    DATABASE_URL = Words(
        "postgresql://felhasználó:jelszó@gép:port/adatbázis kell, a port 1–65535; a jelek százalékkal kódolva",
        "must be postgresql://user:password@host:port/database, a port of 1 to 65535; signs percent-encoded",
    )
    DATABASE_PARAMETER = Words(
        "a(z) {name} paraméter ezzel az értékkel itt nem használható, el kell hagyni",
        "the parameter {name} can't be used here with this value and must be left out",
    )
    DATABASE_PARAMETERS = Words(
        "az adatbázis-kiszolgáló a kérdőjel utáni egyik paramétert nem ismeri, vagy az értékét nem fogadja el",
        "the database server does not know one of the parameters behind the question mark, or refuses its value",
    )
    SMTP_URL = Words(
        "smtp://, smtp+starttls:// vagy smtps:// kell, gép és port (1–65535), utána semmi; felhasználó és jelszó "
        "százalékkal kódolva",
        "must be smtp://, smtp+starttls:// or smtps://, host and port (1 to 65535), nothing after it; user and "
        "password percent-encoded",
    )
    SMTP_IN_CLEAR = Words(
        "az smtp:// nyíltan küldené a jelszót; smtp+starttls:// vagy smtps:// kell",
        "smtp:// would send the password in clear; must be smtp+starttls:// or smtps://",
    )
    CERTIFICATES = Words(
        "olvasható fájl kell, PEM alakú tanúsítványokkal", "must be a file with certificates as PEM that can be read"
    )
    LISTEN = Words("gép:port kell, a port 0–65535", "must be host:port, a port of 0 to 65535")
    LISTEN_NUMERIC = Words("IP-cím:port kell, a port 0–65535", "must be IP address:port, a port of 0 to 65535")
    OCCUPIED = Words(
        "ezen a címen nem lehet figyelni: {address}; a port foglalt, vagy külön jog kell hozzá, vagy a cím nem ezé a "
        "gépé: szabadítsa fel, vagy adjon meg másikat",
        "cannot listen on {address}; the port is taken or needs a privilege, or the address is not one of this "
        "machine: free it, or name another",
    )
    WEB_ADDRESS = Words("http vagy https cím kell", "must be an http or https address")
    TOKEN_KEYS = Words(
        "egy JWKS https címe kell, vagy fájl nyilvános kulcsokkal (PEM vagy JWKS)",
        "must be an https address of a JWKS, or a file with public keys as PEM or JWKS",
    )
    TOKEN_KEYS_UNREADABLE = Words(
        "ebből a fájlból nem olvasható nyilvános kulcs ({reason}); PEM vagy JWKS kell, olvasási joggal",
        "no public key can be read from this file ({reason}); must be PEM or a JWKS that this process may read",
    )
    NOT_ACCEPTED = Words("ilyen értéket nem fogad el", "does not accept such a value")


class BrokenRule(ValueError):
    """A value breaks a rule; it is not quoted."""

    def __init__(self, rule: SettingRule, **facts: object) -> None:
        """`facts` fill the rule's placeholders."""
        self.words: Final = rule.value.filled(facts)
        super().__init__(self.words.english)


class SettingsError(Exception):
    """A setting is missing or wrong; the sentence names it and the rule, never its value."""

    def __init__(self, field: str, broken: BrokenRule) -> None:
        """`field` is its name in `Settings`."""
        self.variable: Final = f"UGYFELKAPU_{field.upper()}"
        self._words = broken.words
        super().__init__(self.sentence(Language.EN))

    def sentence(self, language: Language) -> str:
        """The one clear sentence for an operator."""
        return f"{self.variable}: {self._words.in_language(language)}."
