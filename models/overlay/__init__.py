"""The overlay: Veneer's own schema. Its tables stand on this MetaData, never on the legacy one."""

from __future__ import annotations

from sqlalchemy import MetaData

metadata = MetaData()
