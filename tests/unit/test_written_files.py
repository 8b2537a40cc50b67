"""Files that commands write."""

from pathlib import Path

from starter.cli.files import write


def test_a_file_that_may_hold_personal_data_is_its_owners_alone(tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.html"
    write("--html", str(receipt), "Szabó Katalin")
    assert (receipt.read_text(encoding="utf-8"), receipt.stat().st_mode & 0o777) == ("Szabó Katalin", 0o600)
