"""Staff sign in at a provider that is not ours: npm's `oidc-provider`, which is certified."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
import pytest_asyncio
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from starlette.applications import Starlette
from structlog.testing import capture_logs

from registration.errors import SignInFailed, Unavailable
from starter.dev.installation import World
from starter.dev.ports import LOOPBACK, ReservedPorts
from starter.gateway import StaffSignIn, openid
from starter.gateway.openid import Challenge, OpenIdProvider
from starter.gateway.openid_client import OpenIdClient
from starter.gateway.staff_sign_in import ANSWER_PATH, SIGNED_OUT_PATH
from starter.pages.bare_page import bare_page
from starter.pages.server import staff_site_on
from starter.pages.staff.app import build
from starter.serving.server import serving
from store.rows import BegunSignIn
from tests.support.foreign_provider import Browser, browsing, install_provider, registered, running_provider
from tests.support.staff import STAFF_SESSION, query_of
from tests.support.visitors import Visitor, heading, visitor

CLIENT: Final = "ugyfelkapu-munkatarsak"
OTHER: Final = "another-application"
SECRET: Final = "a secret: with/special+signs 32 long"
CLERK: Final = "clerk-7"
ACCOUNTS: Final = {CLERK: {"roles": ["clerk"], "office": "1051"}}


def signing(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "alg": "RS256", "use": "sig"})


@dataclass
class Clock:
    """Of our side: what the provider says of itself, and its keys, are asked for again by it."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Scene:
    """Where both sides are, and what they know each other by."""

    folder: Path
    world: World
    site: str
    port: int
    provider_port: int
    key: Key
    clock: Clock = field(default_factory=Clock)

    @property
    def issuer(self) -> str:
        return f"http://{LOOPBACK}:{self.provider_port}"

    def clients(self) -> list[dict[str, Any]]:
        """One that proves itself by a key, and another application's of the same organisation."""
        return [registered(CLIENT, self.site, key=self.key), registered(OTHER, self.site, secret=SECRET)]

    def running(self, kid: str = "1") -> AbstractAsyncContextManager[str]:
        """The provider, with a key of its own."""
        return running_provider(self.folder, self.provider_port, self.clients(), signing(kid), ACCOUNTS)

    def provider(self, **changes: Any) -> OpenIdProvider:  # noqa: ANN401  fields of OpenIdClient
        """Our side."""
        return OpenIdProvider(replace(OpenIdClient(self.issuer, CLIENT, self.key), **changes), self.clock)

    @asynccontextmanager
    async def pages(self) -> AsyncIterator[str]:
        """The pages for staff, whose clock is the scene's."""
        changes = {"staff_url": self.site, "staff_issuer": self.issuer, "staff_client_id": CLIENT}
        site = staff_site_on(self.world.settings.model_copy(update=changes), self.world.engine)
        provider = self.provider()
        sign_in = StaffSignIn(self.world.engine, provider, site.sessions, self.site)
        app: Starlette = build(replace(site, provider=provider, sign_in=sign_in))
        async with serving(app, f"{LOOPBACK}:{self.port}", "staff_address", bare_page) as url:
            yield url


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("provider")
    install_provider(folder)
    return folder


@pytest_asyncio.fixture(loop_scope="session")
async def scene(installed: Path, world: World) -> AsyncIterator[Scene]:
    ports = ReservedPorts(2)
    port, provider_port = ports.numbers
    key = ECKey.generate_key("P-256", {"kid": "our-key", "alg": "ES256", "use": "sig"})
    yield Scene(installed, world, f"http://{LOOPBACK}:{port}", port, provider_port, key)
    del ports


async def asked(somebody: Visitor) -> str:
    """Where our sign-in page leads to."""
    return (await somebody.post("/belepes", at="/")).headers["location"]


async def signed_in(scene: Scene, somebody: Visitor, browser: Browser, who: str = CLERK) -> str:
    """The address that the provider leads back to; it is opened."""
    address = await browser.signs_in(await asked(somebody), who, site=scene.site)
    answer = await somebody.get(address)
    assert (answer.status_code, answer.headers.get("location")) == (303, "/"), answer.text
    return address


