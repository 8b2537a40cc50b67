"""The life of a registration as one page: a picture, the timeline, the runs that it was read from."""

from registration.statuses import Language
from registration.timeline import RUN_OUTCOMES, Timeline
from starter.pages.picture import WIDTH, picture_of
from starter.pages.rendering import page


def timeline_page(life: Timeline, language: Language) -> str:
    """A self-contained HTML page: no outside resource, no script; it prints well."""
    opened = life.entries[0].at if life.entries else None
    return page(
        "timeline.html",
        language,
        style_sheets=("style.css", "audit.css"),
        life=life,
        picture=picture_of(life),
        width=WIDTH,
        opened=opened,
        run_address=None,
        run_outcomes=RUN_OUTCOMES,
    )
