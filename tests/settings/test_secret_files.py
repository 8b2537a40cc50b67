"""A secret may be in a file: what is wrong with that is one sentence, which never has the secret."""

import os
from pathlib import Path
from typing import Final

import pytest

from registration.statuses import Language
from settings.setting_rules import SettingsError
from settings.settings import SECRETS, load_settings
from starter.translation import translated
from tests.settings.good import GOOD, KEY

RING: Final = f"c1:{KEY}"
OTHERS: Final = {name: text for name, text in GOOD.items() if name != "code_keys"}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What `UGYFELKAPU_CODE_KEYS_FILE` names, not written yet."""
    monkeypatch.delenv("UGYFELKAPU_CODE_KEYS", raising=False)
    monkeypatch.setenv("UGYFELKAPU_CODE_KEYS_FILE", str(tmp_path / "code_keys"))
    return tmp_path / "code_keys"


def test_every_secret_may_be_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password in the address of the database is one, too. A line break at the end is not part of it."""
    assert set(SECRETS) == {
        *("database_url", "smtp_url", "master_keys", "code_keys", "index_key", "search_keys", "assertion_keys"),
        *("staff_keys", "staff_client_secret", "checkpoint_keys", "checkpoint_public_keys"),
    }
    texts = GOOD | dict.fromkeys(SECRETS - GOOD.keys(), RING) | {"staff_client_secret": " titok\ttitok "}
    for number, name in enumerate(SECRETS):
        (tmp_path / name).write_text(texts[name] + ("", "\n", "\r\n")[number % 3], encoding="utf-8")
        monkeypatch.delenv(f"UGYFELKAPU_{name.upper()}", raising=False)
        monkeypatch.setenv(f"UGYFELKAPU_{name.upper()}_FILE", str(tmp_path / name))
    settings = load_settings()
    assert {name: getattr(settings, name).get_secret_value() for name in SECRETS} == {n: texts[n] for n in SECRETS}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "there is no such file or folder"),
        (b"", "it is empty"),
        (b"\r\n\n", "it is empty"),
        (b"c1:\xff", "it is not text in UTF-8"),
        (b"x" * 65_537, "it is too long"),
    ],
)
def test_a_file_that_holds_no_secret_is_named_with_the_reason(file: Path, content: bytes | None, reason: str) -> None:
    if content is not None:
        file.write_bytes(content)
    refused(rf"must be a file that this process can read, with 1 to 65536 bytes of text in UTF-8 \({reason}\)\.$")


def test_a_pipe_is_not_waited_for_and_a_folder_is_no_file(file: Path) -> None:
    os.mkfifo(file)
    refused(r"must be a file .+ \(it is not a regular file\)\.$")
    file.unlink()
    file.mkdir()
    refused(r"must be a file .+ \(it is a folder\)\.$")


def test_a_wrong_value_is_that_of_the_file(file: Path) -> None:
    file.write_text("c1:titok", encoding="utf-8")
    refused(r"must be base64 of 32 bytes\.$")


def test_value_and_file_together_are_refused_by_both_names(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty variable is one that is not set; a value that the program itself gives goes before both."""
    file.write_text(RING, encoding="utf-8")
    monkeypatch.setenv("UGYFELKAPU_CODE_KEYS", "titok")
    refused(r"cannot be given together with UGYFELKAPU_CODE_KEYS: give one of them\.$")
    assert load_settings(GOOD).code_keys
    monkeypatch.setenv("UGYFELKAPU_CODE_KEYS", "")
    assert load_settings(OTHERS).code_keys


def refused(sentence: str) -> None:
    with pytest.raises(SettingsError, match=f"^UGYFELKAPU_CODE_KEYS_FILE: {sentence}") as found:
        load_settings(OTHERS)
    for language in Language:
        assert "titok" not in translated(found.value.sentence, language)
