"""What the overlay's tables hold, in words, by the beginning of their names."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

WORDS: dict[str, Any] = {
    "ab_": _l("Accounts, roles and the rights on screens"),
    "ab_user": _l("Accounts and their roles"),
    "access_rule": _l("Who may see and change which records"),
    "field_rule": _l("Hidden, masked and read-only fields"),
    "approval_request": _l("What waits for a second person, and what was decided"),
    "audit_": _l("The chain of the audit, and what was pruned from it"),
    "change": _l("Every saved change: history, undo, the rules' input"),
    "console_unlock": _l("When raw rows were unlocked, by whom and why"),
    "dashboard": _l("Dashboards of the roles and their charts"),
    "export_run": _l("Exports: how far they are, and which were cancelled"),
    "export_request": _l("What exports that need a second person would hold"),
    "hand_over": _l("Hand-overs of somebody's records to another person"),
    "idempotency": _l("Requests that were carried out, so that none is twice"),
    "notification": _l("Messages in the inboxes"),
    "org_": _l("The organisation: units, people and their posts"),
    "outbox": _l("Mail that waits to be sent"),
    "overlay_version": _l("Which version of these tables this is"),
    "person_": _l("Requests of persons, and the records that they found"),
    "runner_heartbeat": _l("The runner's last sign of life"),
    "saved_view": _l("Saved views of lists"),
    "schema_watch": _l("What was last seen of the legacy schema"),
    "search_": _l("The search index for words inside chosen columns"),
    "sla_": _l("Service levels: calendars, policies and clocks"),
    "overlay_secret": _l("The key that stamps sessions and tokens, encrypted"),
    "password_history": _l("Hashes of passwords used before"),
    "recovery_code": _l("Hashes of recovery codes"),
    "second_factor": _l("Second factors, encrypted, and the roles that need one"),
    "sign_in_identity": _l("Accounts that are kept in a directory or at a provider"),
    "sign_in_limit": _l("Wrong passwords and codes, counted"),
    "web_session": _l("Who is signed in where"),
    "wiring_": _l("Versions of the wiring, and drafts"),
}


def about(table: str) -> str:
    """A few words on a table; the longest beginning that fits counts, none gives an empty text."""
    fitting = [start for start in WORDS if table.startswith(start)]
    return str(WORDS[max(fitting, key=len)]) if fitting else ""
