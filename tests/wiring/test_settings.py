"""Settings: what is wrong is named in one sentence, and no value is repeated."""

import base64

import pytest

from store.keys import key_ring
from wiring.settings import SettingsError, auditors_of, load_settings

KEY = base64.b64encode(bytes(32)).decode()
GOOD = {
    "database_url": "postgresql://store.example/ugyfelkapu",
    "smtp_url": "smtp://mail.example:25",
    "master_keys": f"m2:{KEY},m1:{KEY}",
    "code_keys": f"c1:{KEY}",
    "index_key": KEY,
}


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        monkeypatch.delenv(f"UGYFELKAPU_{name.upper()}", raising=False)


def test_good_settings_load_and_show_no_secret() -> None:
    """Neither keys nor addresses with passwords stand in `repr`."""
    settings = load_settings(GOOD)
    assert KEY not in repr(settings)
    assert "store.example" not in repr(settings)


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_a_missing_setting_is_named(missing: str) -> None:
    """One sentence that names the variable."""
    with pytest.raises(SettingsError, match=f"^UGYFELKAPU_{missing.upper()}: Field required$"):
        load_settings({name: value for name, value in GOOD.items() if name != missing})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("master_keys", "m1"),
        ("master_keys", f"m1:{KEY},m1:{KEY}"),
        ("master_keys", f":{KEY}"),
        ("code_keys", "c1:c2VjcmV0"),
        ("code_keys", "c1:sécret"),
        ("index_key", "c2VjcmV0"),
        ("letters_per_second", "-7"),
        ("database_connections", "one"),
    ],
    ids=str,
)
def test_a_wrong_setting_is_named_and_its_value_is_not_repeated(name: str, value: str) -> None:
    """The sentence tells the rule, never the secret."""
    with pytest.raises(SettingsError) as refused:
        load_settings(GOOD | {name: value})
    assert str(refused.value).startswith(f"UGYFELKAPU_{name.upper()}: ")
    assert value not in str(refused.value).removeprefix(f"UGYFELKAPU_{name.upper()}: ")
    assert "sécret" not in str(refused.value)


def test_the_first_key_of_a_ring_is_the_one_in_use() -> None:
    """Key rings keep their order."""
    assert next(iter(key_ring(load_settings(GOOD)).master_keys)) == "m2"


@pytest.mark.parametrize("auditors", ["nobody", "a@example.org, b", "a@example.org\nBcc: b@example.org", "a@b@c"])
def test_auditors_are_addresses(auditors: str) -> None:
    with pytest.raises(SettingsError, match="UGYFELKAPU_AUDITORS"):
        load_settings(GOOD | {"auditors": auditors})


def test_auditors_are_listed() -> None:
    assert auditors_of(load_settings(GOOD | {"auditors": " a@example.org, b@example.org,"})) == (
        "a@example.org",
        "b@example.org",
    )
    assert auditors_of(load_settings(GOOD)) == ()
