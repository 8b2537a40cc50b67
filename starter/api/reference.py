"""A registration in an address: by its id or its receipt's number. User names are personal data: none may name one."""

import re
from typing import Annotated, Final

from fastapi import Path
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from registration.typed_text import plain_separators

_REFERENCE: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9]{4}-[0-9]{4}-[0-9]{3}")


def is_reference(typed: str) -> bool:
    """Whether it has the form of an id or of a receipt's number, whatever dashes and format characters it came with."""
    return _REFERENCE.fullmatch(plain_separators(typed).strip()) is not None


def _checked(typed: str) -> str:
    if not is_reference(typed):
        raise PydanticCustomError("reference", "no reference")
    return typed


AskedReference = Annotated[
    str, AfterValidator(_checked), Field(json_schema_extra={"pattern": f"^({_REFERENCE.pattern})$"})
]
"""The same in a query."""

Reference = Annotated[
    str,
    AfterValidator(_checked),
    Path(
        description="The registration's id, or the number of its receipt.",
        examples=["019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a", "0000-0000-427"],
        json_schema_extra={"pattern": f"^({_REFERENCE.pattern})$"},
    ),
]
