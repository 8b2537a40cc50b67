"""What this browser knows of a registration that it has sent in: for 24 hours which one, for 15 idle minutes whose."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from registration.errors import DraftLocked, NotAccepted, NotFound
from starter.gateway import AwaitedActivation
from starter.pages.citizen.site import site_of
from starter.pages.client_address import client_address
from starter.pages.once import result_of
from starter.pages.rendering import view

SENT: Final = "sent"
"""In a draft whose form is sent in: the key of the result."""


@dataclass(frozen=True)
class SentRegistration:
    """A registration whose form was answered at `path` under `key`.

    `user_name` is empty where the browser has no draft of it, or was idle for too long.
    """

    path: str
    key: str
    registration_id: str
    awaited: AwaitedActivation
    user_name: str = field(default="", repr=False)

    @property
    def result(self) -> str:
        """The path of its page."""
        return f"{self.path}/kesz/{self.key}"

    @property
    def is_over(self) -> bool:
        """Whether no code is awaited any more: it was entered, or the registration has ended."""
        return isinstance(self.awaited.refusal, NotAccepted)

    @property
    def address(self) -> str:
        """Where its code went; masked where it is not certain who sits at the computer."""
        return self.awaited.email if self.user_name else self.awaited.masked_email


async def sent_registration(request: Request, path: str, key: str) -> SentRegistration | None:
    """The registration; `None` for another browser, after 24 hours, and once its data is erased."""
    answer = await result_of(request, path, key)
    if answer is None:
        return None
    site, registration_id = site_of(request), str(answer["registration_id"])
    try:
        awaited = await site.citizen.awaited_activation(registration_id)
    except NotFound:
        return None
    sent = SentRegistration(path, key, registration_id, awaited)
    with suppress(DraftLocked):
        draft = await site.drafts.load(request.state.form_secret) or {}
        if draft.get(SENT) == key:
            return replace(sent, user_name=draft["user_name"])
    return sent


async def sent_view(request: Request, sent: SentRegistration, template: str) -> Response:
    """A page of the registration, as long as its code is awaited."""
    if sent.is_over:
        return no_code_awaited(request)
    return view(request, template, sent=sent, policy=await site_of(request).accounts.policy())


def no_code_awaited(request: Request, status: int = 200) -> Response:
    """That the code was entered, or the registration has ended."""
    return view(request, "citizen/no_code_awaited.html", status=status)


async def keep_address(request: Request, sent: SentRegistration, email: str) -> None:
    """Puts the corrected address into the draft of the registration, if there is one: it opens the draft later."""
    drafts, cookie = site_of(request).drafts, request.state.form_secret
    with suppress(DraftLocked):
        draft = await drafts.load(cookie, email=sent.awaited.email) or {}
        if draft.get(SENT) == sent.key:
            await drafts.save(cookie, {**draft, "email": email}, client_address=client_address(request))
