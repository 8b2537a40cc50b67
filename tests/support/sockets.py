"""HTTP by hand: bytes over a socket, for requests that no library would send."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

ANSWER_SECONDS = 60


class RawConnection:
    """An open connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        """Sends bytes; a server that has closed meanwhile is no error, for that is what `rest` tells."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError:
            pass

    async def answer(self) -> tuple[int, bytes]:
        """Status and body of the next answer, which must have a Content-Length."""
        async with asyncio.timeout(ANSWER_SECONDS):
            head = await self._reader.readuntil(b"\r\n\r\n")
            fields = dict(line.split(b":", 1) for line in head.lower().split(b"\r\n")[1:] if line)
            return int(head.split(b" ")[1]), await self._reader.readexactly(int(fields[b"content-length"]))

    async def rest(self) -> bytes:
        """All until the server closes."""
        received = b""
        async with asyncio.timeout(ANSWER_SECONDS):
            try:
                while part := await self._reader.read(65_536):
                    received += part
            except ConnectionResetError:
                pass
        return received

    def close(self) -> None:
        """Hangs up."""
        self._writer.close()


@asynccontextmanager
async def connected_to(url: str) -> AsyncIterator[RawConnection]:
    """A connection to a server at a URL."""
    place = urlsplit(url)
    connection = RawConnection(*await asyncio.open_connection(place.hostname, place.port))
    try:
        yield connection
    finally:
        connection.close()
