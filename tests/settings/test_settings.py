"""Settings: what is wrong is named in one sentence, and no value is repeated."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from registration.statuses import Language
from settings.keys import public_keys
from settings.processes import Process
from settings.security_txt import read_security_txt
from settings.setting_rules import SettingsError
from settings.settings import (
    auditors_of,
    load_settings,
    site_origin_of,
    staff_origin_of,
    trusted_proxies_of,
)
from starter.translation import translated
from store.keys import key_ids, key_ring, signing_keys, verification_keys
from tests.settings.good import GOOD, KEY, ring


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
    with pytest.raises(SettingsError, match=rf"^UGYFELKAPU_{missing.upper()}: must be given\.$"):
        load_settings({name: value for name, value in GOOD.items() if name != missing}, Process.WORKER)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("master_keys", "m1"),
        ("master_keys", f"m1:{KEY},m1:{KEY}"),
        ("master_keys", f":{KEY}"),
        ("master_keys", f"{'m' * 33}:{KEY}"),
        ("master_keys", f"m|1:{KEY}"),
        ("assertion_keys", f"ő:{KEY}"),
        ("code_keys", "c1:c2VjcmV0"),
        ("code_keys", "c1:sécret"),
        ("index_key", "c2VjcmV0"),
        ("search_keys", KEY),
        ("search_keys", f"old:{KEY},old:{KEY}"),
        ("search_keys", f"old:{KEY}:99"),
        ("search_keys", f"old:{KEY}:x"),
        ("search_keys", f"old:{KEY}:0"),
        ("search_keys", "old:c2VjcmV0"),
        ("search_keys", f"{KEY}:{KEY}"),
        ("search_keys", f"új:{KEY}"),
        ("search_keys", f"{'a' * 33}:{KEY}"),
        ("search_keys", f"old:{KEY},new:{KEY}"),
        ("search_keys", f"old:{KEY}:1,new:{KEY}"),
        ("letters_per_second", "-7"),
        ("letters_per_second", "inf"),
        ("smtp_timeout_seconds", "soon"),
        ("database_connections", "one"),
        ("database_connections", "-3"),
        ("database_url", "postgresql://127.0.0.1:abc/x"),
        ("database_url", "postgresql://127.0.0.1:99999/x"),
        ("database_url", "postgresql://127.0.0.1:0/x"),
        ("database_url", "postgresql://[::1/x"),
        ("database_url", "mysql://u:titok@store.example"),
        ("database_url", "store.example"),
        ("database_url", "postgresql://store.example/x?keepalives=1"),
        ("database_url", "postgresql://store.example/x?connect_timeout=soon"),
        ("database_url", "postgresql://store.example/x?channel_binding=require"),
        ("database_url", "postgresql://store.example/x?require_auth=scram-sha-256&application_name=y"),
        ("smtp_url", "http://mail.example"),
        ("smtp_url", "smtp://mail.example:99999"),
        ("smtp_url", "smtp://u:titok@mail.example"),
        ("mail_from", "ügyfélkapu@példa.hu"),
        ("mail_from", "Ügyfélkapu"),
        ("mail_from", "a@example.hu\r\nBcc: b@example.hu"),
        ("portal_url", "ugyfelkapu.example.hu"),
        ("portal_url", "https://"),
        ("portal_url", "https://ugyfelkapu.example.hu:99999"),
        ("portal_url", "javascript:alert(1)"),
        ("pages_address", "8080"),
        ("trusted_proxies", "10.0.0.1/8"),
        ("trusted_proxies", "proxy.example.hu"),
        ("trusted_proxies", "192.0.2.0/24,"),
        ("trusted_proxies", "10.0.0.0/8, none"),
        ("trusted_proxies", "0.0.0.0/0"),
        ("trusted_proxies", "::/0"),
        ("trusted_proxies", "::ffff:10.0.0.0/104"),
        ("staff_url", "http://munka.example.hu"),
        ("staff_url", "https://munka.example.hu/belepes"),
        ("staff_address", "8081"),
        ("staff_keys", f"s1:{KEY},s1:{KEY}"),
        ("staff_issuer", "http://login.example.hu"),
        ("staff_issuer", "login.example.hu"),
        ("staff_issuer", "https://login.example.hu?tenant=1"),
        ("staff_issuer", "https://[login"),
        ("staff_client_key", "/nonexistent"),
        ("api_address", "8000"),
        ("api_address", "127.0.0.1:abc"),
        ("api_address", "127.0.0.1:65536"),
        ("api_address", "::1:8000"),
        ("admin_address", "127.0.0.1:²"),
        ("admin_address", ":9464"),
        ("admin_address", "65536"),
        ("admin_address", "²"),
        ("token_keys", "http://issuer.example/jwks"),
        ("token_keys", "https://[issuer"),
        ("smtp_ca_file", "/nonexistent.pem"),
        ("smtp_ca_file", "/dev/null"),
        ("checkpoint_folder", "/nonexistent"),
        ("archive_folder", "/dev/null"),
        ("signature_trust_roots", "/nonexistent"),
        ("security_txt", "/nonexistent"),
        ("security_txt", "/dev/null"),
        ("data_controller", "Example Office\nExample street"),
        ("data_controller", "x" * 501),
        ("privacy_notice_url", "example.hu/privacy"),
    ],
    ids=str,
)
def test_a_wrong_setting_is_named_and_its_value_is_not_repeated(name: str, value: str) -> None:
    """The sentence tells the rule, never the secret."""
    with pytest.raises(SettingsError) as refused:
        load_settings(GOOD | {name: value})
    assert str(refused.value).startswith(f"UGYFELKAPU_{name.upper()}: ")
    for language in Language:
        rule = translated(refused.value.sentence, language).removeprefix(f"UGYFELKAPU_{name.upper()}: ")
        assert value not in rule
        assert "titok" not in rule
        assert "\n" not in rule
        assert rule.endswith(".")
        assert "accept" not in str(refused.value)  # each has a rule of its own


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", "postgres://u:p%40@one.example:5432,[::1]:5433/ugyfelkapu?sslmode=require"),
        ("database_url", "postgresql:///ugyfelkapu?host=/run/postgresql"),
        ("smtp_url", "smtp+starttls://u:p%2F@mail.example:587"),
        (
            "database_url",
            "postgresql://store.example/x?connect_timeout=7&channel_binding=prefer&application_name=a%20b",
        ),
        ("mail_from", "Ügyfélkapu <levelek@example.hu>"),
        ("portal_url", "http://localhost:8080/portal"),
        ("pages_address", "[::]:0"),
        ("trusted_proxies", "none"),
        ("trusted_proxies", "10.0.0.0/8, 192.0.2.7,fd00::/8"),
        ("api_address", "[::]:0"),
        ("api_address", ":8000"),
        ("admin_address", "localhost:9465"),
        ("admin_address", "[::1]:9464"),
        ("admin_address", "0.0.0.0:9464"),
        ("token_keys", "http://localhost:8080/jwks"),
        ("token_keys", "/run/secrets/keys.pem"),
    ],
    ids=str,
)
def test_what_is_right_is_taken_as_it_is(name: str, value: str) -> None:
    found = getattr(load_settings(GOOD | {name: value}), name)
    assert (found.get_secret_value() if isinstance(found, SecretStr) else found) == value


def test_an_admin_port_without_a_host_is_reached_by_this_machine_alone() -> None:
    assert load_settings(GOOD | {"admin_address": "9464"}).admin_address == "127.0.0.1:9464"


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `UGYFELKAPU_ADMIN_ADDRESS=${ADMIN:-}` makes one."""
    monkeypatch.setenv("UGYFELKAPU_ADMIN_ADDRESS", "")
    monkeypatch.setenv("UGYFELKAPU_CHECKPOINT_FOLDER", "")
    settings = load_settings(GOOD)
    assert (settings.admin_address, settings.checkpoint_folder) == (None, None)


