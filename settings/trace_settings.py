"""OpenTelemetry's own settings (`OTEL_*`), checked at the start of a process (docs/traces.md).

The SDK reads them by itself, but takes its default for most that it cannot use, and traces everything.
"""

import os
import re
import ssl
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from settings.addresses import certificates, web_address
from settings.operator_files import read_file
from settings.setting_rules import BrokenRule, SettingRule, SettingsError

_EXPORTERS: Final = ("otlp", "none")
_PROTOCOL: Final = "http/protobuf"
_COMPRESSIONS: Final = ("none", "gzip", "deflate")
_SAMPLER: Final = "OTEL_TRACES_SAMPLER"
_RATIO_SAMPLERS: Final = ("traceidratio", "parentbased_traceidratio")
_SAMPLERS: Final = (
    "always_on",
    "always_off",
    "traceidratio",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
)
_HEADER: Final = re.compile(r"\s*[!#$%&'*+.^_`|~\w-]+\s*=[\x20\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*", re.ASCII)
"""What OpenTelemetry takes. It logs whatever else is there, and that may be a password."""

_QUEUE: Final = "OTEL_BSP_MAX_QUEUE_SIZE"
_BATCH: Final = "OTEL_BSP_MAX_EXPORT_BATCH_SIZE"
_DEFAULT_QUEUE: Final = 2_048
_DEFAULT_BATCH: Final = 512
_MOST: Final = 1_000_000
"""Spans in a queue, some kilobytes each; attributes of a span, characters of a value."""
_DAY_MILLISECONDS: Final = 86_400_000
_DAY_SECONDS: Final = 86_400
_WHOLE_NUMBERS: Final = {
    _QUEUE: (1, _MOST),
    _BATCH: (1, _MOST),
    "OTEL_BSP_SCHEDULE_DELAY": (1, _DAY_MILLISECONDS),
    "OTEL_BSP_EXPORT_TIMEOUT": (0, _DAY_MILLISECONDS),
    "OTEL_ATTRIBUTE_COUNT_LIMIT": (0, _MOST),
    "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT": (0, _MOST),
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": (0, _MOST),
    "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT": (0, _MOST),
    "OTEL_SPAN_EVENT_COUNT_LIMIT": (0, _MOST),
    "OTEL_SPAN_LINK_COUNT_LIMIT": (0, _MOST),
    "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT": (0, _MOST),
    "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT": (0, _MOST),
}
"""With the least and the most that each may be."""

_LARGEST_PEM: Final = 1_000_000

Rule = Callable[[str], object]
"""Raises `BrokenRule`."""


def is_traced() -> bool:
    """Whether a receiver is named and nothing switches traces off. Raises `SettingsError` for what cannot be used."""
    if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    exporter = _checked("OTEL_TRACES_EXPORTER", partial(_one_of, _EXPORTERS))
    endpoint = _checked_of_receiver("ENDPOINT", web_address)
    if endpoint is None or (exporter or "").lower() == "none":
        return False
    _checked_of_receiver("HEADERS", _headers)
    _checked_of_receiver("PROTOCOL", _protocol)
    _checked_of_receiver("COMPRESSION", partial(_one_of, _COMPRESSIONS))
    _checked_of_receiver("TIMEOUT", partial(_number, 0.001, _DAY_SECONDS))
    _checked_of_receiver("CERTIFICATE", certificates)
    _checked_of_receiver("CLIENT_CERTIFICATE", _client_certificate)
    sampler = _checked(_SAMPLER, partial(_one_of, _SAMPLERS)) or ""
    if sampler.lower() in _RATIO_SAMPLERS:
        _checked("OTEL_TRACES_SAMPLER_ARG", partial(_number, 0, 1))
    for variable, (least, most) in _WHOLE_NUMBERS.items():
        _checked(variable, partial(_whole_number, least, most))
    queue, batch = _given(_QUEUE), _given(_BATCH)
    if batch:
        _checked(_BATCH, partial(_whole_number, 1, int(queue or _DEFAULT_QUEUE)))
    else:
        _checked(_QUEUE, partial(_whole_number, _DEFAULT_BATCH, _MOST))
    return True


def _given(variable: str) -> str | None:
    """An empty variable is one that is not set."""
    return os.environ.get(variable, "").strip() or None


def _of_receiver(name: str) -> str:
    """The variable of what is said of the receiver: that of traces alone goes before that of all signals."""
    of_traces = f"OTEL_EXPORTER_OTLP_TRACES_{name}"
    return of_traces if _given(of_traces) else f"OTEL_EXPORTER_OTLP_{name}"


def _checked_of_receiver(name: str, rule: Rule) -> str | None:
    return _checked(_of_receiver(name), rule)


def _checked(variable: str, rule: Rule) -> str | None:
    value = _given(variable)
    if value is None:
        return None
    try:
        rule(value)
    except BrokenRule as broken:
        raise SettingsError("traces", broken, variable=variable) from None
    return value


def _one_of(choices: tuple[str, ...], value: str) -> None:
    if value.lower() not in choices:
        raise BrokenRule(SettingRule.ONE_OF, choices=choices)


def _protocol(value: str) -> None:
    if value != _PROTOCOL:
        raise BrokenRule(SettingRule.TRACES_PROTOCOL)


def _headers(value: str) -> None:
    if not all(map(_HEADER.fullmatch, filter(None, value.split(",")))):
        raise BrokenRule(SettingRule.TRACES_HEADERS)


def _whole_number(least: int, most: int, value: str) -> None:
    if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
        raise BrokenRule(SettingRule.WHOLE_NUMBER_WITHIN, least=least, most=most)


def _number(least: float, most: float, value: str) -> None:
    try:
        is_within = least <= float(value) <= most  # not a number is within no bounds
    except ValueError:
        is_within = False
    if not is_within:
        raise BrokenRule(SettingRule.NUMBER_WITHIN, least=f"{least:g}", most=f"{most:g}")


def _client_certificate(file: str) -> None:
    """Also its key, which may be in the same file. A key with a password would ask for it in a terminal."""
    variable = _of_receiver("CLIENT_KEY")
    key = _given(variable)
    try:
        for each in filter(None, (file, key)):
            read_file(Path(each), _LARGEST_PEM)
        ssl.create_default_context().load_cert_chain(file, key, password="")
    except (OSError, ValueError):  # SSLError is an OSError
        raise BrokenRule(SettingRule.CLIENT_CERTIFICATE, key=variable) from None
