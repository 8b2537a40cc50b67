"""Forms, bodies and cookies that no page of ours makes: each has an answer, and none is an error of ours."""

from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import quote_plus

import pytest
from hypothesis import strategies as st

from starter.dev.installation import World
from starter.dev.samples import PASSWORD, another_address
from starter.pages.citizen.app import ROUTES
from tests.support.crawling import Page
from tests.support.hostile import drawn
from tests.support.visitors import Visitor, heading, hidden, visitor

POSTS: Final = sorted(route.path for route in ROUTES if "POST" in (route.methods or ()))
FIELDS: Final = (
    "user_name",
    "password",
    "present_password",
    "code",
    "email",
    "validity_days",
    "language",
    "family_name",
    "given_name",
    "birth_name",
    "birth_place",
    "birth_year",
    "birth_month",
    "birth_day",
    "mothers_birth_name",
    "form_key",
)
FORM: Final = "application/x-www-form-urlencoded"
ANSWERED: Final = {204, 303, 400, 404, 413, 422, 429}
SOME: Final = 15
"""Forms for each route."""

_VALUES: Final = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=20),
    st.sampled_from(["\0", "\ud800", "\udfff\ud800", "a\r\nSet-Cookie: a=b", "\u202e", "<script>", "{{ 7 * 7 }}"]),
    st.sampled_from(["9" * 5_000, "-1", "1e999", "١٢", "0x10", "null", PASSWORD, "AAAA-AAAA-AAAA-AAAA"]),
    st.builds(lambda size: "x" * size, st.sampled_from([65, 256, 3_000, 50_000])),
)
_FORMS: Final = st.lists(st.tuples(st.sampled_from(FIELDS), _VALUES), max_size=len(FIELDS))
_RAW: Final = st.binary(max_size=200)


def encoded(fields: list[tuple[str, str]]) -> bytes:
    """As a form, lone surrogates as the bytes that no UTF-8 has."""
    return "&".join(f"{name}={quote_plus(value.encode('utf-8', 'surrogatepass'))}" for name, value in fields).encode()


@pytest.mark.parametrize("path", POSTS)
async def test_whatever_is_typed_has_an_answer(world: World, somebody: Visitor, path: str) -> None:
    """By somebody who is logged in and has the right token, so that it gets as far as it can."""
    _, filled = await world.active()
    await somebody.log_in(filled["user_name"])
    token = b"&form_token=" + hidden((await somebody.get("/kod/jelszo")).text)["form_token"].encode()
    every_field = [encoded([(name, value) for name in FIELDS]) for value in ("\0", "\ud800", "", "ű" * 300)]
    for body in (*every_field, *map(encoded, drawn(_FORMS, SOME)), *drawn(_RAW, SOME)):
        somebody.http.headers["X-Forwarded-For"] = another_address()
        answer = await somebody.http.post(path, content=body + token, headers={"Content-Type": FORM})
        # What ends in the middle of a field of its own takes the token with it; after log-out no token is right.
        has_token = body in every_field and path != "/kilepes"
        assert answer.status_code in (ANSWERED if has_token else {*ANSWERED, 403}), body
        assert not Page(answer).odd_attributes


@pytest.mark.parametrize("name", ["user_name", "password"])
async def test_letters_that_no_text_has_are_refused_like_others(somebody: Visitor, name: str) -> None:
    for value in ("\0", "a\0b", "\ud800"):
        page = hidden((await somebody.get("/")).text)
        sent = encoded([("user_name", "nobody.at.all"), ("password", "x"), (name, value), *page.items()])
        somebody.http.headers["X-Forwarded-For"] = another_address()
        answer = await somebody.http.post("/", content=sent, headers={"Content-Type": FORM})
        assert (answer.status_code, heading(answer)) == (422, "Log in")


@pytest.mark.parametrize(("count", "status"), [(38, 422), (39, 400), (1_000, 400)])
async def test_a_form_has_at_most_forty_fields(somebody: Visitor, count: int, status: int) -> None:
    """Two are hidden ones."""
    more = {f"field_{number}": "x" for number in range(count)}
    answer = await somebody.post("/", more)
    assert answer.status_code == status


async def test_a_body_that_is_too_large_is_refused_however_it_comes(somebody: Visitor) -> None:
    token = hidden((await somebody.get("/")).text)["form_token"]

    async def in_chunks() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b"x" * 1024

    for content in (b"x" * 70_000, in_chunks()):
        answer = await somebody.http.post(
            "/", content=content, params={"form_token": token}, headers={"Content-Type": FORM}
        )
        assert (answer.status_code, heading(answer)) == (413, "Too much was sent")


@pytest.mark.parametrize(
    "media_type",
    [
        "multipart/form-data; boundary=x",
        "multipart/form-data; charset=utf-7; boundary=x",
        "multipart/form-data",
        "application/json",
        "text/plain",
        "application/x-www-form-urlencodedx",
        "a" * 5_000,
    ],
)
async def test_what_is_no_form_of_ours_is_not_read(somebody: Visitor, media_type: str) -> None:
    """Neither a file nor another coding of letters reaches a parser."""
    token = hidden((await somebody.get("/")).text)["form_token"]
    part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    body = part.format("form_token", token) + part.format("user_name", "+2AA-") + "--x--\r\n"
    answer = await somebody.http.post("/", content=body.encode(), headers={"Content-Type": media_type})
    assert (answer.status_code, heading(answer)) == (400, "The form could not be read")


@pytest.mark.parametrize(
    "cookie",
    [
        "ugyfelkapu-session=" + "A" * 43,
        "ugyfelkapu-session=" + "A" * 9_000,
        'ugyfelkapu-session="\\000\\012"; ugyfelkapu-form="\\012' + "a" * 20 + '"',
        "ugyfelkapu-form=" + "é" * 24,
        "ugyfelkapu-form=" + ";" * 500,
        "ugyfelkapu-form=a; ugyfelkapu-form=b",
        "ugyfelkapu-language=xx; ugyfelkapu-language=../../hu",
        "=; ;=;,,,",
        "\x01\xff",
    ],
)
async def test_whatever_the_cookies_are_there_is_a_page(url: str, cookie: str) -> None:
    """A cookie that is none of ours is replaced by one that is."""
    async with visitor(url, headers={"Cookie": cookie.encode("latin-1")}) as somebody:
        for path in ("/", "/fiok", "/regisztracio/felhasznalonev", "/kod/jelszo/kesz/" + "A" * 22):
            answer = await somebody.get(path)
            assert answer.status_code in {200, 303, 400}
            if answer.status_code == 400:  # bytes that no header has are answered before the site
                assert cookie == "\x01\xff"
                continue
            assert any(line.startswith("ugyfelkapu-form=") for line in answer.headers.get_list("set-cookie"))
        token = hidden((await somebody.get("/")).text).get("form_token", "")
        assert (await somebody.http.post("/", data={"form_token": token})).status_code in {400, 403}
