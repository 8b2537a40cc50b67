"""An account of an older system keeps its status and its password."""

from datetime import timedelta
from uuid import uuid4

from registration.forms import RegistrationForm
from registration.messages import Actor, ActorKind, ChangePassword
from registration.record import EventKind
from registration.state import Imported
from registration.statuses import Channel, Status
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, PASSWORD, form
from starter.gateway.engine import now
from store.rows import state_of
from temporal.registrations import launch
from tests.workflows.lives import quiet, to_deadline

OPERATOR = Actor(ActorKind.OPERATOR, "operator-1")


async def test_an_imported_account_is_logged_in_to_hears_nothing_and_expires_on_its_day(world: World) -> None:
    filled, expiry = form(), now() + timedelta(days=3)
    credential = ChangePassword(str(uuid4()), OPERATOR)
    account = Imported(Status.ACTIVE, expiry, identity_verified=True, credential_id=credential.request_id)
    row = await world.engine.intake.submit(
        RegistrationForm.parse(filled, today=now().date()), Channel.ONLINE, OPERATOR, now(), imported=account
    )
    password_hash = await world.engine.passwords.hash(PASSWORD)
    await world.engine.writer.add_credential(row.registration_id, credential, password_hash, now())
    await launch(world.client, state_of(row, None))
    await world.until(row.registration_id, Status.ACTIVE)
    await quiet(world, row.registration_id)
    session = await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=CLIENT_ADDRESS)
    assert (session.status, session.deadline, session.password_valid_until) == (Status.ACTIVE, expiry, expiry)
    assert world.letters(filled["email"]) == []
    (event,) = await world.audit.events(row.registration_id)
    assert (event.kind, event.actor) == (EventKind.REGISTRATION_IMPORTED, OPERATOR)
    expired = await to_deadline(world, row.registration_id, Status.PASSWORD_EXPIRED)
    assert expired.deadline == expiry + timedelta(days=60)
