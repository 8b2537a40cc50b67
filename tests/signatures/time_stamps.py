"""A time-stamp authority (RFC 3161) over HTTP, for programs that stamp what they sign."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from asn1crypto import keys, tsp
from cryptography.hazmat.primitives import serialization
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from starter.dev.authority import Signatory
from starter.dev.certificate_profiles import Profile
from tests.signatures.ceremony import NOW, as_asn1, certified, rsa_key

_TIME_STAMPING = "1.3.6.1.5.5.7.3.8"


def stamper() -> DummyTimeStamper:
    """Says that it is `NOW`."""
    profile = Profile(content_commitment=False, digital_signature=True, purposes=(_TIME_STAMPING,))
    credential = certified(profile, person=Signatory("Időbélyegző", "Szolgáltató"), key=rsa_key())
    der = credential.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return DummyTimeStamper(as_asn1(credential), keys.PrivateKeyInfo.load(der), fixed_dt=NOW)


@contextmanager
def time_stamping_authority() -> Iterator[str]:
    """Its address, as long as the context lasts."""
    stamps = stamper()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            answer = stamps.request_tsa_response(asked).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answering)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
