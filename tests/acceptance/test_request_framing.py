"""Where a request ends is read in one way, or not at all (RFC 9112, sections 2 to 6 and 11.2)."""

import json

import pytest

from tests.support.api import Api
from tests.support.sockets import connected_to

LIVEZ = b"GET /livez HTTP/1.1\r\nHost: api\r\n\r\n"
POST = b"POST /v1/sessions HTTP/1.1\r\nHost: api\r\nContent-Type: application/json\r\n"
HIDDEN = b"GET /livez HTTP/1.1\r\nHost: hidden\r\n\r\n"

AMBIGUOUS = {
    "a length and chunks": POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "chunks and a length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + HIDDEN,
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}" + HIDDEN,
    "the same length twice": POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "a list of lengths": POST + b"Content-Length: 2, 2\r\n\r\n{}",
    "a signed length": POST + b"Content-Length: +2\r\n\r\n{}",
    "a hexadecimal length": POST + b"Content-Length: 0x2\r\n\r\n{}",
    "a negative length": POST + b"Content-Length: -2\r\n\r\n{}",
    "an empty length": POST + b"Content-Length:\r\n\r\n{}",
    "a length beyond all numbers": POST + b"Content-Length: 99999999999999999999999\r\n\r\n{}",
    "an Arabic digit": POST + "Content-Length: ٢\r\n\r\n{}".encode(),
    "two codings": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a list of codings": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "an unknown coding": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a coding behind white space": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a coding behind a vertical tab": POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "a coding in HTTP/1.0": POST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a folded line": POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "a line that continues nothing": b"GET /livez HTTP/1.1\r\n Host: api\r\n\r\n",
    "a bare line feed between fields": b"GET /livez HTTP/1.1\r\nHost: api\nContent-Length: 0\r\n\r\n",
    "bare line feeds alone": b"GET /livez HTTP/1.1\nHost: api\n\n",
    "a bare carriage return": b"GET /livez HTTP/1.1\r\nHost: api\rX: y\r\n\r\n",
    "a NUL": b"GET /livez HTTP/1.1\r\nHost: a\0pi\r\n\r\n",
    "a field without a colon": b"GET /livez HTTP/1.1\r\nHost: api\r\nContent-Length\r\n\r\n",
    "a field without a name": b"GET /livez HTTP/1.1\r\nHost: api\r\n: 1\r\n\r\n",
    "two hosts": b"GET /livez HTTP/1.1\r\nHost: api\r\nHost: api\r\n\r\n",
    "no host": b"GET /livez HTTP/1.1\r\n\r\n",
    "a tab in the request line": b"GET\t/livez HTTP/1.1\r\nHost: api\r\n\r\n",
    "two spaces in the request line": b"GET  /livez HTTP/1.1\r\nHost: api\r\n\r\n",
    "no version": b"GET /livez\r\nHost: api\r\n\r\n",
    "version 2": b"GET /livez HTTP/2.0\r\nHost: api\r\n\r\n",
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": bytes.fromhex("16030100c8010000c40303") + b"\n" * 8,
    "a hundred and one fields": b"GET /livez HTTP/1.1\r\nHost: api\r\n" + b"X: y\r\n" * 100 + b"\r\n",
    "a chunk without a length": POST + b"Transfer-Encoding: chunked\r\n\r\nz\r\n{}\r\n0\r\n\r\n",
    "a chunk that is longer than it says": POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n",
}
"""Each is refused and the connection closed, so that nothing behind it is ever taken for a request."""


@pytest.mark.parametrize("name", AMBIGUOUS)
@pytest.mark.parametrize("language", ["en", "hu"])
async def test_a_request_that_can_be_read_in_two_ways_is_refused_and_the_connection_closed(
    api: Api, name: str, language: str
) -> None:
    """A token makes no difference: where a body is read only then, chunks are refused only then."""
    line, _, rest = AMBIGUOUS[name].partition(b"\r\n")
    fields = f"Authorization: {api.http.headers['Authorization']}\r\nAccept-Language: {language}\r\n".encode()
    async with connected_to(api.url) as connection:
        await connection.send(line + b"\r\n" + fields + rest if rest else AMBIGUOUS[name])
        head, _, body = (await connection.rest()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 "), head
    assert b"connection: close" in head.lower()
    assert b"content-type: application/problem+json" in head.lower()
    problem = json.loads(body)
    assert problem["type"] == "urn:ugyfelkapu:problem:malformed-request"
    assert problem["detail"].endswith(".")


async def test_byte_for_byte_makes_no_difference(api: Api) -> None:
    """Neither to what is refused nor to what is answered."""
    for request, status in ((LIVEZ, b"200"), (AMBIGUOUS["a bare line feed between fields"], b"400")):
        async with connected_to(api.url) as connection:
            for byte in request:
                await connection.send(bytes([byte]))
            if status == b"200":
                assert (await connection.answer())[0] == 200
            else:
                assert (await connection.rest()).split(b" ")[1] == status


async def test_a_head_above_16_kb_is_refused(api: Api) -> None:
    """Whole or not: no client fills the memory with one that never ends."""
    for sent in (
        LIVEZ.removesuffix(b"\r\n") + b"X: " + b"y" * 16_384,
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: api\r\n\r\n",
    ):
        async with connected_to(api.url) as connection:
            await connection.send(sent)
            answer = await connection.rest()
            assert answer.startswith(b"HTTP/1.1 431 "), answer
            assert b"urn:ugyfelkapu:problem:head-too-large" in answer


async def test_what_is_sound_is_answered_and_the_connection_goes_on(api: Api) -> None:
    """An empty line before a request, chunks, white space around values, and a body that no operation reads."""
    chunked = POST + b"Transfer-Encoding: Chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    async with connected_to(api.url) as connection:
        for request, status in (
            (LIVEZ, 200),
            (b"\r\n" + LIVEZ, 200),
            (b'GET /livez HTTP/1.1\r\nHost:\t api \r\nX-Name: \xc3\xa1 "(b)"\r\n\r\n', 200),
            (chunked, 401),
            (POST + b"Content-Length: 2\r\n\r\n{}", 401),
            (LIVEZ, 200),
        ):
            await connection.send(request)
            assert (await connection.answer())[0] == status
    async with connected_to(api.url) as connection:
        await connection.send(b"GET /livez HTTP/1.0\r\n\r\n")
        assert (await connection.rest()).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("before", [LIVEZ, POST + b"Content-Length: 2\r\n\r\n{}"], ids=["GET", "POST"])
async def test_what_comes_behind_a_request_before_its_answer_is_no_request(api: Api, before: bytes) -> None:
    """One answer, which says that it is the last, and the connection is closed: clients ask anew on another."""
    async with connected_to(api.url) as connection:
        await connection.send(before + HIDDEN)
        answers = await connection.rest()
    assert answers.count(b"HTTP/1.1 ") == 1, answers
    assert b"connection: close" in answers.lower()


async def test_a_body_that_comes_after_its_answer_may_bring_the_next_request_with_it(api: Api) -> None:
    """As clients do that send head and body apart; that request is checked like any other."""
    for behind, status in ((LIVEZ, 200), (AMBIGUOUS["a length and chunks"], 400)):
        async with connected_to(api.url) as connection:
            await connection.send(POST + b"Content-Length: 4\r\n\r\n{}")
            assert (await connection.answer())[0] == 401
            await connection.send(b"  " + behind)
            assert (await connection.answer())[0] == status
            if status == 200:
                await connection.send(LIVEZ)
                assert (await connection.answer())[0] == status
            else:
                assert await connection.rest() == b""
