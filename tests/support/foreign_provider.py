"""An OpenID provider that is not ours: npm's `oidc-provider`, pinned in `tests/acceptance/provider/`."""

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from joserfc.jwk import Key

from starter.dev.ports import LOOPBACK
from starter.gateway.jwt import public_keys
from starter.gateway.staff_sign_in import ANSWER_PATH, SIGNED_OUT_PATH
from tests.support.api import ANSWER_SECONDS

_SOURCE: Final = Path(__file__).parents[1] / "acceptance" / "provider"
_INSTALL_SECONDS: Final = 300
"""On a busy machine, packages fetched and all."""

_START_SECONDS: Final = 60
_FORM: Final = re.compile(r'<form[^>]* action="([^"]+)"')
_HIDDEN: Final = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def install_provider(folder: Path) -> None:
    """Installs it into a folder. AssertionError where npm cannot."""
    for file in _SOURCE.iterdir():
        shutil.copy(file, folder)
    command = ("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False)
    assert done.returncode == 0, done.stderr


def registered(client_id: str, site: str, *, secret: str | None = None, key: Key | None = None) -> dict[str, Any]:
    """A client as the provider knows it: with the addresses of the site, and its secret or its public key."""
    proof: dict[str, Any] = {"client_secret": secret} if key is None else {"jwks": public_keys([key])}
    method = "client_secret_basic" if key is None else "private_key_jwt"
    return {
        "client_id": client_id,
        "redirect_uris": [f"{site}{ANSWER_PATH}"],
        "post_logout_redirect_uris": [f"{site}{SIGNED_OUT_PATH}"],
        "token_endpoint_auth_method": method,
        **({} if key is None else {"token_endpoint_auth_signing_alg": key.alg}),
        **proof,
    }


@asynccontextmanager
async def running_provider(
    folder: Path, port: int, clients: Sequence[dict[str, Any]], key: Key, accounts: Mapping[str, dict[str, Any]]
) -> AsyncIterator[str]:
    """The provider on a port, and its issuer; it signs with a key, and has the claims of each account by its id."""
    told = {
        "port": port,
        "clients": list(clients),
        "jwks": {"keys": [key.as_dict(private=True)]},
        "accounts": accounts,
    }
    running = await asyncio.create_subprocess_exec(
        "node",
        "server.js",
        json.dumps(told),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert running.stdout
        async with asyncio.timeout(_START_SECONDS):
            while await running.stdout.readline() != b"listening\n":
                assert running.returncode is None
        yield f"http://{LOOPBACK}:{port}"
    finally:
        running.kill()
        await running.wait()


@asynccontextmanager
async def browsing() -> AsyncIterator["Browser"]:
    """A browser that the provider does not know yet."""
    async with httpx.AsyncClient(timeout=ANSWER_SECONDS, headers={"Accept": "text/html"}) as http:
        yield Browser(http)


@dataclass(frozen=True)
class Browser:
    """A browser at the provider: keeps its cookies, and fills in its forms."""

    http: httpx.AsyncClient

    async def signs_in(self, address: str, who: str, *, site: str) -> str:
        """Where the provider leads to from an address of its own, once `who` has signed in there."""
        return await self._through(address, {"login": who, "password": "any"}, site)

    async def signs_out(self, address: str, *, site: str) -> str:
        """The same for a sign-out, which the person confirms."""
        return await self._through(address, {"logout": "yes"}, site)

    async def led_on(self, address: str, *, site: str) -> str:
        """The same where the provider asks nothing."""
        return await self._through(address, {}, site)

    async def _through(self, address: str, typed: dict[str, str], site: str) -> str:
        answer = await self.http.get(address)
        for _ in range(10):
            if "location" in answer.headers:
                address = str(answer.url.join(answer.headers["location"]))
                if address.startswith(site):
                    return address
                answer = await self.http.get(address)
                continue
            form = _FORM.search(answer.text)
            assert form, (answer.status_code, answer.text)
            answer = await self.http.post(answer.url.join(form[1]), data=dict(_HIDDEN.findall(answer.text)) | typed)
        raise AssertionError(address)
