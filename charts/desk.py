"""Where a chart is worked out: the viewer, the catalogue, today, and answers from the cache or the database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.errors import NotVisible
from app.extensions import services
from charts.cache import AnswerCache, Kept
from charts.question import Cell, Question, ask, require
from fields import conditions
from models.dberrors import problem_of
from models.guard import RecordSession
from models.wiring.nouns import Entity


@dataclass
class Desk:
    """One viewer's desk for one request."""

    session: RecordSession
    today: date
    cache: AnswerCache[list[Cell]]
    fresh: bool = False
    oldest: float = field(default=0.0, init=False)
    """When the oldest answer used so far was worked out; 0 = none was."""

    def entity(self, name: str) -> Entity:
        """The entity; NotVisible when it is gone or out of reach."""
        found = self.session.policy.catalogue.get(name)
        if found is None or not self.session.policy.may(found, "see"):
            raise NotVisible(
                _("This chart shows something that you may not see. Ask an administrator if you need it.")
            )
        return found

    def ask(self, entity: Entity, question: Question, typed: Mapping[str, Any] | None = None) -> list[Cell]:
        """The answer under the viewer's policy. `typed` is a filter in the form in which people type it."""
        question = replace(question, filter=self._filter(entity, typed))
        require(self.session, entity, question)
        policy = self.session.policy
        key = (policy.catalogue.version, entity.name, _spelled(question), policy.fingerprint)
        kept = self.cache.get(key, lambda: self._work_out(entity, question), fresh=self.fresh)
        self._note_age(kept)
        return kept.value

    def _work_out(self, entity: Entity, question: Question) -> list[Cell]:
        try:
            return ask(self.session, entity, question)
        except SQLAlchemyError as error:
            self.session.rollback()
            raise problem_of(error) from error

    def _filter(self, entity: Entity, typed: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        policy = self.session.policy
        found = (
            conditions.resolve(entity, typed, self.today, policy.actor, policy.catalogue) if typed else None
        )
        parts = [part for part in (found, self._live_rows(entity)) if part]
        return {"and": parts} if parts else None

    def _live_rows(self, entity: Entity) -> Mapping[str, Any] | None:
        """Rows that are not deleted softly, as the lists show them."""
        flag = entity.delete_flag
        if not flag or not self.session.policy.is_open(entity, flag["field"]):
            return None
        alive = {"field": flag["field"], "op": "ne", "value": flag["deleted"]}
        return {"or": [alive, {"field": flag["field"], "op": "is_null"}]}

    def _note_age(self, kept: Kept[Any]) -> None:
        self.oldest = min(self.oldest or kept.at, kept.at)


def desk(session: RecordSession, *, fresh: bool = False) -> Desk:
    """A desk for the person of `session`; `fresh` = answers from the database, not from the cache."""
    cache = services().rooms.setdefault("charts", AnswerCache())
    return Desk(session, clock.today(), cache, fresh)


def _spelled(question: Question) -> str:
    return repr(replace(question, filter=None)) + json.dumps(question.filter, sort_keys=True, default=str)
