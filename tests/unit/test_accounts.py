"""Accounts of an older system: the form's rules, and what status, identity and dates say of each other."""

from datetime import UTC, datetime, timedelta

import pytest

from registration.accounts import ACCOUNT_COLUMNS, AccountForm
from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.policy import Policy
from registration.statuses import Channel, Language, Status
from registration.times import time_of

NOW = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
POLICY = Policy()
LINE = {
    "user_name": "teszt.elek",
    "email": "teszt@example.org",
    "family_name": "Teszt",
    "given_name": "Elek",
    "birth_name": "Teszt Elek",
    "birth_place": "Győr",
    "birth_date": "1980-02-29",
    "mothers_birth_name": "Minta Éva",
    "language": "",
    "channel": "ONLINE",
    "status": "ACTIVE",
    "identity_verified": "true",
    "password_valid_until": "2028-01-31",
    "password_hash": "",
}


def parsed(**changes: str) -> AccountForm:
    return AccountForm.parse(LINE | changes, policy=POLICY, now=NOW)


def refused(field: str, rule: InputRule, **changes: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parsed(**changes)
    assert (refusal.value.facts["field"], refusal.value.facts["rule"]) == (field, rule)
    assert not changes[field] or changes[field] not in str(refusal.value)


def test_a_line_has_a_value_or_nothing_in_each_documented_column() -> None:
    assert set(LINE) == set(ACCOUNT_COLUMNS)


def test_an_active_account_is_taken_as_it_is_with_its_date_at_the_end_of_the_day_in_budapest() -> None:
    account = parsed(password_hash="$argon2id$...", language="en")
    assert (account.status, account.channel, account.identity_verified) == (Status.ACTIVE, Channel.ONLINE, True)
    assert account.password_valid_until == datetime(2028, 1, 31, 22, 59, 59, tzinfo=UTC)
    assert account.password_hash == "$argon2id$..."
    assert (account.form.user_name, account.form.language) == ("teszt.elek", Language.EN)


def test_an_empty_language_is_hungarian_and_an_empty_hash_is_none() -> None:
    account = parsed()
    assert (account.form.language, account.password_hash) == (Language.HU, None)


def test_nobody_and_no_hash_shows_where_an_account_is_printed() -> None:
    assert "Elek" not in repr(parsed(password_hash="$secret"))
    assert "secret" not in repr(parsed(password_hash="$secret"))


@pytest.mark.parametrize("column", ["user_name", "email", "family_name", "birth_date", "mothers_birth_name"])
def test_what_the_form_asks_for_must_be_given(column: str) -> None:
    refused(column, InputRule.REQUIRED, **{column: ""})


def test_the_form_s_own_rules_hold() -> None:
    refused("user_name", InputRule.USER_NAME_CHARACTERS, user_name="teszt-elek")
    refused("birth_date", InputRule.DATE, birth_date="2027-03-02")
    refused("family_name", InputRule.TEXT, family_name="\udcff")
    refused("language", InputRule.ONE_OF, language="de")


@pytest.mark.parametrize("status", ["", "active", "SUBMITTED", "AWAITING_ACTIVATION", "LAPSED", "CLOSED"])
def test_only_accounts_with_a_password_s_life_before_them_are_taken_over(status: str) -> None:
    refused("status", InputRule.ONE_OF, status=status)


def test_the_channel_is_one_of_ours_and_online_for_a_temporary_account() -> None:
    refused("channel", InputRule.ONE_OF, channel="POST")
    refused("channel", InputRule.ONE_OF, channel="IN_PERSON", status="TEMPORARY", identity_verified="false")


@pytest.mark.parametrize(
    ("status", "channel", "possible"),
    [
        ("TEMPORARY", "ONLINE", {"false"}),
        ("ACTIVE", "ONLINE", {"true"}),
        ("ACTIVE", "IN_PERSON", {"true"}),
        ("PASSWORD_EXPIRED", "ONLINE", {"true"}),
        ("INACTIVE", "ONLINE", {"true", "false"}),
        ("INACTIVE", "E_SIGNATURE", {"true"}),
    ],
)
def test_an_account_is_verified_as_its_status_and_its_channel_say(
    status: str, channel: str, possible: set[str]
) -> None:
    """S2 to S4: what was opened in person or with a signature is verified, what is temporary is not."""
    until = "2027-02-01" if status in {"PASSWORD_EXPIRED", "INACTIVE"} else "2028-01-31"
    line = {"status": status, "channel": channel, "password_valid_until": until}
    for typed in ("true", "false"):
        if typed in possible:
            assert parsed(**line, identity_verified=typed).identity_verified is (typed == "true")
        else:
            refused("identity_verified", InputRule.ONE_OF, **line, identity_verified=typed)
    refused("identity_verified", InputRule.ONE_OF, **line, identity_verified="")


@pytest.mark.parametrize("status", ["TEMPORARY", "ACTIVE", "PASSWORD_EXPIRED"])
def test_every_account_but_an_inactive_one_says_until_when_its_password_is_valid(status: str) -> None:
    verified = "false" if status == "TEMPORARY" else "true"
    refused(
        "password_valid_until", InputRule.REQUIRED, status=status, identity_verified=verified, password_valid_until=""
    )
    assert parsed(status="INACTIVE", password_valid_until="").password_valid_until is None


def at(moment: datetime) -> str:
    return moment.isoformat()


def test_a_date_that_passed_within_the_grace_may_stand_in_an_active_line_and_none_before() -> None:
    """An export takes days; the workflow expires it at once. After 60 days (S9) the line contradicts itself."""
    grace = timedelta(days=POLICY.grace_days)
    barely = NOW - grace + timedelta(seconds=1)
    assert parsed(password_valid_until=at(barely)).password_valid_until == barely
    assert parsed(status="PASSWORD_EXPIRED", password_valid_until=at(barely)).status is Status.PASSWORD_EXPIRED
    refused("password_valid_until", InputRule.LONG_PAST, password_valid_until=at(NOW - grace))
    refused(
        "password_valid_until",
        InputRule.LONG_PAST,
        status="PASSWORD_EXPIRED",
        password_valid_until=at(NOW - grace),
    )
    long_ago = at(NOW - 10 * grace)
    assert parsed(status="INACTIVE", password_valid_until=long_ago).status is Status.INACTIVE


@pytest.mark.parametrize("status", ["PASSWORD_EXPIRED", "INACTIVE"])
def test_a_password_that_is_still_valid_is_not_expired(status: str) -> None:
    refused(
        "password_valid_until",
        InputRule.NOT_PAST,
        status=status,
        password_valid_until=at(NOW + timedelta(seconds=1)),
    )
    assert parsed(status=status, password_valid_until=at(NOW)).password_valid_until == NOW


def test_no_password_is_valid_for_more_than_ten_years() -> None:
    ten_years = NOW.replace(year=2037)
    assert parsed(password_valid_until=at(ten_years)).password_valid_until == ten_years
    refused("password_valid_until", InputRule.LATEST, password_valid_until=at(ten_years + timedelta(seconds=1)))


@pytest.mark.parametrize("typed", ["2028-02-30", "tomorrow", "2028-01-31T10:00", "31/01/2028"])
def test_a_time_is_a_day_or_has_an_offset(typed: str) -> None:
    refused("password_valid_until", InputRule.TIME, password_valid_until=typed)


def test_a_time_with_an_offset_is_told_in_utc() -> None:
    assert time_of("--until", " 2028-01-31 10:00+02:00 ") == datetime(2028, 1, 31, 8, 0, tzinfo=UTC)
