"""Prepares an embedded installation: as any other, and with offices for its clerks."""

from importlib.resources import files
from io import StringIO
from typing import Final

from temporalio.client import Client

from registration.offices import OFFICE_COLUMNS
from settings.settings import Settings
from starter.gateway import OperationsGateway, open_engine
from starter.gateway.csv_lines import CsvFile
from starter.gateway.preparation import prepare

_OPERATOR: Final = "dev"


async def prepare_with_offices(settings: Settings, client: Client) -> None:
    """Prepares; a database that has no office yet gets the sample of `offices.csv`. Raises `Unavailable`."""
    await prepare(settings, client)
    async with open_engine(settings, client) as engine:
        if not await engine.offices.every():
            sample = files("starter.dev").joinpath("offices.csv").read_text(encoding="utf-8")
            await OperationsGateway(engine, _OPERATOR).offices.put_all(CsvFile(StringIO(sample), OFFICE_COLUMNS))
