"""Who may decide about requests for exports: holders of "can_approve" on "Exports", working for themselves."""

from __future__ import annotations

from flask_babel import gettext as _

from models.export_requests import PERMISSION, VIEW
from views.access import Gate

may_approve = Gate(
    PERMISSION,
    VIEW,
    lambda: _("Exports are approved by others. Ask an administrator if you should be one of them."),
    is_personal=True,
)
is_approver = may_approve.is_open
