"""What verification finds in an installation."""

from starter.dev.installation import World
from starter.gateway import FindingLine


async def found(world: World) -> list[FindingLine]:
    """What a pass over everything finds."""
    return [finding async for finding in world.audit.verification.everything(lambda _: None).findings]


async def found_of(world: World, registration_id: str) -> list[FindingLine]:
    """What is found of one registration and all of its histories."""
    return list((await world.audit.verification.one(registration_id)).findings)
