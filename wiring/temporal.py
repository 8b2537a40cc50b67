"""Builds the Temporal client, from Temporal's own environment configuration (`TEMPORAL_*`, profiles)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from temporalio.client import Client
from temporalio.envconfig import ClientConfigProfile

from registration.names import NAMESPACE
from wiring.payloads import BRIEF_JSON

if TYPE_CHECKING:
    from temporalio.runtime import Runtime


async def connect(
    overrides: Mapping[str, str] | None = None, *, runtime: "Runtime | None" = None, lazy: bool = False
) -> Client:
    """A client for the configured cluster; the namespace is `ugyfelkapu` unless the configuration names another.

    `overrides` stand above the environment (`TEMPORAL_ADDRESS` and so on). Raises `RuntimeError` where nobody answers.
    """
    profile = ClientConfigProfile.load(override_env_vars=None if overrides is None else dict(overrides))
    config = profile.to_client_connect_config()
    config.setdefault("target_host", "127.0.0.1:7233")
    config.setdefault("namespace", NAMESPACE)
    return await Client.connect(runtime=runtime, lazy=lazy, data_converter=BRIEF_JSON, **config)
