"""How many records are past what was promised, by the clocks that the rules keep in the overlay."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, select

from app import clock
from app.theme.shell import url_of
from charts import answers, numbers
from charts.base import ChartKind
from charts.desk import Desk
from charts.links import list_url
from charts.nouns import Chart
from charts.picture import Part, Picture, Point
from charts.question import Question
from fields import type_of
from models import access
from models.overlay import metadata
from models.records.reach import in_reach
from models.rowtoken import key_of
from models.wiring.nouns import Entity

MOST = 1000
LISTED = 100
"""More records than this do not fit into the address of a list; the page of deadlines shows them."""
CLOCKS = "sla_clock"


class Overdue(ChartKind):
    kind = "overdue"
    label = _l("Number overdue")
    icon = "clock"
    takes = ()
    template = "charts/_stat.html"
    is_number = True

    def picture(self, desk: Desk, chart: Chart) -> Picture:
        """Counted under the viewer's rights among the records whose clock has run out; "1,000+" when there are more."""
        entity = desk.entity(chart.entity)
        late = late_tokens(access.overlay(), entity)
        # The address of the list names them one by one: nobody else's may stand in it.
        seen = in_reach(desk.session, entity, late)
        leaf = _leaf(entity, [token for token in late if token in seen])
        value = desk.ask(entity, Question(), leaf)[0].value if seen else 0
        more = "+" if seen and len(late) == MOST else ""
        text = numbers.full(value) + more
        listed = list_url(entity, [leaf]) if len(seen) <= LISTED else url_of("DeadlineView.list", "")
        url = listed if value else ""
        part = Part("")
        extra = {"short": numbers.short(value) + more, "tone": "bad" if value else "good"}
        name = answers.measure_name(entity, chart)
        return Picture([part], [part], [[Point(value, text, url)]], measure=name, extra=extra)

    def figure(self, chart: Chart, picture: Picture) -> str:
        return ""


def late_tokens(connection: Connection, entity: Entity) -> list[str]:
    """Identities of records with a running clock past its time, the oldest first."""
    clocks = metadata.tables.get(CLOCKS)
    if clocks is None or len(entity.key) != 1:
        return []
    named = clocks.c
    late = (named.entity == entity.name, named.is_open.is_(True), named.due_at < clock.now(connection))
    found = select(named.record).where(*late).group_by(named.record).limit(MOST)
    return list(connection.execute(found).scalars())


def _leaf(entity: Entity, tokens: list[str]) -> dict[str, Any]:
    (key,) = entity.key
    field = entity.fields[key]
    values = [type_of(field).text(field, key_of(entity, token)[key]) for token in tokens]
    return {"field": key, "op": "in", "value": values}
