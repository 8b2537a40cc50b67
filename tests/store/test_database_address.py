"""Addresses of PostgreSQL with parameters that libpq knows: translated, left out, or refused by name."""

from collections.abc import Mapping

import pytest

from registration.statuses import Language
from settings.addresses import postgres_address
from settings.setting_rules import BrokenRule, SettingsError
from starter.dev.postgres import PostgresServer
from starter.translation import translated
from store.database import connected, opened_pool


@pytest.mark.parametrize(
    ("query", "driven", "seconds"),
    [
        ("", "", None),
        ("?connect_timeout=7", "", 7.0),
        ("?connect_timeout=0&sslmode=require", "?sslmode=require", None),
        ("?channel_binding=prefer&keepalives=0&gssencmode=disable", "", None),
        ("?application_name=a%20b&options=-c%20geqo%3Doff", "?application_name=a%20b&options=-c%20geqo%3Doff", None),
    ],
)
def test_what_the_driver_does_not_know_is_taken_out(query: str, driven: str, seconds: float | None) -> None:
    base = "postgresql://u:p%40@one.example:5432,[::1]:5433/x"
    assert postgres_address(base + query) == (base + driven, seconds)


@pytest.mark.parametrize("name", ["keepalives", "keepalives_idle", "channel_binding", "hostaddr", "tcp_user_timeout"])
def test_what_cannot_be_done_is_refused_by_its_name_and_not_by_its_value(name: str) -> None:
    with pytest.raises(BrokenRule, match=name) as refused:
        postgres_address(f"postgresql:///x?{name}=titok")
    assert "titok" not in str(refused.value)


@pytest.fixture(scope="module")
async def settings_of(server: PostgresServer) -> Mapping[str, str]:
    """What the server says about a session of ours."""
    async with opened_pool(f"{server.url}&connect_timeout=9&application_name=us", most=1) as pool:
        return {row["name"]: row["setting"] for row in await pool.fetch("select name, setting from pg_settings")}


async def test_a_session_has_the_parameters_of_its_address_and_our_bound_for_locks(
    settings_of: Mapping[str, str],
) -> None:
    assert (settings_of["application_name"], settings_of["lock_timeout"]) == ("us", "3000")


@pytest.mark.parametrize("query", ["no_such_parameter=1", "work_mem=soon", "block_size=1"])
async def test_what_only_the_server_can_refuse_names_the_setting(server: PostgresServer, query: str) -> None:
    for opening in (connected, _pooled):
        with pytest.raises(SettingsError, match=r"^UGYFELKAPU_DATABASE_URL: ") as refused:
            await opening(f"{server.url}&{query}")
        assert query.partition("=")[0] not in translated(refused.value.sentence, Language.HU)


async def _pooled(url: str) -> None:
    async with opened_pool(url, most=1):
        raise AssertionError
