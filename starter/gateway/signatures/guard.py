"""What hostile structures make of the libraries: one refusal, and no word of theirs in a log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from registration.errors import UgyfelkapuError
from registration.signature_errors import SignatureUnreadable

_log = structlog.get_logger()

for _library in ("pyhanko", "pyhanko_certvalidator"):  # their log lines quote the names in certificates
    logging.getLogger(_library).addHandler(logging.NullHandler())
    logging.getLogger(_library).propagate = False


@contextmanager
def unreadable_otherwise() -> Iterator[None]:
    """Turns whatever a parser raises into `SignatureUnreadable`; the log tells its type, never its words."""
    try:
        yield
    except UgyfelkapuError:
        raise
    except Exception as trouble:  # noqa: BLE001  parsers of hostile input raise anything, RecursionError too
        _log.warning("signature_unreadable", reason=type(trouble).__name__)
        raise SignatureUnreadable from None
