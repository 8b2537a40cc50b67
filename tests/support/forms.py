"""Forms of a page, sent past it."""

from playwright.async_api import APIResponse

from tests.support.browsing import Person


async def sent_form(person: Person, button: str) -> tuple[str, dict[str, str]]:
    """Where the form of a button goes to, and what it sends."""
    found = person.page.get_by_role("button", name=person.words(button), exact=True)
    address, content = await found.evaluate("it => [it.form.action, Object.fromEntries(new FormData(it.form))]")
    return address, content


async def post(person: Person, sent: tuple[str, dict[str, str]]) -> APIResponse:
    """Sends a form past the page, with the cookies of its browser."""
    address, content = sent
    headers = {"X-Forwarded-For": person.options["extra_http_headers"]["X-Forwarded-For"]}
    return await person.page.context.request.post(
        address,
        form=content,  # type: ignore[arg-type]  # its values may be numbers too
        headers=headers,
        max_redirects=0,
    )
