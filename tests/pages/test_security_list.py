"""docs/security.md is true as far as a program can see: what it names exists, and each threat has a test."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_BUILT = "**Not built yet"


def rows() -> list[list[str]]:
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| threat")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_each_threat_has_a_place_and_a_test() -> None:
    assert len(rows()) > 20
    for threat, done, where, test in rows():
        assert where, threat
        assert test or NOT_BUILT in done, threat


def test_what_is_named_exists() -> None:
    for _, _, where, test in rows():
        for cell, room in ((where, "starter/pages"), (test, "tests/pages")):
            for name in re.findall(r"`([^`]+)`", cell):
                is_whole = name.split("/")[0] in {
                    "activities",
                    "registration",
                    "settings",
                    "starter",
                    "store",
                    "temporal",
                    "tests",
                }
                assert (ROOT / (name if is_whole else f"{room}/{name}")).exists(), name
