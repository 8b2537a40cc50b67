"""The rules for what people type, as the second half of an `InvalidInput` sentence."""

from registration.sentences import Phrases


class InputRule(Phrases):
    """One rule each; the blanks are facts of the refusal, never the input itself."""

    REQUIRED = "must be given"
    UNKNOWN_FIELD = "is not a field of this form"
    UNKNOWN_PARAMETER = "is not a parameter of this operation"
    TEXT = "must be text of 1 to {most} characters without control characters"
    ONE_OF = "must be one of {choices}"
    DATE = "must be a date as YYYY-MM-DD, not in the future"
    BIRTH_DATE = "must be a date of birth as YYYY-MM-DD, not before {earliest}"
    EMAIL = "must be a complete e-mail address that can receive letters"
    MIXED_SCRIPTS = "mixes letters of several scripts, such as Latin and Cyrillic; type it in one script"
    IDENTIFIER = "must be 1 to 64 letters, digits, dots, hyphens or underscores"
    SUBJECT = "must be 1 to 255 ASCII letters, digits or characters of ._-:|=~+"
    DIGEST = "must be a SHA-256 of 64 hexadecimal digits"
    MESSAGE = "must be one JSON object with the fields of this message"
    IDENTITY_CARD_NUMBER = (
        "must be the number of a Hungarian identity card: 6 digits and 2 letters as 123456AB, of an older one as "
        "AU-III 123456; another country's citizen shows a passport"
    )
    PASSPORT_NUMBER = (
        "must be the number of a passport: 2 letters and 6 or 7 digits as AB1234567; another country's has 6 to 9 "
        "letters and digits"
    )
    DRIVING_LICENCE_NUMBER = "must be the number of a card-format driving licence: 2 letters and 6 digits as AB123456"
    PRESENT_ADDRESS = "is the registered address already"
    OTHER_USER_NAME = "is not the user name of this registration"
    PRESENT_LANGUAGE = "is the present one already"
    USER_NAME_LENGTH = "must have 4 to 64 characters"
    USER_NAME_CHARACTERS = "may have letters of the Hungarian alphabet, digits, dots and underscores only"
    USER_NAME_VARIETY = "must have at least 3 different characters"
    PASSWORD_LENGTH = "must have 8 to 128 characters"
    PASSWORD_BLANK = "must not consist of spaces only"
    PASSWORD_COMMON = "is too common; choose another one"
    PASSWORD_USER_NAME = "must differ from the user name"
    VALIDITY = "must be {least} to {most} days"
    EXTENSION = "must be later than both the present end of validity and now, and at most {years} years ahead"
    RATE = "must be {least} to {most} a second"
    UUID = "must be a UUID"
    FOREIGN = "was used for another registration"
    IP_ADDRESS = "must be the IP address of the client alone, such as 192.0.2.7 or 2001:db8::7, without a port"
    JSON = "must be a JSON object in UTF-8"
    DURATION = "must be a duration such as 30d, 12h, 45m or 90s"
    TIME = (
        "must be a date as YYYY-MM-DD, or a time as YYYY-MM-DDTHH:MM with an offset such as +01:00, which only an "
        "option of a command may leave out"
    )
    YEARS = "must be in the years {first} to {last}"
    CLOCKS_CHANGE = "is a time that Budapest skips or has twice, as its clocks change: add an offset such as +01:00"
    MONTH = "must be a month as YYYY-MM"
    SPAN_ORDER = "must end after since begins"
    POLICY = "must be a version above {version} with positive periods"
    COLUMNS = "must have exactly these columns: {columns}"
    DELIMITED = 'has its columns separated by another character: give --delimiter "{delimiter}"'
    IN_UTF_16 = "is in UTF-16: give --encoding {encoding}"
    IN_UTF_32 = "is in UTF-32, which is not read: save it in UTF-8"
    ENCODED = "is not in {encoding}: give --encoding, one of {encodings}"
    CSV_LINE = 'must have {count} fields separated by "{delimiter}", with quotes only around a whole field'
    LINE_BREAK = "opens a quote that it does not close: no field may hold a line break"
    SWALLOWED = "is between the quotes of a field that begins on line {line}: no field may hold a line break"
    LONG_LINE = "must have at most {most} characters"
    UNREADABLE = "cannot be read"
    REPEATED = "is on line {line} already"
    LATEST = "must be at most {years} years ahead"
    NOT_PAST = 'must have passed, as the status is "{status}"'
    LONG_PAST = "must not have passed more than {days} days ago: such an account is {status}"
    HASH = (
        "must be a hash of argon2, PBKDF2 (SHA-256 or SHA-512), bcrypt (of the password itself, not of its SHA-256), "
        "or salted SHA (SSHA), as Keycloak, Django, passlib or LDAP writes it"
    )
    HASH_COST = (
        "must cost at most {iterations} PBKDF2 iterations, {passes} argon2 passes of {mebibytes} MiB and {lanes} "
        "lanes, or 2 to the power of {rounds} bcrypt rounds"
    )
    STRING = "must be text"
    WHOLE_NUMBER = "must be a whole number"
    WHOLE_NUMBER_WITHIN = "must be a whole number from {least} to {most}"
    WHOLE_NUMBERS = "must be a list of whole numbers from {least} to {most}"
    TWICE = "must have each number once"
    OBJECT = "must be a JSON object"
    NOT_ACCEPTED = "does not accept such a value"
    BASE64 = "must be base64"
    RECEIPT_NUMBER = "must be a receipt's number as NNNN-NNNN-NNN"
    CHECK_DIGIT = "is mistyped: its last digit, which checks the others, does not fit"
    REFERENCE = "must be the id of a registration or the number of its receipt; use a search for other criteria"
    ONE_CRITERION = (
        "must have exactly one criterion: receipt_number, user_name, email, or birth_name with birth_date and "
        "mothers_birth_name"
    )
    OWN_ACT = "must be the number of an event of your own office that has evidence: {numbers}"
    ONE_LIST = "must be given alone, or else an office with a day"
    KNOWN_OFFICE = "belongs to an office already: change that one"
    NOT_YOURSELF = "must not be your own id"
    IDEMPOTENCY_KEY = "must be 1 to 255 visible ASCII characters"
