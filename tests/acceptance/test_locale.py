"""A locale that is not UTF-8, as in a bare container, changes neither what is read nor what is printed."""

from pathlib import Path
from typing import Final

from tests.acceptance.command_line import CommandLine

C_LOCALE: Final = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "UGYFELKAPU_LANG": "hu"}


def test_sentences_are_printed_with_their_letters(tmp_path: Path) -> None:
    """It imports every room, so also the queries with their Hungarian examples are read."""
    CommandLine(tmp_path, C_LOCALE, starts_python=True)("describe", "senki").refused(2, "ebben a mappában indítsa el")


def test_json_is_whole(tmp_path: Path) -> None:
    printed = CommandLine(tmp_path, C_LOCALE, starts_python=True)("api", "openapi")
    assert printed.data["info"]["title"] == "Ügyfélkapu"


def test_json_is_whole_where_the_stream_is_not_utf_8(tmp_path: Path) -> None:
    """PYTHONIOENCODING makes it a terminal of the last century."""
    printed = CommandLine(tmp_path, {"PYTHONIOENCODING": "iso8859-1"}, starts_python=True)("api", "openapi")
    assert printed.output.isascii()
    assert printed.data["info"]["title"] == "Ügyfélkapu"


def test_every_room_is_imported(tmp_path: Path) -> None:
    """The worker reads SQL and templates; it then ends at its settings."""
    ended = CommandLine(tmp_path, C_LOCALE, starts_python=True)("worker")
    ended.refused(2, "UGYFELKAPU_")
