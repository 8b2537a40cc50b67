"""Tables of figures, as all parts of the bench show them."""

from typing import Any

from rich.table import Table


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
