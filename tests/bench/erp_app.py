"""The ERP as an app of Django; its models stand in rival_django.py."""

from __future__ import annotations

from pathlib import Path

from django.apps import AppConfig


class Erp(AppConfig):
    """Has a label and nothing else."""

    name, label = "tests.bench", "erp"
    path = str(Path(__file__).parent)
