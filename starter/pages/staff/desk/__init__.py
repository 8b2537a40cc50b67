"""Pages of a registration body's desk: search, a client's visit, acts in person, what a supervisor reads."""

from typing import Final

from starter.pages.staff.desk import acts, registration, search, supervision, visit

ROUTES: Final = (*search.ROUTES, *registration.ROUTES, *acts.ROUTES, *supervision.ROUTES, *visit.ROUTES)
"""A path with a fixed end comes before one with any."""
