"""The order in which policies are tried: the first that matches wins."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from rules.tables import policies


def move(connection: Connection, policy_id: int, *, up: bool) -> None:
    """Let a policy change places with its neighbour; the ends stay where they are."""
    rows = connection.execute(select(policies.c.id).order_by(policies.c.position, policies.c.id))
    ids = [row.id for row in rows]
    if policy_id not in ids:
        return
    place = ids.index(policy_id)
    other = place - 1 if up else place + 1
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
    for number, one in enumerate(ids, start=1):
        connection.execute(update(policies).where(policies.c.id == one).values(position=number * 10))
