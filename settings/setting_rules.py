"""What a setting must be, and the error that says which one is not."""

from typing import Final

from registration.sentences import N_, Phrases, Sentence

_LONGEST_LINE: Final = 500
"""Characters; an address with contact and officer has about 200."""


class SettingRule(Phrases):
    """The second half of a sentence that begins with the setting's name; placeholders never get its value."""

    REQUIRED = "must be given"
    WHOLE_NUMBER = "must be a whole number"
    NUMBER = "must be a number"
    AT_LEAST = "must be at least {least}"
    ABOVE = "must be more than {least}"
    WHOLE_NUMBER_WITHIN = "must be a whole number from {least} to {most}"
    NUMBER_WITHIN = "must be a number from {least} to {most}"
    ONE_OF = "must be one of {choices}"
    FOLDER = "must be a folder that exists"
    FILE = "must be a file that exists"
    SECRET_FILE = "must be a file that this process can read, with 1 to {most} bytes of text in UTF-8 ({reason})"
    VALUE_AND_FILE = "cannot be given together with {other}: give one of them"
    KEYS = "must be id:base64 pairs with different ids, separated by commas; an id is 1 to 32 letters, digits or . _ -"
    KEY = "must be base64 of {count} bytes"
    SEARCH_KEYS = (
        "must be id:base64 or id:base64:folding, separated by commas, each with another id, and another key or "
        "folding; an id is 1 to 32 letters, digits or . _ -, a folding's number is at most {most}"
    )
    EMAILS = "must be e-mail addresses, separated by commas"
    SENDER = "must be an e-mail address in ASCII, or a name with one: Name <address>"
    DATABASE_URL = "must be postgresql://user:password@host:port/database, a port of 1 to 65535; signs percent-encoded"
    DATABASE_PARAMETER = "the parameter {name} can't be used here with this value and must be left out"
    DATABASE_PARAMETERS = (
        "the database server does not know one of the parameters behind the question mark, or refuses its value"
    )
    TEMPORAL_ADDRESS = (
        "must be host:port, a port of 1 to 65535, without a scheme or a path; also where Temporal's configuration file "
        "(TEMPORAL_CONFIG_FILE) has it"
    )
    SMTP_URL = (
        "must be smtp://, smtp+starttls:// or smtps://, host and port (1 to 65535), nothing after it; user and "
        "password percent-encoded"
    )
    SMTP_IN_CLEAR = "smtp:// would send the password in clear; must be smtp+starttls:// or smtps://"
    CERTIFICATES = "must be a file with certificates as PEM that can be read"
    CLIENT_CERTIFICATE = (
        "must be a file with a certificate as PEM, and its private key, without a password, in the same file or in "
        "that of {key}"
    )
    LISTEN = "must be host:port, a port of 0 to 65535"
    ADMIN = "must be a port, which only this machine reaches, or host:port, a port of 0 to 65535"
    OCCUPIED = (
        "cannot listen on {address}; the port is taken or needs a privilege, or the address is not one of this "
        "machine: free it, or name another"
    )
    WEB_ADDRESS = "must be an http or https address"
    SITE_ADDRESS = (
        "must be the address of the pages alone, without a path: https://host, or on this machine only "
        "(127.0.0.1, ::1, localhost) http://host:port"
    )
    NETWORKS = "must be networks such as 10.0.0.0/8, separated by commas, none of them of all addresses; or none"
    SIGNING_KEYS = "must be given where checkpoints are made; UGYFELKAPU_CHECKPOINT_PUBLIC_KEYS only verifies them"
    VERIFYING_KEYS = "must be given where the folder of checkpoints is, or UGYFELKAPU_CHECKPOINT_KEYS instead of them"
    PROXIES_NEEDED = (
        "must be given where the address of the pages is https: the networks of the proxies in front of them, or none"
    )
    OWN_SITE = "must be another address than UGYFELKAPU_PORTAL_URL: each site has an origin of its own"
    ISSUER = "must be the https address of an OpenID provider, as its id tokens name it, without a query"
    CLIENT_AUTHENTICATION = (
        "must be given, or UGYFELKAPU_STAFF_CLIENT_SECRET instead of it, but not both: the provider knows one of them"
    )
    CLIENT_KEY = (
        "no private key can be read from this file ({reason}); must be an RSA key of at least 2048 bits, an EC key of "
        "P-256, P-384 or P-521, or an Ed25519 key, as PEM or JWK"
    )
    TOKEN_KEYS = "must be an https address of a JWKS, or a file with public keys as PEM or JWKS"
    TOKEN_KEYS_UNREADABLE = (
        "no public key can be read from this file ({reason}); must be PEM or a JWKS that this process may read"
    )
    SECURITY_TXT = (
        "must be a file as RFC 9116 has it: UTF-8, at most 32 KB, with a line Contact: (https:, mailto: or tel:) and "
        "one line Expires: with a date, a time and their offset from UTC"
    )
    ONE_LINE = "must be one line of at most {most} characters"
    TRACES_HEADERS = "must be name=value pairs, separated by commas, the values percent-encoded"
    TRACES_PROTOCOL = "must be http/protobuf: traces are sent by no other protocol"
    NOT_ACCEPTED = "does not accept such a value"


def variable_of(field: str) -> str:
    """The environment variable of a setting, by its name in `Settings`."""
    return f"UGYFELKAPU_{field.upper()}"


class BrokenRule(ValueError):
    """A value breaks a rule; it is not quoted."""

    def __init__(self, rule: SettingRule, **facts: object) -> None:
        """`facts` fill the rule's placeholders."""
        self.sentence: Final = Sentence(rule, facts)
        super().__init__(str(self.sentence))


def one_line(text: str) -> str:
    """The text itself. Raises `BrokenRule` unless it is one line that a page can show."""
    if len(text) > _LONGEST_LINE or not text.isprintable():
        raise BrokenRule(SettingRule.ONE_LINE, most=_LONGEST_LINE)
    return text


class SettingsError(Exception):
    """A setting is missing or wrong; the sentence names it and the rule, never its value."""

    def __init__(self, field: str, broken: BrokenRule, *, variable: str | None = None) -> None:
        """`field` is its name in `Settings`; `variable` the environment's, where that is none of ours."""
        self.variable: Final = variable or variable_of(field)
        self.sentence: Final = Sentence(N_("{setting}: {rule}."), {"setting": self.variable, "rule": broken.sentence})
        """The one clear sentence for an operator."""
        super().__init__(str(self.sentence))
