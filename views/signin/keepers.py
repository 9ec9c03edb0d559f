"""Who looks after signing in: holders of "can_keep" on "SignIn", administrators among them."""

from __future__ import annotations

from flask_babel import gettext as _

from views.access import Gate

PERMISSION, VIEW = "can_keep", "SignIn"
may_keep = Gate(PERMISSION, VIEW, lambda: _("This page is for administrators. Ask one of them."))
