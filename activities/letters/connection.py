"""One conversation with the mail server, in the steps of SMTP: announce a letter, then hand it over."""

import asyncio
import ssl
from contextlib import suppress
from typing import Final

import aiosmtplib

from activities.letters.smtp_failures import LetterNotSent, LetterRefused, about_the_letter, about_the_server
from registration.letters import LetterFailure
from settings.mail import MailServer

_FAREWELL_SECONDS: Final = 2
"""How long a server may take to answer QUIT; nothing depends on the answer."""


class Connection:
    """An open connection, for one letter at a time.

    Step by step, because aiosmtplib's `sendmail` does not distinguish a failure before the hand-over from one after it.
    """

    def __init__(self, client: aiosmtplib.SMTP) -> None:
        """To be made by `open_connection`."""
        self._client = client
        self._between_letters = True
        self.rested_at = asyncio.get_running_loop().time()
        """When it last became free, in seconds of the loop's clock."""

    @property
    def is_reusable(self) -> bool:
        """Whether the next letter may begin on it."""
        return self._between_letters and self._client.is_connected

    async def announce(self, sender: str, to: str) -> None:
        """MAIL and RCPT: nothing has been handed over yet. LetterRefused, MailUnavailable or ConnectionBroken."""
        self._between_letters = False
        international = not to.isascii()
        if international and not self._client.supports_extension("smtputf8"):
            self._between_letters = True
            raise LetterRefused(LetterFailure.SMTPUTF8_NEEDED)
        options, encoding = (["SMTPUTF8", "BODY=8BITMIME"], "utf-8") if international else ([], "ascii")
        try:
            with about_the_letter():
                await self._client.mail(sender, options=options, encoding=encoding)
                await self._client.rcpt(to, encoding=encoding)
        except LetterNotSent:
            await self._forget_letter()
            raise

    async def hand_over(self, letter: bytes) -> None:
        """DATA: from here on the server may have the letter. LetterRefused, MailUnavailable or ConnectionBroken."""
        try:
            with about_the_letter():
                await self._client.data(letter)
        except LetterNotSent:
            await self._forget_letter()
            raise
        self._rest()

    async def say_goodbye(self) -> None:
        """QUIT, and close."""
        with suppress(aiosmtplib.SMTPException, OSError):
            await self._client.quit(timeout=_FAREWELL_SECONDS)
        self.close()

    def close(self) -> None:
        """Closes without QUIT."""
        self._client.close()

    async def _forget_letter(self) -> None:
        """RSET after a refusal, so that the connection serves the next letter; closed where that fails."""
        try:
            if self._client.is_connected:
                await self._client.rset()
                self._rest()
        except (aiosmtplib.SMTPException, OSError):
            self.close()

    def _rest(self) -> None:
        self._between_letters = True
        self.rested_at = asyncio.get_running_loop().time()


async def open_connection(
    server: MailServer, tls: ssl.SSLContext, host_name: str, timeout_seconds: float
) -> Connection:
    """A greeted, encrypted and logged-in connection, as `server` wants it. MailUnavailable."""
    with about_the_server():
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            local_hostname=host_name,
            timeout=timeout_seconds,
            use_tls=server.tls,
            start_tls=server.starttls,  # False, unlike None, never means "if the server offers it"
            tls_context=tls,
        )
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:  # neither TLS nor a log-in has asked what the server can do
                await _introduce(client)
        except BaseException:
            client.close()
            raise
    return Connection(client)


async def _introduce(client: aiosmtplib.SMTP) -> None:
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        await client.helo()
