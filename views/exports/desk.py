"""What the pages of exports show: requests and downloads in words, each as far as the reader may know its filter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_appbuilder.security.sqla.models import User
from flask_babel import format_datetime, format_decimal
from flask_babel import gettext as _
from sqlalchemy import select

from app.clock import today
from app.i18n import language
from models import access, export_requests, exports, quota
from models.allowances import UNMASK
from models.approvals import ApprovalRequest
from models.export_requests import Request
from models.exports import Run
from models.persons.requests import SUBJECT as PERSONS
from models.wiring.nouns import Entity
from views.exports import words

DAYS = (1, 7, 30)
TONES = {"asked": "info", "approved": "good", "refused": "bad", "expired": "", "withdrawn": ""}


@dataclass(frozen=True)
class RequestLine:
    """A request in words. `run_url` and `withdraw_url` are for the person who asked, "" where there is nothing to do."""

    id: str
    who: str
    label: str
    standing: str
    words: str
    tone: str
    kind: str
    filter: list[str]
    columns: list[str]
    rows: str
    most: str
    reason: str
    asked: str
    expires: str
    decision: str
    downloads: int
    url: str
    run_url: str = ""
    withdraw_url: str = ""


@dataclass(frozen=True)
class RunLine:
    """One export that was taken."""

    id: str
    who: str
    label: str
    at: str
    kind: str
    filter: list[str]
    rows: str
    reason: str
    approver: str
    fate: str
    tone: str
    downloads: int


def entity_of(name: str) -> Entity | None:
    """The entity, for those who may see any of it."""
    found = access.catalogue().get(name)
    return found if found is not None and access.policy().may(found, "see") else None


def standing_words() -> dict[str, str]:
    """How a request stands."""
    return {
        "asked": _("Waits for approval"),
        "approved": _("Approved"),
        "refused": _("Refused"),
        "withdrawn": _("Withdrawn"),
        "expired": _("Expired"),
    }


def request_line(found: Request) -> RequestLine:
    """A request as its reader may know it."""
    wanted, asked = found.wanted, found.approval
    entity, mine = entity_of(wanted.entity), asked.user_id == access.actor().user_id
    runs = exports.of_request(access.overlay(), [found.id]).get(found.id, [])
    is_done = export_requests.is_fetched(found, runs)
    can_run = (
        mine
        and asked.standing == "approved"
        and not is_done
        and found.downloads < export_requests.MOST_DOWNLOADS
    )
    rows = _("nobody knows beforehand") if wanted.expected is None else format_decimal(wanted.expected)
    return RequestLine(
        found.id, asked.username, _label(entity, wanted.entity), asked.standing, standing_words()[asked.standing],
        TONES[asked.standing], wanted.kind.upper(), _filter(entity, wanted.filter, wanted.search),
        words.columns(entity, wanted.columns) if entity else [], str(rows), format_decimal(wanted.most), asked.reason,
        format_datetime(asked.asked_at, "medium"), format_datetime(asked.expires_at, "medium"), decision_words(asked),
        found.downloads, url_for("ExportsView.show", number=found.id),
        url_for("RecordView.export_run", entity=wanted.entity, number=found.id) if can_run else "",
        url_for("ExportsView.withdraw", number=found.id) if mine and asked.standing in {"asked", "approved"} and not is_done else "",
    )  # fmt: skip


def decision_words(found: ApprovalRequest | None) -> str:
    """Who decided when, with which words; "" while nobody has."""
    if found is None or found.decided_at is None:
        return ""
    said = {
        "who": found.decided_name,
        "at": format_datetime(found.decided_at, "medium"),
        "sentence": found.sentence,
    }
    return str(_("%(who)s, %(at)s. %(sentence)s", **said)).strip()


def run_lines(runs: Sequence[Run]) -> list[RunLine]:
    """Downloads, with who approved them and how often what was approved was fetched."""
    numbers = [run.request_id for run in runs if run.request_id]
    approved = export_requests.approvers(access.overlay(), numbers)
    fetched = exports.of_request(access.overlay(), numbers)
    return [
        _run_line(run, approved.get(run.request_id, ""), len(fetched.get(run.request_id, [run])))
        for run in runs
    ]


def _run_line(run: Run, approver: str, downloads: int) -> RunLine:
    entity = entity_of(run.entity)
    fates = {
        "running": (_("Being sent"), "info"),
        "done": (_("Sent whole, not kept"), "good"),
        "cut": (_("Sent as far as allowed, not kept"), "warn"),
        "cancelled": (_("Cancelled on the way"), ""),
        "failed": (_("Broke off"), "bad"),
    }
    fate, tone = fates[run.state]
    return RunLine(
        run.id, run.username, _label(entity, run.entity), format_datetime(run.started_at, "medium"), run.kind.upper(),
        _filter(entity, run.filter, run.search), format_decimal(run.rows), run.reason, approver, str(fate), tone, downloads,
    )  # fmt: skip


def unmask_counts() -> list[dict[str, Any]]:
    """Who had how many masked values shown, over the days that DAYS names; most first."""
    spans = [quota.used_since(access.overlay(), UNMASK, today() - timedelta(days=days - 1)) for days in DAYS]
    names = _names(spans[-1])
    ordered = sorted(spans[-1], key=lambda user: -spans[-1][user])
    return [
        {"who": names.get(user, str(user)), "counts": [span.get(user, 0) for span in spans]}
        for user in ordered
    ]


def _names(users: Iterable[int]) -> dict[int, str]:
    found = select(User.id, User.username).where(User.id.in_(list(users)))
    return {row.id: row.username for row in access.overlay().execute(found)}


def _label(entity: Entity | None, name: str) -> str:
    if name == PERSONS:
        return str(_("Data of a person"))
    return (entity.label.text(language()) or name) if entity is not None else name


def _filter(entity: Entity | None, typed: str, search: str) -> list[str]:
    if entity is None:
        return [str(_("A filter by fields that you may not see"))] if typed or search else []
    return words.filter_words(entity, typed, search)
