"""Which plan PostgreSQL really chooses for a named query with its arguments, and how many rows it reads for it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from store.database import queries

if TYPE_CHECKING:
    import asyncpg

    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]

_USED_OFTEN: Final = 6


@dataclass(frozen=True)
class QueryPlan:
    """What `explain (format json)` says of a statement."""

    root: Mapping[str, Any]

    @property
    def nodes(self) -> Iterator[Mapping[str, Any]]:
        """Every step, those of subqueries too."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += reversed(node.get("Plans", ()))

    @property
    def read_whole(self) -> set[str]:
        """The tables that are read from their beginning to their end, by no index."""
        return {node["Relation Name"] for node in self.nodes if node["Node Type"] == "Seq Scan"}

    @property
    def indexes(self) -> list[str]:
        """The indexes that are used, in the order of the plan."""
        return list(dict.fromkeys(node["Index Name"] for node in self.nodes if "Index Name" in node))

    @property
    def rows_read(self) -> int:
        """How many rows of tables were looked at, also those that a filter removed; of a plan that was run."""
        return sum(round(_rows(node) * node["Actual Loops"]) for node in self.nodes if "Relation Name" in node)

    def __str__(self) -> str:
        """In short: what is read whole, and by which indexes the rest is found."""
        read = [f"all of {table}" for table in sorted(self.read_whole)]
        return ", ".join([*read, *self.indexes]) or "no table"


def _rows(node: Mapping[str, Any]) -> float:
    removed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    return float(node["Actual Rows"]) + sum(float(node.get(name, 0)) for name in removed)


async def plan_of(connection: "Connection", name: str, arguments: Mapping[str, Any], *, run: bool = False) -> QueryPlan:
    """The plan for exactly these arguments; with `run` the statement is carried out, which the caller rolls back."""
    options = "format json, analyze, timing off" if run else "format json"
    values = [arguments[each] for each in parameters(name)]
    return _read(await connection.fetchval(f"explain ({options}) {getattr(queries, name).sql}", *values))


async def kept_plan_of(connection: "Connection", name: str, arguments: Mapping[str, Any]) -> QueryPlan:
    """The plan once the statement was used often: PostgreSQL may keep one for all arguments then.

    It compares its cost with that of five plans for these arguments (PostgreSQL, `plan_cache_mode`).
    """
    sql = getattr(queries, name).sql
    types = [f"{kind.schema}.{kind.name}" for kind in (await connection.prepare(sql)).get_parameters()]
    literals = [
        await connection.fetchval(f"select quote_nullable(cast($1::{kind} as text)) || '::{kind}'", arguments[each])
        for each, kind in zip(parameters(name), types, strict=True)
    ]
    asked = f"({', '.join(literals)})" if literals else ""
    await connection.execute(f"prepare looked_at as {sql}")
    plans = [await connection.fetchval(f"explain (format json) execute looked_at{asked}") for _ in range(_USED_OFTEN)]
    await connection.execute("deallocate looked_at")
    return _read(plans[-1])


def parameters(name: str) -> list[str]:
    """The names of a query's parameters, in the order of their places."""
    return list(queries.driver_adapter.var_sorted[name])


def _read(explained: str) -> QueryPlan:
    (plan,) = json.loads(explained)
    return QueryPlan(plan["Plan"])
