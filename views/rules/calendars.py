"""Working calendars: list, form with the weeks ahead as they will be, a new version with each save."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from app.clock import now
from app.errors import Invalid, Stale
from app.extensions import services
from app.i18n import language
from models import access
from rules.sla import holidaybook
from rules.sla.calendar import Calendar, Window
from rules.sla.definition import texts_of
from rules.sla.store import all_calendars, calendar_with_id, save_calendar
from views.numbers import whole
from views.rules import calendar_form, words
from views.rules.gate import may, rules_access

WEEKS_AHEAD = 5
OFFICE = (Window(9 * 60, 12 * 60), Window(13 * 60, 18 * 60))


class CalendarView(BaseView):
    """Calendars for those who may look at rules; changing them needs can_edit."""

    route_base = "/rules/calendars"
    class_permission_name = "Rules"
    default_view = "list"

    @expose("/")
    @rules_access("list")
    def list(self) -> Any:
        lines = [_line(one.id, one.calendar) for one in all_calendars(access.overlay())]
        return render_template("rules/calendars.html", lines=lines, can_edit=may("edit"))

    @expose("/add", methods=["GET", "POST"])
    @rules_access("edit")
    def add(self) -> Any:
        zone = services().config.time_zone
        usual = Calendar(zone, (OFFICE,) * 5 + ((), ()), name="")
        return self._save(None) if request.method == "POST" else _form(calendar_form.shown(usual), usual)

    @expose("/<int:calendar_id>", methods=["GET", "POST"])
    @rules_access("edit")
    def edit(self, calendar_id: int) -> Any:
        if request.method == "POST":
            return self._save(calendar_id)
        calendar = calendar_with_id(access.overlay(), calendar_id).calendar
        return _form(calendar_form.shown(calendar), calendar, calendar.version)

    def _save(self, calendar_id: int | None) -> Any:
        based_on = whole(request.form.get("version", "")) or 0
        try:
            calendar = calendar_form.parsed(request.form)
            save_calendar(access.overlay(), calendar, access.actor().username, calendar_id, based_on)
        except (Invalid, Stale) as problem:
            access.overlay().rollback()
            typed = calendar_form.as_typed(request.form)
            return _form(typed, None, based_on, problem), problem.status
        access.overlay().commit()
        flash(_("Calendar saved. Clocks under way keep the version they began with."), "success")
        return redirect(url_for("CalendarView.list"))

    @expose("/preview", methods=["POST"])
    @rules_access("edit")
    def preview(self) -> Any:
        """The weeks ahead by the form as it stands, without saving it."""
        try:
            calendar = calendar_form.parsed(request.form)
        except Invalid as problem:
            return render_template("rules/_weeks.html", weeks=[], sentence=str(problem))
        return render_template("rules/_weeks.html", **weeks_context(calendar))


def _form(
    shown: dict[str, Any], calendar: Calendar | None, version: int = 0, problem: Invalid | Stale | None = None
) -> str:
    context = {
        "shown": shown,
        "version": version,
        "errors": problem.fields if problem else {},
        "sentence": str(problem) if problem and ("" in problem.fields or not problem.fields) else "",
        "weekdays": [str(day) for day in words.WEEKDAYS],
        "zones": [(zone, zone) for zone in sorted(available_timezones())],
        "countries": _countries(),
        **(weeks_context(calendar) if calendar else {"weeks": []}),
    }
    return render_template("rules/calendar.html", **context)


def _line(calendar_id: int, calendar: Calendar) -> dict[str, Any]:
    hours = sum(window.end - window.start for windows in calendar.week for window in windows) / 60
    return {
        "name": calendar.name_in(language()),
        "url": url_for("CalendarView.edit", calendar_id=calendar_id),
        "zone": calendar.zone,
        "hours": f"{hours:g}",
        "country": _country_name(calendar.country) if calendar.country else "",
        "exceptions": len(calendar.exceptions),
        "version": calendar.version,
    }


def weeks_context(calendar: Calendar) -> dict[str, Any]:
    """The weeks ahead, Monday to Sunday, each day with its hours and why it differs."""
    today = calendar.local_date(now(access.overlay()))
    monday = today - timedelta(days=today.weekday())
    days = [_day(calendar, monday + timedelta(days=number), today) for number in range(7 * WEEKS_AHEAD)]
    missing = [
        year for year in (today.year, (today + timedelta(weeks=WEEKS_AHEAD)).year)
        if not holidaybook.has_make_up_days(calendar.country, year)
    ]  # fmt: skip
    note = (
        _("The make-up days of %(year)s are not announced yet; add them as exceptions.", year=missing[0])
        if missing
        else ""
    )
    return {
        "weeks": [days[start : start + 7] for start in range(0, len(days), 7)],
        "note": note,
        "sentence": "",
    }


def _day(calendar: Calendar, day: date, today: date) -> dict[str, Any]:
    windows = calendar.windows_on(day)
    return {
        "name": format_date(day, "E"),
        "date": format_date(day, "MMMd" if language() == "zh" else "d MMM"),
        "hours": texts_of(windows),
        "why": _why(calendar, day),
        "is_today": day == today,
        "is_special": windows != calendar.week[day.weekday()],
    }


def _why(calendar: Calendar, day: date) -> str:
    """Why a day is not as the week says: the exception's note, the holiday's name, or that it is made up."""
    for item in calendar.exceptions:
        if item.covers(day):
            return item.note or (_("Work") if item.on else _("Off"))
    if not calendar.country:
        return ""
    off, worked = holidaybook.days_of(calendar.country, calendar.region, day.year)
    if day in worked:
        return str(_("Make-up workday"))
    names = (
        holidaybook.names_of(calendar.country, calendar.region, day.year, language()) if day in off else {}
    )
    return str(names.get(day, ""))


def _countries() -> list[tuple[str, str]]:
    return sorted(((code, _country_name(code)) for code in holidaybook.countries()), key=lambda one: one[1])


def _country_name(code: str) -> str:
    locale = get_locale() or Locale("en")
    return str(locale.territories.get(code, code))
