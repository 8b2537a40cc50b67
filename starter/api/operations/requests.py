"""What operators send. Only shapes are checked here; the rules for the content are the engine's."""

from typing import Annotated

from pydantic import ConfigDict, Field

from registration.extensions import MOST_DAYS
from registration.offices import Body
from starter.api.requests import StrictBody

Rate = Annotated[
    float,
    Field(description="Registrations a second.", strict=False, json_schema_extra={"minimum": 1, "maximum": 1000}),
]


class ExtensionOf(StrictBody):
    """For all accounts whose password expires before a date; by so many days, or to each registration's anniversary."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"before": "2028-01-01", "days": 90}]})

    before: str = Field(description="A date as YYYY-MM-DD (Budapest), or a time with its offset.")
    days: int | None = Field(
        description="By so many days; null: to the next anniversary.",
        json_schema_extra={"minimum": 1, "maximum": MOST_DAYS},
    )


class Start(StrictBody):
    """How fast."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"rate": 50}, {}]})

    rate: Annotated[Rate | None, Field(description="The usual rate, or the present one, if not given.")] = None


class OfficeBody(StrictBody):
    """An office of a registration body (S2)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "body": "OKMANYIRODA",
                    "name": "Budapest V. kerületi Okmányiroda",
                    "address": "1051 Budapest, Erzsébet tér 4.",
                    "open": True,
                }
            ]
        }
    )

    body: str = Field(description="The kind of registration body.", json_schema_extra={"enum": list(Body)})
    name: str = Field(description="Its name, as receipts print it.")
    address: str = Field(description="Its address.")
    open: bool = Field(description="Clerks can act for an open office only.")
