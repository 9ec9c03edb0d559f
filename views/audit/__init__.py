"""Audit: who did what, for those who look into it."""

from __future__ import annotations

from flask import Flask

from app.security import grant, is_known, sync_permissions
from app.theme.shell import extenders
from models.roles import AUDITOR
from views.audit.access import PERMISSION, VIEW
from views.audit.menu import add_audit
from views.audit.view import AuditView


def init_app(app: Flask) -> None:
    """Register the page, its menu entry, and on the first start the right of auditors."""
    appbuilder = app.appbuilder  # type: ignore[attr-defined]
    appbuilder.add_view_no_menu(AuditView)
    extenders().append(add_audit)
    if not is_known(VIEW):
        sync_permissions(appbuilder)
        grant(AUDITOR, {(PERMISSION, VIEW)})
