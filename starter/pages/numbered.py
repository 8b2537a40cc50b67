"""Lists that are shown a numbered page at a time: `?oldal=2`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from starlette.requests import Request

_Item = TypeVar("_Item")
_LONGEST: Final = len("99999")


@dataclass(frozen=True)
class NumberedPage(Generic[_Item]):
    """The `items` of page `number` of `pages`, from 1."""

    items: Sequence[_Item]
    number: int
    pages: int


def numbered_page(request: Request, items: Sequence[_Item], on_a_page: int) -> NumberedPage[_Item]:
    """The page that a request asks for, or the one nearest to it; the first for what is no number."""
    pages = max(1, -(-len(items) // on_a_page))
    typed = request.query_params.get("oldal", "1")
    number = min(max(int(typed), 1), pages) if typed.isdecimal() and len(typed) <= _LONGEST else 1
    return NumberedPage(items[(number - 1) * on_a_page : number * on_a_page], number, pages)
