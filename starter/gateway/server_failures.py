"""What a gateway raises when a server is away: no caller meets a driver's exception."""

from collections.abc import Iterator
from contextlib import contextmanager

from temporalio.service import RPCError

from registration.dependencies import Dependency
from registration.errors import Unavailable
from store.database import DATABASE_FAILURES
from store.trouble import unavailable_unless_ours
from temporal.registrations import raise_unless_unreachable


@contextmanager
def servers_named() -> Iterator[None]:
    """Around what calls servers: one that is away is `Unavailable`."""
    try:
        yield
    except RPCError as trouble:
        raise Unavailable(Dependency.TEMPORAL, reason=trouble.status.name) from None
    except DATABASE_FAILURES as failure:
        raise unavailable_unless_ours(failure) from None
    except RuntimeError as failure:
        raise_unless_unreachable(failure)
        raise Unavailable(Dependency.TEMPORAL) from None
