"""Plots of counts: every bar has its length, the largest are kept, no month is left out."""

from itertools import pairwise

from starter.pages.plot import WIDTH, bars_of, columns_of


def test_bars_are_as_long_as_their_counts_in_the_order_given() -> None:
    plot = bars_of([("b", 10), ("a", 5), ("c", 0)])
    assert [bar.label for bar in plot.bars] == ["b", "a", "c"]
    first, second, third = (bar.width for bar in plot.bars)
    assert (second, third) == (first / 2, 0)
    assert plot.left + first < WIDTH
    assert plot.hidden == 0
    assert all(before.y + plot.row <= after.y for before, after in pairwise(plot.bars))


def test_of_many_bars_the_largest_are_kept_and_the_others_counted() -> None:
    plot = bars_of([(f"office {number}", number) for number in range(1000)])
    assert [bar.number for bar in plot.bars] == list(range(980, 1000))
    assert plot.hidden == 980


def test_equal_counts_and_labels_are_each_one_bar() -> None:
    assert len(bars_of([("a", 1)] * 30).bars) == 20


def test_a_long_label_is_shortened() -> None:
    assert bars_of([("x" * 100, 1)]).bars[0].label.endswith("…")


def test_months_without_any_are_columns_of_no_height() -> None:
    plot = columns_of([("2026-11", 4), ("2027-02", 2)])
    assert [(column.label, column.number) for column in plot.columns] == [
        ("2026-11", 4),
        ("2026-12", 0),
        ("2027-01", 0),
        ("2027-02", 2),
    ]
    assert plot.columns[3].height == plot.columns[0].height / 2
    assert plot.columns[-1].x + plot.columns[-1].width <= WIDTH


def test_labels_of_ten_years_of_months_do_not_run_into_each_other() -> None:
    plot = columns_of([("2026-01", 1), ("2035-12", 1)])
    shown = [column.x for column in plot.columns if column.shows]
    assert len(plot.columns) == 120
    assert all(after - before >= 50 for before, after in pairwise(shown))


def test_without_counts_nothing_is_drawn() -> None:
    assert bars_of([]).bars == ()
    assert columns_of([]).columns == ()
