"""Rules: SLA policies, working calendars, the list of deadlines, a record's badge, and everybody's inbox."""

from __future__ import annotations

from flask import Flask

from app.theme.shell import counters, extenders
from views.rules.badge import offer_badge
from views.rules.calendars import CalendarView
from views.rules.deadlines import DeadlineView
from views.rules.inbox import InboxView
from views.rules.letters import LetterView
from views.rules.menu import add_rules, count_unread
from views.rules.policies import PolicyView


def init_app(app: Flask) -> None:
    """Register the views, and put them and the inbox's count into the frame."""
    appbuilder = app.appbuilder  # type: ignore[attr-defined]
    for view in (PolicyView, CalendarView, DeadlineView, InboxView, LetterView):
        appbuilder.add_view_no_menu(view)
    extenders().append(add_rules)
    counters().append(count_unread)
    offer_badge(app)
