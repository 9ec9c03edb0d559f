"""Who may wire: holders of "can_wire" on "Wiring", administrators among them."""

from __future__ import annotations

from flask_babel import gettext as _

from views.access import Gate

PERMISSION, VIEW = "can_wire", "Wiring"
may_wire = Gate(
    PERMISSION, VIEW, lambda: _("Wiring tables is for IT people and administrators. Ask one of them.")
)
