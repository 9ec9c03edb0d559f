"""Who may look into the audit: holders of "can_look" on "Audit", administrators among them."""

from __future__ import annotations

from flask_babel import gettext as _

from views.access import Gate

PERMISSION, VIEW = "can_look", "Audit"
may_look = Gate(PERMISSION, VIEW, lambda: _("The audit is for auditors and administrators. Ask one of them."))
