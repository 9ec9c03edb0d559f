"""Fresh open tickets for a demo that was made some hours ago, so that deadlines come near again while one watches."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, text

from demo.generate.tickets import live_cores, row
from demo.generate.world import World
from demo.plan import SEED, TIME_ZONE, plan_for
from demo.schema import tables


def add_live_tickets(
    connection: Connection, schema: str | None = None, today: date | datetime | None = None
) -> int:
    """Adds the open tickets of the last hours to T_GDZB as another program would, and returns how many they are.

    The caller commits. `schema` is where the demo's tables stand, None for the connection's own.
    """
    table = next(table for table in tables(schema).sorted_tables if table.name == "T_GDZB")
    name = connection.dialect.identifier_preparer.format_table(table)
    last = connection.execute(text(f"SELECT max(ID) FROM {name}")).scalar_one() or 0  # noqa: S608 - our own name
    world = _world(connection, name.replace("T_GDZB", "T_XTCS"), today)
    columns = [column.name for column in table.columns]
    found = [dict(zip(columns, row(world, core), strict=True)) for core in live_cores(world, last)]
    marks = ", ".join(f":{column}" for column in columns)
    connection.execute(text(f"INSERT INTO {name} VALUES ({marks})"), found)  # noqa: S608 - our own name
    return len(found)


def _world(connection: Connection, parameters: str, today: date | datetime | None) -> World:
    """The world from which this demo was made, seen from today."""
    rows = connection.execute(text(f"SELECT CSBH, CSZ FROM {parameters}"))  # noqa: S608 - our own name
    values: dict[str, str] = {row.CSBH: row.CSZ for row in rows}
    seed, zone = int(values.get("SCZZ", SEED)), values.get("SQ", TIME_ZONE)
    return World(plan_for(int(values["KHSL"]), today, seed=seed, time_zone=zone))
