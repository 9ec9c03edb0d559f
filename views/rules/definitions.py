"""Policies and calendars of one page, each read once."""

from __future__ import annotations

from sqlalchemy import Connection

from app.i18n import language
from rules.sla.calendar import Calendar
from rules.sla.store import Library, all_policies


class Definitions:
    """Names and calendars for the lines of a list."""

    def __init__(self, connection: Connection) -> None:
        self.connection, self.library = connection, Library()
        self._names: dict[int, str] | None = None

    def policy_name(self, policy_id: int) -> str:
        """A policy's name; empty when it is gone."""
        if self._names is None:
            self._names = {policy.id: policy.name_in(language()) for policy in all_policies(self.connection)}
        return self._names.get(policy_id, "")

    def calendar(self, calendar_id: int, version: int) -> Calendar:
        """A calendar in one version."""
        return self.library.calendar(self.connection, calendar_id, version)
