"""The tables of the command line: an id in them can be copied, however narrow the terminal is."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from registration.deadlines import describe_snapshot
from registration.descriptions import ActorAnswer
from registration.messages import ActorKind
from registration.record import Snapshot
from registration.statuses import Channel, Language, Status
from registration.timeline import Run, Source
from starter.cli import output
from starter.cli.choices import Choices
from starter.gateway import FoundRegistration

NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)
IDS = [str(UUID(int=number)) for number in (1, 2)]
DESCRIBED = describe_snapshot(IDS[0], Snapshot(), NOW)
RUNS = [Run(each, Source.TEMPORAL, NOW, NOW, "CONTINUED_AS_NEW", 121) for each in IDS]
FOUND = [
    FoundRegistration(
        registration_id=each,
        receipt_number="1234-5678-901",
        status=Status.AWAITING_REACTIVATION,
        channel=Channel.E_SIGNATURE,
        office="1051",
        since=NOW,
    )
    for each in IDS
]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("width", [30, 80, 100, 160, 250])
@pytest.mark.parametrize("rows", [RUNS, FOUND], ids=["runs", "found"])
def test_ids_are_whole_at_every_width_and_nothing_is_left_out(
    rows: list[object],
    width: int,
    language: Language,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(output, "_PIPE_WIDTH", width)
    output.show_table(Choices(language=language), output.columns(type(rows[0])), rows)
    shown = capsys.readouterr().out
    assert "…" not in shown
    for each in IDS:
        assert shown.count(each) == 1
    assert shown.count("1234-5678-901") == (2 if rows is FOUND else 0)


def test_a_hash_goes_on_in_the_next_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(output, "_PIPE_WIDTH", 40)
    output.show(Choices(), replace(DESCRIBED, head="ab" * 32))
    shown = capsys.readouterr().out
    assert IDS[0] in shown
    assert shown.replace("utolsó lenyomat", "").count("ab") >= 31
    assert "…" not in shown


def test_values_are_told_in_hungarian_with_the_word_of_programs_beside(capsys: pytest.CaptureFixture[str]) -> None:
    output.show(Choices(), ActorAnswer(ActorKind.CLERK, "clerk-7", "1051"))
    assert capsys.readouterr().out.split() == [
        "szerepkör",
        "ügyintéző",
        "(CLERK)",
        "azonosító",
        "clerk-7",
        "hivatal",
        "1051",
    ]


@pytest.mark.parametrize(("language", "shown"), [(Language.HU, "10,6"), (Language.EN, "10.6")])
def test_a_fraction_has_the_decimal_sign_of_the_language(language: Language, shown: str) -> None:
    assert output.decimal(10.5999, language) == output.word(Choices(language=language), 10.5999) == shown
