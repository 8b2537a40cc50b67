"""`ugyfelkapu demo`, the main job: run as a process, from a path with spaces, without a terminal."""

import re
import time

from tests.acceptance.command_line import CommandLine, folder_with_a_space

LONGEST_SECONDS = 60
ENDINGS = {
    "1 online": "ACTIVE",
    "2 in person": "ACTIVE",
    "3 never redeemed": "LAPSED",
    "3 same name": "AWAITING_ACTIVATION",
}


def test_the_demo_takes_three_registrations_through_their_lives_within_a_minute() -> None:
    """Exit status 0, every status and letter shown, PostgreSQL and Temporal agree; the user's servers are not used."""
    with folder_with_a_space() as folder:
        began = time.monotonic()
        shown = CommandLine(folder, {})(
            "demo", "--lang", "en", UGYFELKAPU_DATABASE_URL="postgresql:///nobody", TEMPORAL_ADDRESS="127.0.0.1:1"
        )
        assert shown.status == 0, shown
        assert time.monotonic() - began < LONGEST_SECONDS
        assert list(folder.iterdir()) == []
    assert shown.error == ""
    for name, status in ENDINGS.items():
        assert re.search(rf"^ *{name} +{status} += +{status} +\d+ +\d+ *$", shown.output, re.MULTILINE), name
    for step in ("TEMPORARY  ", "PASSWORD_EXPIRED  ", "INACTIVE  ", "AWAITING_REACTIVATION  ", "LAPSED  "):
        assert re.search(rf"^  20\d\d-\d\d-\d\d \d\d:\d\d  {step}", shown.output, re.MULTILINE), step
    assert re.search(r"│ [0-9A-Z]{4}(-[0-9A-Z]{4}){3} +│", shown.output)
    assert shown.output.count("✉") == 22


def test_the_demo_fails_with_one_sentence_where_an_example_is_wrong() -> None:
    with folder_with_a_space() as folder:
        (folder / "online.json").write_text('{"user_name": "x"}', encoding="utf-8")
        shown = CommandLine(folder, {})("demo", "--examples", ".", "--lang", "en")
    assert shown.status == 2
    assert "must be given" in shown.error
    assert "Traceback" not in shown.error
