"""STARTTLS, TLS from the first byte, and log-in, against a server with a certificate of our own."""

import ipaddress
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from activities.letters.transport import MailTransport, MailUnavailable
from tests.letters.servers import PASSWORD, USER, MailServer, ScriptedServer, log_in, obliging

TO = "anna@example.hu"
LOG_IN = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"

Letter = Callable[[str], EmailMessage]
Transport = Callable[..., MailTransport]
Server = Callable[..., MailServer]


def self_signed(path: Path) -> Path:
    """A certificate for 127.0.0.1 that is its own authority, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "certificate.pem")


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def guarded(mail_server: Server, server_tls: ssl.SSLContext) -> MailServer:
    """A server that wants STARTTLS, then a log-in."""
    return mail_server(tls_context=server_tls, require_starttls=True, auth_required=True, authenticator=log_in)


async def test_a_letter_goes_over_starttls_after_a_log_in(
    guarded: MailServer, transport: Transport, letter: Letter, certificate: Path
) -> None:
    url = f"smtp+starttls://{LOG_IN}@{guarded.address}"
    pool = transport("", url=url, ca_file=str(certificate))
    for _ in range(2):
        await pool.send(letter(TO), TO)

    assert len(guarded.post.envelopes) == 2
    assert guarded.post.logged_in == [True, True]
    assert len(guarded.post.peers) == 1


async def test_a_certificate_that_we_trust_is_enough(
    guarded: MailServer, transport: Transport, letter: Letter, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without `ca_file` it is the system's authorities that vouch, which `SSL_CERT_FILE` may replace."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    await transport("", url=f"smtp+starttls://{LOG_IN}@{guarded.address}").send(letter(TO), TO)
    assert len(guarded.post.envelopes) == 1


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
async def test_a_certificate_that_nobody_vouches_for_is_refused(
    scheme: str, mail_server: Server, server_tls: ssl.SSLContext, transport: Transport, letter: Letter
) -> None:
    server = mail_server(over_tls=server_tls) if scheme == "smtps" else mail_server(tls_context=server_tls)
    with pytest.raises(MailUnavailable, match=r"^TLS$") as failure:
        await transport("", url=f"{scheme}://{LOG_IN}@{server.address}").send(letter(TO), TO)
    assert failure.value.__cause__ is None
    assert server.post.peers == set()


async def test_a_wrong_password_is_a_temporary_failure_and_shows_nowhere(
    guarded: MailServer, transport: Transport, letter: Letter, certificate: Path
) -> None:
    url = f"smtp+starttls://{quote(USER)}:titok@{guarded.address}"
    with pytest.raises(MailUnavailable, match=r"^SMTP 535$") as failure:
        await transport("", url=url, ca_file=str(certificate)).send(letter(TO), TO)
    assert "titok" not in repr(failure.value)


async def test_a_letter_goes_over_tls_from_the_first_byte(
    mail_server: Server, server_tls: ssl.SSLContext, transport: Transport, letter: Letter, certificate: Path
) -> None:
    server = mail_server(over_tls=server_tls, authenticator=log_in, auth_require_tls=False)
    await transport("", url=f"smtps://{LOG_IN}@{server.address}", ca_file=str(certificate)).send(letter(TO), TO)
    assert server.post.logged_in == [True]


async def test_without_starttls_nothing_is_told_to_the_server(transport: Transport, letter: Letter) -> None:
    """A man in the middle who hides the offer must not get the password in clear."""
    async with ScriptedServer(obliging) as server:
        with pytest.raises(MailUnavailable, match=r"^STARTTLS or AUTH not offered$"):
            await transport("", url=f"smtp+starttls://{LOG_IN}@{server.address}").send(letter(TO), TO)
        assert server.commands == ["EHLO"]


async def test_an_authority_of_our_own_is_the_only_one_that_vouches(  # noqa: PLR0913, PLR0917  fixtures
    guarded: MailServer,
    transport: Transport,
    letter: Letter,
    certificate: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With `ca_file` the system's authorities, to which this server's belongs here, do not count."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    other = self_signed(tmp_path / "other.pem")
    with pytest.raises(MailUnavailable, match=r"^TLS$"):
        await transport("", url=f"smtp+starttls://{LOG_IN}@{guarded.address}", ca_file=str(other)).send(letter(TO), TO)
    assert guarded.post.peers == set()
