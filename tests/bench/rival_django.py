"""Plain Django admin over the customers: once as it comes, once without its count."""

from __future__ import annotations

import os
from typing import Any

import django
import pymysql
from django.conf import settings
from sqlalchemy.engine import make_url

pymysql.version_info = (2, 2, 8, "final", 0)  # type: ignore[assignment] # Django looks for mysqlclient's number
pymysql.install_as_MySQLdb()

URL = make_url(os.environ["BENCH_DATABASE_URL"])
SERVER = {
    "ENGINE": "django.db.backends.mysql", "HOST": URL.host, "PORT": URL.port, "USER": URL.username,
    "PASSWORD": URL.password or "", "CONN_MAX_AGE": 600, "OPTIONS": {"charset": "utf8mb4"},
}  # fmt: skip
PARTS = ("auth", "contenttypes", "sessions", "messages", "admin")
BEFORE = ("django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
          "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware")  # fmt: skip
AROUND = ("django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
          "django.contrib.messages.context_processors.messages")  # fmt: skip


class Router:
    """Customers and employees come from the ERP, Django's own tables from a schema of their own."""

    def db_for_read(self, model: Any, **_hints: Any) -> str:
        """Where a model is read."""
        return "erp" if model._meta.app_label == "erp" else "default"

    db_for_write = db_for_read

    def allow_relation(self, *_models: Any, **_hints: Any) -> bool:
        """All may refer to each other."""
        return True

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        """Nothing is ever made in the ERP."""
        return db == "default" and app_label != "erp"


settings.configure(
    SECRET_KEY="bench", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, USE_TZ=False, STATIC_URL="/static/",
    DATABASES={"default": SERVER | {"NAME": os.environ["BENCH_OWN_SCHEMA"]}, "erp": SERVER | {"NAME": URL.database}},
    DATABASE_ROUTERS=[f"{__name__}.Router"], INSTALLED_APPS=["tests.bench.erp_app.Erp", *(f"django.contrib.{part}" for part in PARTS)], MIDDLEWARE=list(BEFORE),
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {"context_processors": list(AROUND)}}],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)  # fmt: skip
django.setup()

from django.contrib import admin  # noqa: E402 Django wants its settings first
from django.core.management import call_command  # noqa: E402
from django.core.paginator import Paginator  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.urls import path  # noqa: E402


class Employee(models.Model):
    """Who looks after a customer."""

    YGBH = models.CharField(primary_key=True, max_length=10)
    XM = models.CharField(max_length=40)

    class Meta:
        app_label, db_table, managed = "erp", "T_YGDA", False

    def __str__(self) -> str:
        return str(self.XM)


class Customer(models.Model):
    """A row of the old table."""

    ID = models.BigAutoField(primary_key=True)
    KHBH = models.CharField(max_length=10)
    KHMC = models.CharField(max_length=80)
    KHLX = models.CharField(max_length=1)
    KHDJ = models.CharField(max_length=1)
    KHZT = models.CharField(max_length=1)
    DQBM = models.CharField(max_length=2)
    owner = models.ForeignKey(
        Employee, models.DO_NOTHING, null=True, blank=True, db_column="YWY", db_constraint=False
    )

    class Meta:
        app_label, db_table, managed = "erp", "T_KHZL", False


class Uncounted(Customer):
    """The same, for the list without a count."""

    class Meta:
        app_label, proxy = "erp", True


class CustomerAdmin(admin.ModelAdmin):
    """The list with its counts."""

    list_display = ("KHBH", "KHMC", "KHLX", "KHDJ", "KHZT", "owner", "DQBM")
    search_fields = ("KHBH__startswith",)
    list_select_related = ("owner",)
    raw_id_fields = ("owner",)
    ordering = ("-ID",)
    list_per_page = 25


class NoCount(Paginator):
    """As if there were many."""

    count = 10_000_000


class UncountedAdmin(CustomerAdmin):
    """The list without."""

    show_full_result_count = False
    paginator = NoCount


admin.site.register(Customer, CustomerAdmin)
admin.site.register(Uncounted, UncountedAdmin)
urlpatterns = [path("admin/", admin.site.urls)]
call_command("migrate", verbosity=0)

from django.contrib.auth.models import User  # noqa: E402

if not User.objects.filter(username="bench").exists():
    User.objects.create_superuser("bench", "bench@example.com", "bench")
application = get_wsgi_application()
