"""What a chart shows, in a line under its title."""

from __future__ import annotations

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from app import clock
from app.i18n import language
from charts.answers import MONTHS
from charts.nouns import Chart
from charts.picture import Picture


def caption(chart: Chart, picture: Picture) -> str:
    """The chart's own note, else the measure and its time: "Amount, the last 12 months"."""
    own = chart.note.text(language())
    if own or not picture.measure:
        return own
    if not chart.settings.get("date"):
        return str(_("%(measure)s at this moment", measure=picture.measure))
    months = int(chart.settings.get("months", MONTHS))
    span = ngettext("the last month", "the last %(num)s months", months)
    return str(_("%(measure)s, %(span)s", measure=picture.measure, span=span))


def change(picture: Picture) -> str:
    """How a number compares with the same days of the month before; "" when it does not."""
    found = picture.extra.get("change", "")
    return str(_("%(change)s vs. same time last month", change=found)) if found else ""


def today() -> str:
    """The date of today as people write it."""
    return str(format_date(clock.today(), "full"))