def begun(challenge: Challenge) -> BegunSignIn:
    """The sign-in of a challenge, begun now."""
    return BegunSignIn(challenge.nonce, challenge.verifier, datetime.now(UTC))


async def code_for(scene: Scene, provider: OpenIdProvider) -> tuple[dict[str, str], BegunSignIn]:
    """A fresh answer of the provider to our side, without any page of ours."""
    challenge = Challenge.new()
    ours = begun(challenge)
    url = await provider.authorization_url(challenge, f"{scene.site}{ANSWER_PATH}", "hu")
    async with browsing() as browser:
        return dict(query_of(await browser.signs_in(url, CLERK, site=scene.site))), ours


async def test_a_clerk_signs_in_with_a_private_key_and_signs_out_at_the_provider_too(scene: Scene) -> None:
    async with (
        browsing() as browser,
        scene.running(),
        scene.pages() as url,
        visitor(url) as clerk,
    ):
        address = await signed_in(scene, clerk, browser)
        assert {"code", "state", "iss"} == set(query_of(address))
        page = await clerk.get("/")
        assert "clerk-7" in page.text
        assert "Budapest V. kerületi Okmányiroda" in page.text
        left = (await clerk.post("/kilepes", at="/")).headers["location"]
        assert left.startswith(f"{scene.issuer}/session/end?")
        assert query_of(left)["post_logout_redirect_uri"] == f"{scene.site}{SIGNED_OUT_PATH}"
        back = await browser.signs_out(left, site=scene.site)
        assert heading(await clerk.get(back)) == "You have signed out"
        assert heading(await clerk.get("/")) == "Sign in"
        async with visitor(url) as next_one:
            request = (await asked(next_one)).replace("&max_age=0", "")
            page = await browser.http.get(request, follow_redirects=True)
            assert "password" in page.text, "the provider has forgotten the person"


async def test_a_session_at_the_provider_alone_is_no_sign_in(scene: Scene) -> None:
    """So an idle workstation is locked: whoever sits down there proves who they are, also with a changed request."""
    async with browsing() as browser, scene.running(), scene.pages() as url, visitor(url) as clerk:
        await signed_in(scene, clerk, browser)
        async with visitor(url) as next_one:
            request = await asked(next_one)
            await asyncio.sleep(2)  # the provider counts whole seconds: by then the sign-in before is an older one
            page = await browser.http.get(request, follow_redirects=True)
            assert "password" in page.text, "the provider asks again"
        async with visitor(url) as next_one:
            bent = (await asked(next_one)).replace("&max_age=0", "")
            with capture_logs() as logs:
                answer = await next_one.get(await browser.led_on(bent, site=scene.site))
            assert (answer.status_code, heading(answer)) == (403, "Sign-in not completed")
            assert "missing_claim auth_time" in [line.get("reason") for line in logs]
        provider, challenge = scene.provider(), Challenge.new()
        address = f"{scene.site}{ANSWER_PATH}"
        bent = (await provider.authorization_url(challenge, address, "hu")).replace("max_age=0", "max_age=86400")
        code = dict(query_of(await browser.led_on(bent, site=scene.site)))
        later = replace(begun(challenge), begun_at=datetime.now(UTC) + timedelta(minutes=1))
        with capture_logs() as logs, pytest.raises(SignInFailed):
            await provider.identity(code, address, later)
        assert [line["reason"] for line in logs] == ["expired auth_time"]


async def test_a_client_with_a_secret_signs_in(scene: Scene) -> None:
    """HTTP's basic authentication, whatever signs the secret has."""
    async with scene.running():
        provider = scene.provider(id=OTHER, key=None, secret=SECRET)
        answer, ours = await code_for(scene, provider)
        identity = await provider.identity(answer, f"{scene.site}{ANSWER_PATH}", ours)
    assert (identity.claims["sub"], identity.claims["roles"], identity.claims["office"]) == (
        "clerk-7",
        ["clerk"],
        "1051",
    )


@pytest.mark.parametrize(
    "key",
    [
        RSAKey.generate_key(2048, {"kid": "rsa", "alg": "RS256"}),
        RSAKey.generate_key(2048, {"kid": "pss", "alg": "PS256"}),
        OKPKey.generate_key("Ed25519", {"kid": "ed", "alg": "EdDSA"}),
    ],
    ids=lambda key: key.alg,
)
async def test_keys_of_each_kind_prove_who_we_are(scene: Scene, key: Key) -> None:
    scene.key = key
    async with scene.running():
        provider = scene.provider()
        answer, ours = await code_for(scene, provider)
        assert await provider.identity(answer, f"{scene.site}{ANSWER_PATH}", ours)


