"""Files that a command names: which way it failed is said."""

from pathlib import Path

import pytest

from registration.statuses import Language
from starter.cli.errors import BAD_INPUT, CliError, ending_of
from starter.cli.input import opened_text


@pytest.mark.parametrize(("mode", "words"), [("r", "cannot be read"), ("w", "cannot be written")])
def test_a_file_that_cannot_be_opened_is_named_by_its_option(tmp_path: Path, mode: str, words: str) -> None:
    missing = tmp_path / "no" / "report.csv"
    with pytest.raises(CliError) as refused, opened_text("--csv", missing, mode, encoding="utf-8", errors="strict"):
        pass
    ending = ending_of(refused.value, Language.EN)
    assert ending.status == BAD_INPUT
    assert ending.sentence == f"--csv: the file {words} (there is no such file or folder)."
