"""Uploads of signed forms."""

from typing import Final

from playwright.async_api import FilePayload

from tests.support.browsing import Person

PAGE: Final = "/regisztracio/alairas"
DOCUMENT: Final = "Signed PDF, or the form as JSON"
SIGNATURE: Final = "Signature of the JSON file"
UPLOAD: Final = "Upload the signed form"


async def choose(person: Person, document: bytes, signature: bytes | None = None) -> None:
    """Chooses the files, called as no file should be."""
    for label, content in ((DOCUMENT, document), (SIGNATURE, signature)):
        if content is not None:
            file = FilePayload(name="../../<b>ő</b>.exe", mimeType="text/html", buffer=content)
            await person.page.get_by_label(person.words(label), exact=True).set_input_files(file)


async def upload(person: Person, document: bytes, signature: bytes | None = None) -> None:
    await choose(person, document, signature)
    await person.press(UPLOAD)
