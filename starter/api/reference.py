"""A registration in an address: by its id or its receipt's number. User names are personal data: none may name one."""

from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from registration.references import REFERENCE_PATTERN, is_reference


def _checked(typed: str) -> str:
    if not is_reference(typed):
        raise PydanticCustomError("reference", "no reference")
    return typed


AskedReference = Annotated[
    str, AfterValidator(_checked), Field(json_schema_extra={"pattern": f"^({REFERENCE_PATTERN})$"})
]
"""The same in a query."""

Reference = Annotated[
    str,
    AfterValidator(_checked),
    Path(
        description="The registration's id, or the number of its receipt.",
        examples=["019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a", "0000-0000-427"],
        json_schema_extra={"pattern": f"^({REFERENCE_PATTERN})$"},
    ),
]
