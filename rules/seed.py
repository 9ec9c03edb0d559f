"""Calendars and policies for the demo's tickets, so that warnings and breaches are seen minutes after the start.

Two of the policies count working hours, one counts round the clock: the demo also starts at night and on Sundays.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from app.clock import now
from models.catalogue import Catalogue
from rules.sla.calendar import Calendar, Window
from rules.sla.policy import Definition, Rung, SlaPolicy
from rules.sla.refusals import refuse_wrong
from rules.sla.store import save_calendar, save_policy
from rules.tables import policies

TICKETS = "T_GDZB"
AUTHOR = "Veneer"
HOUR = 3600
LOOK_BACK = timedelta(days=60)
OFFICE = (Window(9 * 60, 12 * 60), Window(13 * 60, 18 * 60))
SOLVE_HOURS = {"1": 4, "2": 8, "3": 24, "4": 40}
REPLY_HOURS = {"1": 1, "2": 2, "3": 4, "4": 8}
NAMES_ZH = {"First reply": "首次回复", "Time to solve": "解决时限", "Urgent, round the clock": "紧急工单全天"}
ESCALATION = Rung("escalation", "working", 60, ("superior:2",), every=240, times=3)


def seed_demo(connection: Connection, catalogue: Catalogue, time_zone: str) -> int:
    """Write them once, when there is no policy yet; returns how many policies were made. The caller commits.

    `time_zone` is the zone of the times in the tickets.
    """
    entity = catalogue.by_table.get(TICKETS)
    if entity is None or connection.execute(select(policies.c.id).limit(1)).first():
        return 0
    week = (OFFICE,) * 5 + ((), ())
    office = Calendar(time_zone, week, (), "CN", name="Office hours", name_zh="办公时间")
    always = Calendar(time_zone, ((Window(0, 1440),),) * 7, name="Round the clock", name_zh="全天")
    office_id, always_id = (save_calendar(connection, one, AUTHOR).id for one in (office, always))
    since = now(connection) - LOOK_BACK
    for name, kind, plain in _policies(office_id, always_id):
        said = replace(plain, time_zone=time_zone, name_zh=NAMES_ZH[name])
        refuse_wrong(entity, said)
        policy = SlaPolicy(0, name, entity.name, kind, 0, True, since, None, 0, since, said)
        save_policy(connection, policy, AUTHOR)
    return 3


def _policies(office: int, always: int) -> list[tuple[str, str, Definition]]:
    """(name, kind, definition) in their order."""
    solve = Definition(
        start_field="CJSJ",
        stop=_state("4", "5"),
        stop_field="GBSJ",
        pause=_state("3"),
        cancel=_state("9"),
        priority_field="YXJ",
        owner_field="CLR",
        targets={priority: hours * HOUR for priority, hours in SOLVE_HOURS.items()},
        calendar=office,
        ladder=(ESCALATION,),
        tells_backlog=True,
    )
    reply = replace(
        solve,
        stop=None,
        stop_field="SCHF",
        pause=None,
        targets={priority: hours * HOUR for priority, hours in REPLY_HOURS.items()},
        told_of_breach=("owner",),
        ladder=(),
    )
    urgent = replace(
        solve, match={"field": "YXJ", "op": "in", "value": ["1", "2"]}, calendar=always, ladder=()
    )
    return [
        ("First reply", "first_response", reply),
        ("Time to solve", "resolution_total", solve),
        ("Urgent, round the clock", "resolution_first", urgent),
    ]


def _state(*codes: str) -> dict[str, Any]:
    return {"field": "GDZT", "op": "in", "value": list(codes)}
