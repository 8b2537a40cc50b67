"""An operator's pages, and the approval of bulk extensions by a supervisor; no personal data."""

from typing import Final

from starter.pages.staff.operations import disabled_staff, extensions, offices, policy, system_health

ROUTES: Final = (
    *system_health.ROUTES,
    *extensions.ROUTES,
    *offices.ROUTES,
    *disabled_staff.ROUTES,
    *policy.ROUTES,
)
