"""The style sheets and the script of a site: their addresses name their contents, so browsers may keep them."""

import hashlib
from importlib.resources import files
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

_FOLDER: Final = files("starter.pages") / "templates"
_KEPT: Final = "public, max-age=31536000, immutable"


def _asset(name: str, media: str) -> tuple[str, Route]:
    content = (_FOLDER / name).read_bytes()
    stem, _, ending = name.partition(".")
    path = f"/{stem}-{hashlib.sha256(content).hexdigest()[:12]}.{ending}"

    async def answer(_request: object) -> Response:
        return Response(content, media_type=media, headers={"Cache-Control": _KEPT})

    return path, Route(path, answer)


STYLE_PATH, _STYLE = _asset("site.css", "text/css")
AUDIT_STYLE_PATH, _AUDIT_STYLE = _asset("audit.css", "text/css")
SCRIPT_PATH, _SCRIPT = _asset("site.js", "text/javascript")

ROUTES: Final = (_STYLE, _SCRIPT)
AUDIT_ROUTES: Final = (_AUDIT_STYLE,)
"""For the pages of auditors alone."""
