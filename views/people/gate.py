"""Who may link accounts and keep the organisation: holders of "can_link" on "People", administrators among them."""

from __future__ import annotations

from flask_babel import gettext as _

from views.access import Gate

PERMISSION, VIEW = "can_link", "People"
may_link = Gate(PERMISSION, VIEW, lambda: _("This page is for administrators. Ask one of them."))
