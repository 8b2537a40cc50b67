"""The example of a whole body in the OpenAPI document, made of the examples of its fields."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]


def add_examples(schemas: dict[str, dict[str, Any]]) -> None:
    """Gives every object among the components an example, unless it has one."""
    for schema in schemas.values():
        if "properties" in schema:
            schema.setdefault("examples", [_example(schema, schemas)])


def _example(schema: Schema, schemas: Mapping[str, Schema]) -> Any:  # noqa: ANN401  any value of JSON
    """Its own example; else one of its parts."""
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return _example(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "enum" in schema:
        return schema["enum"][0]
    if "properties" in schema:
        return {name: _example(part, schemas) for name, part in schema["properties"].items()}
    if "items" in schema:
        return [_example(schema["items"], schemas)]
    return _example(schema["anyOf"][0], schemas) if "anyOf" in schema else schema.get("default")
