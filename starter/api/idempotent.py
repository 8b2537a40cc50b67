"""The header Idempotency-Key: an operation that starts something is done once, whatever becomes of the answer."""

import json
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Annotated, Final

from fastapi import Depends, Header, Request, Response

from registration.answers import json_of
from registration.errors import InvalidInput, UgyfelkapuError, Unavailable
from registration.input_rules import InputRule
from starter.api.on_record import put_on_record
from starter.api.problems import ProblemResponse, problem_response
from starter.api.services import ApiServices, Caller
from starter.gateway import Begun, Idempotency, StoredAnswer
from starter.serving.negotiation import language_of

_KEY: Final = re.compile(r'"?([\x21\x23-\x7e]{1,255})"?')
"""The draft's quoted string, or the same without quotes, as most clients send it."""

_FLEETING: Final = {401, 403, 429, 503}
"""Refusals that pass: the same request may succeed later."""

_FIRST_ERROR: Final = 400

Work = Callable[[str | None], Awaitable[object]]
"""Takes the id by which the engine knows the request; `None` where the caller does not care for repetitions."""


class Once:
    """Carries an operation out once for each caller and key."""

    def __init__(self, request: Request, key: str | None, caller: str, requests: Idempotency) -> None:
        """Without a key an operation is simply carried out."""
        self._request = request
        self._key = key
        self._caller = caller
        self._requests = requests

    async def __call__(self, status: int, operation: Work, location: str = "") -> Response:
        """The answer: `status` with what the operation returns, or its refusal.

        `location` is a template filled with the outcome's fields. Raises `InvalidInput`, `IdempotencyKeyReused`,
        `RequestInProgress`, and refusals that pass.
        """
        if self._key is None:
            return _response(_answer(status, await operation(None), location))
        begun = await self._requests.begin(self._caller, _checked(self._key), await self._content())
        if isinstance(begun, StoredAnswer):
            return await self._repeated(begun)
        try:
            answer = _answer(status, await operation(begun.request_id), location)
        except UgyfelkapuError as refusal:
            if refusal.problem.status in _FLEETING:
                await self._given_up(begun)
                raise
            kept = await self._requests.finish(begun, self._kept(refusal))
            return _response(kept) if refusal.is_on_record else await self._repeated(kept)
        except BaseException:
            await self._given_up(begun)
            raise
        return _response(await self._requests.finish(begun, answer))

    def _kept(self, refusal: UgyfelkapuError) -> StoredAnswer:
        answer = problem_response(refusal, language_of(self._request.scope))
        return StoredAnswer(answer.status_code, bytes(answer.body).decode(), refusal=type(refusal).__name__)

    async def _repeated(self, answer: StoredAnswer) -> Response:
        """A refusal that is repeated is another attempt."""
        if answer.refusal:
            await put_on_record(self._request, answer.refusal)
        return _response(answer)

    async def _given_up(self, begun: Begun) -> None:
        with suppress(Unavailable):  # then it counts as abandoned soon
            await self._requests.release(begun)

    async def _content(self) -> str:
        """Work and body, if it takes one; the order of fields and white space make no difference."""
        takes_body = self._request.scope["route"].body_field is not None
        body = json.dumps(await self._request.json(), sort_keys=True) if takes_body else ""
        return f"{self._request.method} {self._request.url.path}\n{body}"


def _checked(key: str) -> str:
    found = _KEY.fullmatch(key)
    if found is None:
        raise InvalidInput(field="Idempotency-Key", rule=InputRule.IDEMPOTENCY_KEY)
    return found[1]


def _answer(status: int, outcome: object, location: str) -> StoredAnswer:
    return StoredAnswer(status, json_of(outcome), location.format(**vars(outcome)) or None)


def _response(answer: StoredAnswer) -> Response:
    media = ProblemResponse.media_type if answer.status >= _FIRST_ERROR else "application/json"
    headers = {"Location": answer.location} if answer.location else None
    return Response(answer.body, answer.status, headers, media)


async def _once(
    request: Request,
    services: ApiServices,
    caller: Caller,
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Up to 255 visible ASCII characters, new for each request and the same when it is repeated: "
            "for 24 hours the repetition gets the answer of the first.",
            examples=["0b8f3c0e-6f0e-4f4e-9d0e-1a2b3c4d5e6f"],
        ),
    ] = None,
) -> Once:
    return Once(request, idempotency_key, caller.id, services.idempotency)


OnceOnly = Annotated[Once, Depends(_once)]
