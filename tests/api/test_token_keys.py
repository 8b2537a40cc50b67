"""The issuer's keys: from a file or an address, kept for a while, looked at again when an unknown one turns up."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from joserfc.jwk import Key
from structlog.testing import capture_logs

from registration.errors import Unavailable
from settings.setting_rules import SettingsError
from starter.gateway.jwt import TokenRefused, public_keys
from starter.gateway.token_keys import TokenKeys
from starter.gateway.tokens import Tokens
from tests.api.issuer import AUDIENCE, ISSUER, ec, okp, published, rsa, token


@dataclass
class Clock:
    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Provider:
    """An identity provider's JWKS, over real HTTP."""

    keys: list[Key]
    status: int = 200
    asked: int = 0
    first_part: int = 10
    pause: float = 0
    url: str = field(default="", init=False)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        answer = web.StreamResponse(status=self.status)
        await answer.prepare(request)
        content = json.dumps(public_keys(self.keys)).encode()
        for part in (content[: self.first_part], content[self.first_part :]):
            await answer.write(part)
            await asyncio.sleep(self.pause)
        return answer


@asynccontextmanager
async def serving(provider: Provider) -> AsyncIterator[Provider]:
    application = web.Application()
    application.router.add_get("/jwks", provider.answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    provider.url = f"http://127.0.0.1:{runner.addresses[0][1]}/jwks"
    try:
        yield provider
    finally:
        await runner.cleanup()


async def names(tokens: Tokens, key: Key) -> bool:
    try:
        return (await tokens.principal(token(key))).id == "portal-1"
    except TokenRefused:
        return False


async def test_a_rotated_key_is_found_and_the_old_one_works_until_it_is_withdrawn() -> None:
    old, new, clock = rsa("2026"), rsa("2027"), Clock()
    async with serving(Provider([old])) as provider:
        tokens = Tokens(TokenKeys(provider.url, clock), ISSUER, AUDIENCE)
        assert await names(tokens, old)
        provider.keys = [new, old]
        clock.seconds += 31
        assert await names(tokens, new)
        assert await names(tokens, old)
        provider.keys = [new]
        clock.seconds += 601
        assert not await names(tokens, old)


async def test_a_token_that_was_verified_before_ends_with_its_key() -> None:
    withdrawn, other, clock = rsa("2026"), rsa("2027"), Clock()
    async with serving(Provider([withdrawn])) as provider:
        tokens, known = Tokens(TokenKeys(provider.url, clock), ISSUER, AUDIENCE), token(withdrawn)
        assert await tokens.principal(known) == await tokens.principal(known)
        provider.keys = [other]
        clock.seconds += 601
        with pytest.raises(TokenRefused):
            await tokens.principal(known)


async def test_unknown_keys_make_us_ask_at_most_every_thirty_seconds() -> None:
    """Else anybody could have us flood the issuer."""
    known, clock = ec(), Clock()
    async with serving(Provider([known])) as provider:
        tokens = Tokens(TokenKeys(provider.url, clock), ISSUER, AUDIENCE)
        assert await names(tokens, known)
        assert not any(await asyncio.gather(*(names(tokens, ec(f"unknown-{number}")) for number in range(50))))
        assert provider.asked == 1
        clock.seconds += 31
        assert not any(await asyncio.gather(*(names(tokens, ec(f"unknown-{number}")) for number in range(50))))
        assert provider.asked == 2


async def test_known_keys_outlive_an_issuer_that_is_away() -> None:
    known, clock = ec(), Clock()
    async with serving(Provider([known])) as provider:
        tokens = Tokens(TokenKeys(provider.url, clock), ISSUER, AUDIENCE)
        assert await names(tokens, known)
        provider.status = 500
        clock.seconds += 601
        assert await names(tokens, known)
        assert provider.asked == 2


async def test_without_any_key_the_service_is_unavailable_not_forbidden() -> None:
    known, clock = ec(), Clock()
    async with serving(Provider([known], status=503)) as provider:
        tokens = Tokens(TokenKeys(provider.url, clock), ISSUER, AUDIENCE)
        tries = await asyncio.gather(*(tokens.principal(token(ec())) for _ in range(50)), return_exceptions=True)
        assert all(isinstance(outcome, Unavailable) for outcome in tries)
        assert provider.asked == 1
        provider.status = 200
        clock.seconds += 6
        assert await names(tokens, known)


async def test_a_set_of_keys_may_come_in_parts() -> None:
    """As whatever is longer than one packet does."""
    known = ec()
    async with serving(Provider([rsa(), known], first_part=100, pause=0.05)) as provider:
        assert await names(Tokens(TokenKeys(provider.url), ISSUER, AUDIENCE), known)


@pytest.mark.parametrize("key", [rsa(), ec(), okp()], ids=lambda key: key.key_type)
async def test_keys_may_be_given_as_pem(tmp_path: Path, key: Any) -> None:  # noqa: ANN401  any key
    """PEM names no `kid`: whatever the token names, it is tried."""
    file = tmp_path / "keys.pem"
    file.write_bytes(ec().as_pem(private=False) + key.as_pem(private=False))
    tokens = Tokens(TokenKeys(str(file)), ISSUER, AUDIENCE)
    assert await names(tokens, key)
    assert not await names(tokens, ec())


async def test_a_file_is_read_again_for_an_unknown_key(tmp_path: Path) -> None:
    old, new, clock = ec("old"), ec("new"), Clock()
    tokens = Tokens(TokenKeys(str(published(tmp_path, old)), clock), ISSUER, AUDIENCE)
    assert await names(tokens, old)
    published(tmp_path, old, new)
    clock.seconds += 31
    assert await names(tokens, new)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b'{"keys": []}', b'{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}', b"\xff", b'{"keys": 7}'],
    ids=repr,
)
async def test_a_file_that_is_no_set_of_keys_is_refused_at_the_start_by_the_setting_s_name(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "keys.json"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"^UGYFELKAPU_TOKEN_KEYS: "):
        await TokenKeys(str(file)).load()


