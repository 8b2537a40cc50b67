"""Offices and disabled staff in the database."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from registration.access import Access, AccessOutcome
from registration.errors import StaffDisabled
from registration.extensions import Extension
from registration.messages import Actor, ActorKind
from registration.offices import Body, Office
from registration.operations import Operation
from registration.staff_answers import DisabledStaff
from store.extensions import ExtensionStore
from store.offices import OfficeStore
from store.staff import StaffStanding, StaffStore
from tests.store.lives import NOW, Store

ONE = Office("1051", Body.OKMANYIRODA, "Okmányiroda", "1051 Budapest", True)
OTHER = Office("NAV-7", Body.ADOHATOSAG, "Adóhatóság", "1096 Budapest", False)


def by(operator: str) -> Access:
    """An operator's act, as the access record has it."""
    return Access(Actor(ActorKind.OPERATOR, operator), Operation.OPERATIONS_PUT_OFFICE, AccessOutcome.BEGUN)


BY = by("operator-1")


async def test_offices_are_added_and_replaced_and_those_not_named_stay(store: Store) -> None:
    offices = OfficeStore(store.pool)
    await offices.put([OTHER, ONE], BY, NOW)
    await offices.put([OTHER, ONE], BY, NOW)
    assert await offices.every() == [ONE, OTHER]
    renamed = Office("NAV-7", Body.ADOHATOSAG, "Dél-budapesti Adóhatóság", "1096 Budapest", True)
    await offices.put([renamed], BY, NOW)
    await offices.put([], BY, NOW)
    assert await offices.every() == [ONE, renamed]
    assert await offices.find("NAV-7") == renamed
    assert await offices.find("nav-7") is None


@pytest.mark.parametrize(("office", "is_open"), [("1051", True), ("NAV-7", False), ("9999", False), (None, False)])
async def test_only_a_known_office_can_be_open(store: Store, office: str | None, is_open: bool) -> None:
    await OfficeStore(store.pool).put([ONE, OTHER], BY, NOW)
    assert await StaffStore(store.pool).standing("clerk-7", office) == StaffStanding(False, is_open)


async def test_who_is_disabled_stays_so_since_then_until_enabled(store: Store) -> None:
    staff = StaffStore(store.pool)
    await staff.disable("clerk-7", by("operator-1"), NOW)
    await staff.disable("clerk-7", by("operator-2"), NOW.replace(hour=12))
    assert await staff.disabled() == [DisabledStaff("clerk-7", NOW, "operator-1", seen=False)]
    assert [await staff.was_seen(each) for each in ("Operator-1", "clerk-7")] == [True, False]
    assert (await staff.standing("clerk-7", None)).disabled
    assert not (await staff.standing("clerk-8", None)).disabled
    await staff.enable("clerk-7", BY, NOW)
    await staff.enable("clerk-7", BY, NOW)
    assert await staff.disabled() == []


async def test_an_id_is_disabled_and_enabled_in_any_case(store: Store) -> None:
    """As an approval compares ids: who is asked about in capitals is no other person."""
    staff, who = StaffStore(store.pool), f"clerk-{uuid4()}"
    await staff.disable(who.upper(), BY, NOW)
    assert (await staff.standing(who, None)).disabled
    await staff.enable(who, BY, NOW)
    assert not (await staff.standing(who, None)).disabled
    assert not (await staff.standing(who.upper(), None)).disabled


async def test_of_two_operators_who_disable_each_other_at_once_one_remains(store: Store) -> None:
    """Otherwise no operator could enable the others again."""
    staff = StaffStore(store.pool)
    for _ in range(10):
        outcomes = await asyncio.gather(
            staff.disable("operator-1", by("operator-2"), NOW),
            staff.disable("operator-2", by("operator-1"), NOW),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes if outcome] == [StaffDisabled]
        (disabled,) = await staff.disabled()
        await staff.enable(disabled.staff_id, BY, NOW)


@pytest.mark.parametrize("table", ["offices", "disabled_staff", "extensions"])
async def test_a_change_that_was_rolled_back_for_anothers_sake_is_made_all_the_same(store: Store, table: str) -> None:
    """Every second row that is written is a serialisation failure; the change is on record once."""
    extensions, staff = ExtensionStore(store.pool), StaffStore(store.pool)
    extension = Extension(str(uuid4()), NOW + timedelta(days=9), 30, "operator-1", NOW)
    await staff.disable("clerk-7", BY, NOW)
    await store.pool.execute("create sequence tried")
    await store.pool.execute(
        "create function now_and_then() returns trigger language plpgsql as $$ begin "
        "if nextval('tried') % 2 = 1 then raise sqlstate '40001'; end if; return coalesce(new, old); end $$"
    )
    await store.pool.execute(
        f"create trigger now_and_then before insert or update or delete on {table} "
        "for each row execute function now_and_then()"
    )
    entries = await store.pool.fetchval("select count(*) from access_entries")
    await OfficeStore(store.pool).put([ONE], BY, NOW)
    await staff.enable("clerk-7", BY, NOW)
    await staff.disable("clerk-8", BY, NOW)
    await extensions.add(extension, BY)
    await extensions.approve(extension.id, by("operator-2"), NOW)
    assert [disabled.staff_id for disabled in await staff.disabled()] == ["clerk-8"]
    assert (await extensions.find(extension.id) or extension).approved_by == "operator-2"
    assert await store.pool.fetchval("select count(*) from access_entries") == entries + 5
    assert await store.pool.fetchval("select last_value from tried") > 1
