"""Builds the Temporal client, from Temporal's own environment configuration (`TEMPORAL_*`, profiles)."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, Interceptor
from temporalio.envconfig import ClientConfigProfile, ClientConnectConfig
from temporalio.service import RPCError, RPCStatusCode, TLSConfig

from registration.dependencies import Dependency
from registration.errors import Unavailable
from registration.names import NAMESPACE
from settings.addresses import temporal_address
from settings.setting_rules import BrokenRule, SettingsError
from settings.spans import tracer_of_process
from settings.start_problems import CannotStart, StartProblem
from temporal.payloads import BRIEF_JSON

if TYPE_CHECKING:
    from temporalio.runtime import Runtime

_CONNECTED_WITHIN_SECONDS: Final = 10
"""The library waits for half a minute for a server that accepts the connection and does not answer."""

_ANSWERS_WITHIN: Final = timedelta(seconds=3)
"""The same as for readiness; a healthy cluster answers in milliseconds."""

_NO_NAMESPACE: Final = {RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT}
_REFUSALS: Final = {RPCStatusCode.UNAUTHENTICATED, RPCStatusCode.PERMISSION_DENIED}


async def connect(
    overrides: Mapping[str, str] | None = None, *, runtime: "Runtime | None" = None, lazy: bool = False
) -> Client:
    """A client for the configured cluster; the namespace is `ugyfelkapu` unless the configuration names another.

    `overrides` take precedence over the environment (`TEMPORAL_ADDRESS` and so on). Raises `Unavailable` without an
    answer, `CannotStart` or `SettingsError` where the configuration cannot be used.
    """
    try:
        profile = ClientConfigProfile.load(override_env_vars=None if overrides is None else dict(overrides))
        config = profile.to_client_connect_config()
        config.setdefault("target_host", "127.0.0.1:7233")
        config["namespace"] = config.get("namespace") or NAMESPACE
        _check(config)
        async with asyncio.timeout(_CONNECTED_WITHIN_SECONDS):
            return await Client.connect(
                runtime=runtime, lazy=lazy, data_converter=BRIEF_JSON, interceptors=_interceptors(), **config
            )
    except TimeoutError as failure:
        raise Unavailable(Dependency.TEMPORAL, reason=type(failure).__name__) from None
    except RuntimeError as failure:
        if is_unreachable(failure):
            raise Unavailable(Dependency.TEMPORAL) from None
        raise _unusable(failure) from None
    except (OSError, ValueError, TypeError) as failure:
        raise _unusable(failure) from None


def _check(config: ClientConnectConfig) -> None:
    """What the library refuses only once it connects: a lazy client would fail at each call. Raises `ValueError`."""
    try:
        temporal_address(config["target_host"])
    except BrokenRule as broken:
        raise SettingsError("temporal_address", broken, variable="TEMPORAL_ADDRESS") from None
    tls = config.get("tls")
    if isinstance(tls, TLSConfig) and (tls.client_cert is None) is not (tls.client_private_key is None):
        raise ValueError("a certificate without its key, or a key without its certificate")


def _interceptors() -> list[Interceptor]:
    """Traces, where this process is traced: else nothing of OpenTelemetry is imported."""
    tracer = tracer_of_process.get()
    if tracer is None:
        return []
    from temporal.traces import Traces  # noqa: PLC0415  as above

    return [Traces(tracer)]


async def check_namespace(client: Client) -> None:
    """Asks for the client's namespace. Raises `CannotStart` where it is not there or refused, `Unavailable`."""
    request = DescribeNamespaceRequest(namespace=client.namespace)
    try:
        async with asyncio.timeout(_ANSWERS_WITHIN.total_seconds()):
            await client.workflow_service.describe_namespace(request, timeout=_ANSWERS_WITHIN)
    except TimeoutError as failure:
        raise Unavailable(Dependency.TEMPORAL, reason=type(failure).__name__) from None
    except RPCError as trouble:
        raise named(trouble) from None
    except RuntimeError as failure:
        if is_unreachable(failure):
            raise Unavailable(Dependency.TEMPORAL) from None
        raise


async def silent_dependency(client: Client) -> Dependency:
    """What does not answer when a workflow has not answered in time: Temporal, or a worker. Takes up to 3 seconds."""
    try:
        with suppress(CannotStart):  # it is an answer, too
            await check_namespace(client)
    except Unavailable:
        return Dependency.TEMPORAL
    return Dependency.WORKER


def named(trouble: RPCError) -> CannotStart | Unavailable:
    """What is wrong with namespace or credentials where Temporal says so; else it does not answer."""
    if trouble.status in _NO_NAMESPACE:
        return CannotStart(StartProblem.NO_SUCH_NAMESPACE)
    if trouble.status in _REFUSALS:
        return CannotStart(StartProblem.TEMPORAL_REFUSES, reason=trouble.status.name)
    return Unavailable(Dependency.TEMPORAL, reason=trouble.status.name)


def is_unreachable(failure: RuntimeError) -> bool:
    """A client that cannot connect raises a bare `RuntimeError`, at once or on first use (measured)."""
    return str(failure).startswith("Failed client connect")


def _unusable(failure: Exception) -> CannotStart:
    """Neither the text nor its source: a configuration file may hold an API key."""
    if type(failure) is RuntimeError:  # its text is of no use to an operator
        return CannotStart(StartProblem.TEMPORAL_SETTINGS)
    return CannotStart(StartProblem.TEMPORAL_SETTINGS, reason=type(failure).__name__)
