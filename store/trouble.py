"""What PostgreSQL and its driver raise when a process begins, as one sentence for the operator."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from registration.dependencies import Dependency
from registration.errors import Unavailable
from store.database import CONNECTION_TROUBLE
from wiring.start_problems import CannotStart, StartProblem


@contextmanager
def naming_database_trouble() -> Iterator[None]:
    """Raises `CannotStart` where an address, a user or a right is wrong, `Unavailable` where nobody answers."""
    try:
        yield
    except asyncpg.InvalidAuthorizationSpecificationError as trouble:  # a wrong password, too
        raise CannotStart(StartProblem.LOG_IN_REFUSED, reason=type(trouble).__name__) from None
    except asyncpg.InvalidCatalogNameError:
        raise CannotStart(StartProblem.NO_SUCH_DATABASE) from None
    except asyncpg.InsufficientPrivilegeError:
        raise CannotStart(StartProblem.NO_RIGHTS) from None
    except asyncpg.ReadOnlySQLTransactionError:
        raise CannotStart(StartProblem.READ_ONLY) from None
    except CONNECTION_TROUBLE as trouble:
        raise Unavailable(Dependency.DATABASE, reason=type(trouble).__name__) from None
