"""Turns errors of PostgreSQL and its driver into our own: at the start of a process, and while it runs."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from registration.dependencies import Dependency
from registration.errors import Unavailable
from settings.start_problems import CannotStart, StartProblem
from store.database import DATABASE_FAILURES, passes


@contextmanager
def naming_database_trouble() -> Iterator[None]:
    """Raises `CannotStart` where an address, a user or a right is wrong, `Unavailable` without an answer."""
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
    except DATABASE_FAILURES as trouble:
        raise unavailable_unless_ours(trouble) from None


def unavailable_unless_ours(failure: Exception) -> Exception:
    """`Unavailable` for what passes by itself, with the kind of error but not its message, which quotes values.

    What does not pass is returned as it is: a mistake of ours.
    """
    if not passes(failure):
        return failure
    state = getattr(failure, "sqlstate", None)
    kind = type(failure).__name__
    return Unavailable(Dependency.DATABASE, reason=f"{kind} {state}" if state else kind)
