"""Plain Flask-Admin over the customers: once as it comes, once without its count."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from sqlalchemy import Column, ForeignKey, Integer, String, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, relationship, scoped_session, sessionmaker

URL = make_url(os.environ["BENCH_DATABASE_URL"])


class Base(DeclarativeBase):
    """Of the two tables."""


class Employee(Base):
    """Who looks after a customer."""

    __tablename__ = "T_YGDA"
    YGBH = Column(String(10), primary_key=True)
    XM = Column(String(40))

    def __str__(self) -> str:
        return str(self.XM)


class Customer(Base):
    """A row of the old table."""

    __tablename__ = "T_KHZL"
    ID = Column(Integer, primary_key=True)
    KHBH = Column(String(10))
    KHMC = Column(String(80))
    KHLX = Column(String(1))
    KHDJ = Column(String(1))
    KHZT = Column(String(1))
    DQBM = Column(String(2))
    YWY = Column(String(10), ForeignKey(Employee.YGBH))
    owner = relationship(Employee)


class CustomerView(ModelView):
    """The list with its count."""

    column_list = ("KHBH", "KHMC", "KHLX", "KHDJ", "KHZT", "owner", "DQBM")
    column_searchable_list = ("KHBH",)
    column_default_sort = ("ID", True)
    can_view_details = True
    page_size = 25


class UncountedView(CustomerView):
    """The list without."""

    simple_list_pager = True

    def get_count_query(self) -> Any:
        return None


def make() -> Flask:
    """The application; it is open to all and has no tables of its own."""
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "bench"
    Babel(app)
    session = scoped_session(sessionmaker(create_engine(URL, pool_size=20)))
    app.teardown_appcontext(lambda _error: session.remove())  # type: ignore[arg-type, return-value]
    admin = Admin(app, "Bench")
    admin.add_view(CustomerView(Customer, session, endpoint="customers"))
    admin.add_view(UncountedView(Customer, session, endpoint="uncounted"))
    return app


application = make()