def test_a_folder_of_checkpoints_needs_keys_that_verify_them_and_where_they_are_made_keys_that_sign(
    tmp_path: Path,
) -> None:
    folder = GOOD | {"checkpoint_folder": str(tmp_path)}
    with pytest.raises(SettingsError, match=r"^UGYFELKAPU_CHECKPOINT_PUBLIC_KEYS: .+CHECKPOINT_KEYS instead"):
        load_settings(folder)
    seeds = {"k1": b"K" * 32, "k2": b"k" * 32}
    signer = load_settings(folder | {"checkpoint_keys": ring(seeds)})
    verifier = load_settings(folder | {"checkpoint_public_keys": ring(public_keys(seeds))})
    assert verification_keys(verifier) == verification_keys(signer)
    assert key_ids(verifier)["checkpoint"] == key_ids(signer)["checkpoint"] == ["k1", "k2"]
    assert signing_keys(signer).key_id == "k1"
    with pytest.raises(SettingsError, match=r"^UGYFELKAPU_CHECKPOINT_KEYS: must be given where checkpoints are made"):
        signing_keys(verifier)


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


@pytest.mark.parametrize(
    ("portal_url", "origin"),
    [
        ("https://ugyfelkapu.example.hu", "https://ugyfelkapu.example.hu"),
        ("https://Ugyfelkapu.example.hu:443/", "https://ugyfelkapu.example.hu"),
        ("https://ugyfelkapu.example.hu:8443", "https://ugyfelkapu.example.hu:8443"),
        ("https://ügyfélkapu.example.hu", "https://xn--gyflkapu-d1a0q.example.hu"),
        ("https://[2001:DB8::1]", "https://[2001:db8::1]"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:80/", "http://localhost"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_the_origin_of_the_pages_is_written_as_browsers_write_it(portal_url: str, origin: str) -> None:
    assert site_origin_of(load_settings(GOOD | {"portal_url": portal_url})) == origin


@pytest.mark.parametrize(
    "portal_url",
    [
        "http://ugyfelkapu.example.hu",
        "http://127.0.0.1.example.hu",
        "http://10.0.0.1:8080",
        "http://localhost@example.hu",
        "https://user@ugyfelkapu.example.hu",
        "https://ugyfelkapu.example.hu/portal",
        "https://ugyfelkapu.example.hu?lang=en",
        "https://ugyfelkapu.example.hu#top",
        "https://ugyfelkapu_.example.hu",
        "https://ügyfél kapu.hu",
    ],
)
def test_an_address_at_which_the_pages_cannot_be_is_refused_by_them_alone(portal_url: str) -> None:
    """A worker may name a portal of another kind in its letters."""
    settings = load_settings(GOOD | {"portal_url": portal_url})
    with pytest.raises(SettingsError, match=r"^UGYFELKAPU_PORTAL_URL: must be the address of the pages alone"):
        site_origin_of(settings)


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({}, "must be given"),
        ({"staff_url": "https://ugyfelkapu.example.hu"}, "must be another address than UGYFELKAPU_PORTAL_URL"),
        ({"staff_url": "https://ugyfelkapu.example.hu:443/"}, "must be another address than UGYFELKAPU_PORTAL_URL"),
    ],
)
def test_the_pages_for_staff_have_an_origin_of_their_own(given: dict[str, str], rule: str) -> None:
    with pytest.raises(SettingsError, match=rf"^UGYFELKAPU_STAFF_URL: {rule}"):
        staff_origin_of(load_settings(GOOD | given))
    other = load_settings(GOOD | {"staff_url": "https://ugyfelkapu.example.hu:8443"})
    assert staff_origin_of(other) == "https://ugyfelkapu.example.hu:8443"


def test_pages_over_https_need_to_know_which_proxies_to_believe() -> None:
    """Otherwise one client behind the proxy could use up the guesses of all."""
    with pytest.raises(SettingsError, match=r"^UGYFELKAPU_TRUSTED_PROXIES: must be given where the address of the"):
        trusted_proxies_of(load_settings(GOOD), "https://ugyfelkapu.example.hu")


@pytest.mark.parametrize(
    ("origin", "trusted", "networks"),
    [
        ("https://ugyfelkapu.example.hu", "none", []),
        ("https://ugyfelkapu.example.hu", "10.0.0.0/8, fd00::/8,192.0.2.7", ["10.0.0.0/8", "fd00::/8", "192.0.2.7/32"]),
        ("http://localhost:8080", "127.0.0.1", ["127.0.0.1/32"]),
        ("http://localhost:8080", None, []),
    ],
)
def test_the_trusted_proxies_are_networks(origin: str, trusted: str | None, networks: list[str]) -> None:
    given = {"trusted_proxies": trusted} if trusted else {}
    found = trusted_proxies_of(load_settings(GOOD | given), origin)
    assert [str(network) for network in found] == networks


WHOM_TO_TELL = """\
Contact: mailto:biztonsag@example.hu
Expires: 2027-11-30T23:00:00Z
"""


@pytest.mark.parametrize(
    "text",
    [
        WHOM_TO_TELL.replace("mailto:", ""),
        WHOM_TO_TELL.replace("Contact", "Encryption"),
        WHOM_TO_TELL.replace("Z", ""),
        WHOM_TO_TELL.replace("2027", "soon"),
        WHOM_TO_TELL.replace("Expires", "# Expires"),
        WHOM_TO_TELL * 2,
        WHOM_TO_TELL + "#" * 32_768,
    ],
)
def test_whom_to_tell_of_a_security_hole_is_a_contact_with_an_end(text: str, tmp_path: Path) -> None:
    file = tmp_path / "security.txt"
    file.write_text(WHOM_TO_TELL, encoding="utf-8", newline="\r\n")
    assert load_settings(GOOD | {"security_txt": str(file)}).security_txt == str(file)
    assert read_security_txt(str(file)).text == WHOM_TO_TELL.replace("\n", "\r\n")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"^UGYFELKAPU_SECURITY_TXT: must be a file as RFC 9116 has it"):
        load_settings(GOOD | {"security_txt": str(file)})
