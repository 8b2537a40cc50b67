"""docs/curl.md's story, as requests of the generated Python client: from a user name to a log-in.

    python story.py API TOKEN INBOX

INBOX is a file that the code of the letter will be in. Prints what each step answered, as JSON.
"""

import json
import sys
import time
from pathlib import Path

from generated import AuthenticatedClient
from generated.api.codes import portal_redeem_code
from generated.api.registrations import portal_check_user_name, portal_register
from generated.api.sessions import portal_log_in
from generated.models import Form, LogIn, OnlineRegistration, PasswordCode

CLIENT_ADDRESS = "192.0.2.7"
LETTER_SECONDS = 60
PASSWORD = "Kilenc kis kacsa"
FORM = Form.from_dict(
    {
        "user_name": "tóth.ilona",
        "email": "toth.ilona@example.hu",
        "family_name": "Tóth",
        "given_name": "Ilona",
        "birth_name": "Varga Ilona",
        "birth_place": "Székesfehérvár",
        "birth_date": "1984-02-29",
        "mothers_birth_name": "Kőműves Erzsébet",
    }
)


def main(api: str, token: str, inbox: str) -> None:
    """Each step as its own request."""
    answers = []
    with AuthenticatedClient(base_url=api, token=token, headers={"Accept-Language": "en"}) as client:
        name = FORM.user_name
        answers.append(portal_check_user_name.sync(name, client=client, client_address=CLIENT_ADDRESS))
        registration = OnlineRegistration(form=FORM, client_address=CLIENT_ADDRESS)
        answers.append(portal_register.sync(client=client, body=registration))
        attempt = LogIn(user_name=name, password=PASSWORD, client_address=CLIENT_ADDRESS)
        answers.append(portal_log_in.sync(client=client, body=attempt))
        redemption = PasswordCode.from_dict(
            {
                "purpose": "PASSWORD",
                "user_name": name,
                "code": code_in(Path(inbox)),
                "password": PASSWORD,
                "validity_days": 365,
                "client_address": CLIENT_ADDRESS,
            }
        )
        answers.append(portal_redeem_code.sync(client=client, body=redemption))
        answers.append(portal_log_in.sync(client=client, body=attempt))
    json.dump([answer.to_dict() if answer else None for answer in answers], sys.stdout)


def code_in(inbox: Path) -> str:
    """The code, which the test writes there once the letter has come; a file sends no event. Raises `TimeoutError`."""
    until = time.monotonic() + LETTER_SECONDS
    while not inbox.exists():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.1)
    return inbox.read_text(encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
