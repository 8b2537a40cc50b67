"""What pydantic found wrong with a request, in the engine's own words: one field, one rule, never the value."""

import re
from collections.abc import Mapping
from typing import Any, Final

from fastapi.exceptions import RequestValidationError

from registration.errors import InvalidInput
from registration.forms import checked_field_name
from registration.input_rules import InputRule

_RULES: Final[Mapping[str, InputRule]] = {
    "missing": InputRule.REQUIRED,
    "extra_forbidden": InputRule.UNKNOWN_FIELD,
    "string_type": InputRule.STRING,
    "string_unicode": InputRule.STRING,
    "int_type": InputRule.WHOLE_NUMBER,
    "int_from_float": InputRule.WHOLE_NUMBER,
    "int_parsing_size": InputRule.WHOLE_NUMBER,
    "uuid_parsing": InputRule.UUID,
    "uuid_type": InputRule.UUID,
    "model_type": InputRule.OBJECT,
    "model_attributes_type": InputRule.OBJECT,
    "dict_type": InputRule.OBJECT,
    "json_invalid": InputRule.JSON,
    "literal_error": InputRule.ONE_OF,
    "enum": InputRule.ONE_OF,
    "union_tag_invalid": InputRule.ONE_OF,
    "union_tag_not_found": InputRule.REQUIRED,
    "reference": InputRule.REFERENCE,
}
"""By pydantic's type of error; what is not listed is `NOT_ACCEPTED`."""

_QUOTED: Final = re.compile(r"'([^']*)'")


def invalid_input(error: RequestValidationError) -> InvalidInput:
    """The first thing that is wrong."""
    first: dict[str, Any] = error.errors()[0]
    rule = _RULES.get(first["type"], InputRule.NOT_ACCEPTED)
    context = first.get("ctx", {})
    facts = {}
    if rule is InputRule.ONE_OF:
        facts["choices"] = ", ".join(_QUOTED.findall(context.get("expected", context.get("expected_tags", ""))))
    return InvalidInput(field=_field(first, context), rule=rule, **facts)


def _field(error: Mapping[str, Any], context: Mapping[str, Any]) -> str:
    """The field's own name, without the path to it; a union's is that of its discriminator."""
    if error["type"].startswith("union_tag"):
        return checked_field_name(context["discriminator"].strip("'").removesuffix("()"))
    if error["type"] == "json_invalid":
        return "body"
    return checked_field_name(error["loc"][-1])