async def test_a_missing_file_is_refused_too(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^UGYFELKAPU_TOKEN_KEYS: "):
        await TokenKeys(str(tmp_path / "nothing")).load()


async def test_keys_of_a_kind_that_is_not_known_are_passed_over(tmp_path: Path) -> None:
    """RFC 7517, section 5: a set may hold keys of the future."""
    known = ec()
    file = tmp_path / "keys.json"
    future = {"kty": "LATTICE", "kid": "later"}
    file.write_text(json.dumps({"keys": [future, known.as_dict(private=False)]}), encoding="utf-8")
    assert await names(Tokens(TokenKeys(str(file)), ISSUER, AUDIENCE), known)


@pytest.mark.parametrize(
    "location",
    [
        "http://issuer.example/jwks",
        "HTTP://issuer.example/jwks",
        "http://127.0.0.1.example/",
        "http://localhost@evil.example/",
    ],
)
def test_keys_are_never_fetched_over_plain_http_from_another_host(location: str) -> None:
    """Whoever is on the way could put keys of their own there."""
    with pytest.raises(SettingsError, match="UGYFELKAPU_TOKEN_KEYS: must be an https address"):
        TokenKeys(location)


async def test_until_a_key_was_had_the_issuer_is_asked_again_and_the_log_names_the_setting() -> None:
    """So a process whose issuer is away is not ready, says why, and becomes ready by itself."""
    provider, clock = Provider([], status=500), Clock()
    async with serving(provider) as issuer:
        keys = TokenKeys(issuer.url, clock)
        await keys.load()
        with capture_logs() as logs:
            assert not await keys.known()
            assert not await keys.known()
            provider.keys, provider.status = [okp("k1")], 200
            clock.seconds += 6
            assert await keys.known()
            assert await keys.known()
    assert provider.asked == 2
    assert [(line["event"], line["setting"]) for line in logs] == [("token_keys_unavailable", "UGYFELKAPU_TOKEN_KEYS")]
