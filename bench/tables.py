"""Tables of figures, as all parts of the bench show them."""

from typing import Any

from rich.table import Table

from bench.peers.comparison import Spread


def new_table(title: str, first: str, *others: str) -> Table:
    """The first column has names, the others figures."""
    table = Table(title=title, title_justify="left")
    table.add_column(first)
    for other in others:
        table.add_column(other, justify="right")
    return table


def add_row(table: Table, name: str, *figures: Any) -> None:  # noqa: ANN401  whole numbers and fractions
    """Fractions with one digit."""
    table.add_row(name, *(f"{figure:.1f}" if isinstance(figure, float) else str(figure) for figure in figures))


def spread_of(spread: Spread, digits: int) -> str:
    """The median, and the lowest and the highest behind it."""
    return f"{spread.median:.{digits}f} ({spread.least:.{digits}f}–{spread.most:.{digits}f})"
