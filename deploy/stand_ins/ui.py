"""In the place of Temporal's web UI: says on port 8080 whether the server that it is to show can be reached."""

import os
import socket
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class WebUiStandIn(BaseHTTPRequestHandler):
    """200 or 503, with one sentence."""

    def do_GET(self) -> None:
        """Any path."""
        address = os.environ["TEMPORAL_ADDRESS"]
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=3).close()
            status, said = HTTPStatus.OK, f"A stand-in for Temporal's web UI: {address} answers.\n"
        except OSError:
            status, said = HTTPStatus.SERVICE_UNAVAILABLE, f"{address} does not answer.\n"
        self.send_response(status)
        self.end_headers()
        self.wfile.write(said.encode())


ThreadingHTTPServer(("", 8080), WebUiStandIn).serve_forever()