async def test_a_client_that_the_provider_does_not_know_by_this_key_is_for_operators(scene: Scene) -> None:
    """The person can do nothing about it: the page says that the service is away, the log why."""
    wrong = ECKey.generate_key("P-256", {"kid": "our-key", "alg": "ES256"})
    async with scene.running():
        answer, ours = await code_for(scene, scene.provider())
        with pytest.raises(Unavailable) as refused:
            await scene.provider(key=wrong).identity(answer, f"{scene.site}{ANSWER_PATH}", ours)
    assert refused.value.facts == {"dependency": "SIGN_IN", "reason": "invalid_client"}


async def test_the_provider_changes_its_key_while_we_run(scene: Scene) -> None:
    async with scene.pages() as url:
        for kid in ("old", "new"):
            scene.clock.seconds += 31
            async with (
                scene.running(kid),
                visitor(url) as clerk,
                browsing() as browser,
            ):
                await signed_in(scene, clerk, browser)
                assert STAFF_SESSION in clerk.http.cookies


async def test_an_id_token_of_another_nonce_or_for_another_client_is_refused(scene: Scene) -> None:
    address = f"{scene.site}{ANSWER_PATH}"
    async with scene.running():
        provider, other = scene.provider(), scene.provider(id=OTHER, key=None, secret=SECRET)
        answer, ours = await code_for(scene, provider)
        with pytest.raises(SignInFailed):
            await provider.identity(answer, address, replace(ours, nonce=Challenge.new().nonce))
        answer, ours = await code_for(scene, other)
        stolen = await other.identity(answer, address, ours)
        with pytest.raises(SignInFailed):
            await provider._verified(stolen.id_token, await provider._metadata(), ours)
        assert await other._verified(stolen.id_token, await other._metadata(), ours)


async def test_a_code_of_another_client_or_another_verifier_is_refused(scene: Scene) -> None:
    address = f"{scene.site}{ANSWER_PATH}"
    async with scene.running():
        provider, other = scene.provider(), scene.provider(id=OTHER, key=None, secret=SECRET)
        answer, ours = await code_for(scene, other)
        with pytest.raises(SignInFailed):
            await provider.identity(answer, address, ours)
        answer, ours = await code_for(scene, provider)
        with pytest.raises(SignInFailed):
            await provider.identity(answer, address, replace(ours, verifier=Challenge.new().verifier))


async def test_an_id_token_is_refused_once_it_has_expired(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.running():
        provider = scene.provider()
        answer, ours = await code_for(scene, provider)
        identity = await provider.identity(answer, f"{scene.site}{ANSWER_PATH}", ours)
        later = time.time() + identity.claims["exp"] - identity.claims["iat"] + 31
        monkeypatch.setattr(openid, "time", SimpleNamespace(time=lambda: later))
        with capture_logs() as logs, pytest.raises(SignInFailed):
            await provider._verified(identity.id_token, await provider._metadata(), ours)
    assert [line["reason"] for line in logs] == ["expired_token exp"]


async def test_an_answer_signs_in_once(scene: Scene) -> None:
    async with (
        scene.running(),
        scene.pages() as url,
        visitor(url) as clerk,
        browsing() as browser,
    ):
        address = await signed_in(scene, clerk, browser)
        again = await clerk.get(address)
        assert (again.status_code, heading(again)) == (403, "Sign-in not completed")
        provider = scene.provider()
        answer, ours = await code_for(scene, provider)
        given = (answer, f"{scene.site}{ANSWER_PATH}", ours)
        assert await provider.identity(*given)
        with pytest.raises(SignInFailed):  # nor does the provider take the code again
            await provider.identity(*given)


def test_the_lock_names_no_address_of_a_registry() -> None:
    lock = json.loads((Path(__file__).parent / "provider" / "package-lock.json").read_text(encoding="utf-8"))
    assert not [each for each in lock["packages"].values() if "resolved" in each]
