"""PostgreSQL killed with SIGKILL: what was counted before is counted still."""

from tests.support.api import api_on, problem
from tests.support.installation import eventually, installation


async def test_wrong_passwords_that_were_counted_survive_the_death_of_the_database() -> None:
    """Else an attacker who can crash a server could guess without end. The API reconnects by itself."""
    async with installation() as (servers, world), api_on(world) as api:
        for _ in range(10):
            assert problem(await api.log_in("senki.sincs")) == (422, "wrong-password")
        await servers.postgres.kill()
        assert problem(await api.log_in("senki.sincs")) == (503, "unavailable")
        await servers.postgres.start()

        async def answers() -> bool:
            return (await api.log_in("senki.sincs")).status_code != 503

        await eventually(answers, within_seconds=60)
        assert problem(await api.log_in("senki.sincs")) == (429, "too-many-attempts")
