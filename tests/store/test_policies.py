"""The policy in force is the one with the highest version; versions only grow."""

import pytest

from registration.errors import InvalidInput
from registration.policy import Policy
from tests.store.lives import NOW, Store, noted, recording

OTHER = Policy(version=3, activation_days=40, password_reminder_days=(10,))


async def test_the_newest_policy_is_in_force_and_comes_back_as_it_was(store: Store) -> None:
    assert await store.reader.policy() == Policy()
    await store.writer.adopt_policy(OTHER, NOW)
    assert await store.reader.policy() == OTHER


@pytest.mark.parametrize("version", [3, 2, 1, 0, -1])
async def test_versions_only_grow(store: Store, version: int) -> None:
    await store.writer.adopt_policy(OTHER, NOW)
    with pytest.raises(InvalidInput, match="policy: must be a version above 3"):
        await store.writer.adopt_policy(Policy(version=version, grace_days=1), NOW)
    assert await store.reader.policy() == OTHER
    assert await store.rows("select version from policies order by version") == [{"version": 1}, {"version": 3}]


async def test_every_record_answers_with_the_policy_in_force(store: Store) -> None:
    """So that the workflow gets a new one without asking."""
    state = await store.opened()
    made = noted(state)
    assert await store.writer.record(recording(made), NOW) == Policy()
    await store.writer.adopt_policy(OTHER, NOW)
    assert await store.writer.record(recording(made), NOW) == OTHER
