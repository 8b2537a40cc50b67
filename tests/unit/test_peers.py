"""Beside other engines: what their scripts print is read, and the document follows from what is kept."""

import pytest

from bench.capacity import figures as capacity
from bench.capacity.assumptions import Assumptions
from bench.capacity.plan import Plan
from bench.figures import Figures, Spread
from bench.peers import comparison
from bench.peers.comparison import OURS, PeerComparison
from bench.peers.document import DOCUMENT, PARTS, rendered
from bench.peers.environment import Missing
from bench.peers.scripts import RESTATE, THINNEST, parsed

_PRINTED = """start 210/s; started->mailed 38/s
  activate 47/s p50 1040.1 p99 1102.9; activated->mailed 40/s
  activate serial p50 34.2 p99 41.0
  events 24 bytes 5012
"""


def test_the_figures_of_a_script_are_read() -> None:
    assert parsed(_PRINTED) == Figures(letters=38, activations=47, serial_p50_ms=34.2)


def test_a_script_that_fails_says_why() -> None:
    with pytest.raises(Missing, match="ModuleNotFoundError: No module named 'dbos'"):
        parsed("Traceback ...\nModuleNotFoundError: No module named 'dbos'\n")


def test_ratios_are_of_the_same_round_and_above_1_where_ours_is_better() -> None:
    compared = PeerComparison(
        at="2026-12-02T06:00+00:00",
        processor="any",
        cores=2,
        count=400,
        at_once=50,
        load=[1.0, 1.0, 1.0],
        rounds={
            OURS: [Figures(40, 50, 20), Figures(20, 25, 40), Figures(40, 60, 20)],
            THINNEST: [Figures(40, 100, 30), Figures(20, 50, 60), Figures(80, 60, 10)],
        },
        missing={RESTATE: "npm is not installed"},
    )
    assert compared.ratio(THINNEST, "letters") == Spread(1, 0.5, 1)
    assert compared.ratio(THINNEST, "activations") == Spread(0.5, 0.5, 1)
    assert compared.ratio(THINNEST, "serial_p50_ms") == Spread(1.5, 0.5, 1.5)
    assert compared.spread(THINNEST, "activations") == Spread(60, 50, 100)
    page = rendered("<!-- computed: measurement -->\n<!-- end -->", compared, Plan(capacity.read(), Assumptions()))
    assert "| left out: Restate | npm is not installed |" in page


def test_the_document_is_what_follows_from_the_figures_that_are_kept() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    plan = Plan(capacity.read(), Assumptions())
    assert document == rendered(document, comparison.read(), plan), "python -m bench.peers.document"
    assert [name for name in PARTS if f"<!-- computed: {name} -->" not in document] == []
