"""The acts in person that a desk's pages have: one row for each, in the order in which they are shown."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from registration import messages as m
from registration.operations import Operation
from registration.sentences import N_
from starter.gateway import DeskGateway, Disclosed
from starter.pages.forms import PostedForm

Run = Callable[[DeskGateway, str, PostedForm, Mapping[str, Any], str], Awaitable[object]]
"""Does an act on a registration, with the form, the evidence and the request id; returns an answer."""


@dataclass(frozen=True)
class DeskAct:
    """An act in person at `path`.

    `message` decides whether it is possible. `title` is the button, `result` says that it is done, `note` what it
    means. `email`: the label of the field for an address, without one there is none; `needs_email`: it must be filled
    in. `asks_language`: it has a choice of languages. `discloses`: it shows data, and its evidence names who receives
    them.
    """

    path: str
    operation: Operation
    message: type[m.Message]
    title: str
    note: str
    result: str
    run: Run
    email: str = ""
    needs_email: bool = True
    asks_language: bool = False
    discloses: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """What its form asks for besides the document and the consent."""
        asked = {"email": bool(self.email), "recipient": self.discloses, "language": self.asks_language}
        return tuple(name for name, is_asked in asked.items() if is_asked)

    def answers(self, form: PostedForm) -> dict[str, str]:
        """What was typed into the form and is no evidence; an address that may be left empty is missing."""
        may_be_empty = () if self.needs_email else ("email",)
        answers = [name for name in self.fields if name != "recipient"]
        return {name: form[name] for name in answers if form[name].strip() or name not in may_be_empty}


async def _verify(desk: DeskGateway, about: str, _form: PostedForm, seen: Mapping[str, Any], request_id: str) -> object:
    return await desk.verify_identity(about, seen, request_id=request_id)


async def _reactivate(
    desk: DeskGateway, about: str, form: PostedForm, seen: Mapping[str, Any], request_id: str
) -> object:
    if not form["email"].strip():
        return await desk.reactivate(about, seen, request_id=request_id)
    return await desk.change_email_and_reactivate(about, form["email"], seen, request_id=request_id)


async def _change_email(
    desk: DeskGateway, about: str, form: PostedForm, seen: Mapping[str, Any], request_id: str
) -> object:
    return await desk.change_email(about, form["email"], seen, request_id=request_id)


async def _change_language(
    desk: DeskGateway, about: str, form: PostedForm, seen: Mapping[str, Any], request_id: str
) -> object:
    return await desk.change_language(about, form["language"], seen, request_id=request_id)


async def _close(desk: DeskGateway, about: str, _form: PostedForm, seen: Mapping[str, Any], request_id: str) -> object:
    return await desk.close(about, seen, request_id=request_id)


async def _disclose(
    desk: DeskGateway, about: str, _form: PostedForm, seen: Mapping[str, Any], request_id: str
) -> object:
    await desk.disclose(about, seen, request_id=request_id)
    return Disclosed(about, request_id)


async def _receipt(
    desk: DeskGateway, about: str, _form: PostedForm, seen: Mapping[str, Any], request_id: str
) -> object:
    await desk.receipt(about, seen, request_id=request_id)
    return Disclosed(about, request_id)


ACTS: Final = (
    DeskAct(
        "azonositas",
        Operation.DESK_VERIFY_IDENTITY,
        m.VerifyIdentity,
        N_("Verify the identity"),
        N_("The account becomes final; one that awaits its activation is final as soon as the code is entered."),
        N_("The identity is verified"),
        _verify,
    ),
    DeskAct(
        "ujraaktivalas",
        Operation.DESK_REACTIVATE,
        m.Reactivate,
        N_("Reactivate"),
        N_("A code goes out by e-mail; with it the client chooses a new password in time."),
        N_("The account is reactivated: its code goes out by e-mail"),
        _reactivate,
        email=N_("New e-mail address, if the registered one is dead"),
        needs_email=False,
    ),
    DeskAct(
        "nyugta",
        Operation.DESK_RECEIPT,
        m.Disclose,
        N_("Print the receipt"),
        N_("The receipt has the user name and the e-mail address. This is a disclosure of personal data."),
        N_("The receipt can be printed"),
        _receipt,
        discloses=True,
    ),
    DeskAct(
        "adatok",
        Operation.DESK_DISCLOSE,
        m.Disclose,
        N_("Disclose the data"),
        N_("All that the client has registered, on the screen for some minutes."),
        N_("The data is disclosed"),
        _disclose,
        discloses=True,
    ),
    DeskAct(
        "email",
        Operation.DESK_CHANGE_EMAIL,
        m.ChangeEmail,
        N_("Change the e-mail address"),
        N_(
            "The change takes effect at once. A code sent to the old address is void; if the client still needs one, a "
            "new code is sent."
        ),
        N_("The e-mail address is changed"),
        _change_email,
        email=N_("New e-mail address"),
    ),
    DeskAct(
        "nyelv",
        Operation.DESK_CHANGE_LANGUAGE,
        m.ChangeLanguage,
        N_("Change the language of the letters"),
        N_("Letters that leave from now on are in this language; no letter goes out about the change."),
        N_("The language of the letters is changed"),
        _change_language,
        asks_language=True,
    ),
    DeskAct(
        "megszuntetes",
        Operation.DESK_CLOSE,
        m.Close,
        N_("Close the registration"),
        N_("At the client’s request, and final: the personal data is erased once the last letter has had its time."),
        N_("The registration is closed"),
        _close,
    ),
)
