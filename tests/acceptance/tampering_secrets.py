"""What the owner of a database without keys does to passwords, addresses and requests; each function one act."""

import os
import uuid

from starter.dev.samples import another_address
from tests.acceptance.tampering_scene import Named, Scene, Tampering


async def puts_the_password_of_another_in_place(scene: Scene) -> None:
    await scene.sql(
        "update credentials set sealed = "
        "(select sealed from credentials other where other.registration_id <> $1 and other.state = 'ADOPTED' limit 1) "
        "where registration_id = $1 and state = 'ADOPTED'"
    )


async def puts_a_password_of_his_own_in_place(scene: Scene) -> None:
    await scene.sql(
        "update credentials set sealed = $2 where registration_id = $1 and state = 'ADOPTED'", os.urandom(125)
    )


async def marks_another_credential_as_the_password(scene: Scene) -> None:
    await takes_the_password_away(scene)
    await scene.sql(
        "insert into credentials (id, registration_id, state, sealed, submitted_at) "
        "select $2, $1, 'ADOPTED', sealed, now() from credentials where state = 'ADOPTED' limit 1",
        uuid.uuid4(),
    )


async def takes_the_password_away(scene: Scene) -> None:
    await scene.sql("update credentials set state = 'REPLACED', sealed = null where registration_id = $1")


async def puts_the_address_of_another_in_place(scene: Scene) -> None:
    await scene.sql(
        "update emails set sealed = (select sealed from emails other where other.registration_id <> $1 limit 1) "
        "where registration_id = $1"
    )


async def deletes_a_clients_request(scene: Scene) -> None:
    await scene.world.citizen.request_code(
        scene.form["user_name"], scene.form["email"], client_address=another_address()
    )
    await scene.sql("delete from client_requests where registration_id = $1")


WITHOUT_A_KEY: dict[Tampering, Named] = {
    puts_the_password_of_another_in_place: {("CREDENTIAL_DIFFERS", 2)},
    puts_a_password_of_his_own_in_place: {("CREDENTIAL_DIFFERS", 2)},
    marks_another_credential_as_the_password: {("CREDENTIAL_DIFFERS", 2)},
    takes_the_password_away: {("CREDENTIAL_DIFFERS", 2)},
    puts_the_address_of_another_in_place: {("PERSONAL_DATA_DIFFERS", 1)},
    deletes_a_clients_request: {("REQUEST_MISSING", 6)},
}
