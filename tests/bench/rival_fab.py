"""Plain Flask-AppBuilder over the customers, as its documentation has it: a model and a view."""

from __future__ import annotations

import os

from flask import Flask
from flask_appbuilder import AppBuilder, ModelView
from flask_appbuilder.models.sqla import Base
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.engine import make_url
from sqlalchemy.orm import relationship

URL = make_url(os.environ["BENCH_DATABASE_URL"])
ERP = {"schema": str(URL.database)}
LISTED = ["KHBH", "KHMC", "KHLX", "KHDJ", "KHZT", "owner", "DQBM"]


class Employee(Base):
    """Who looks after a customer."""

    __tablename__ = "T_YGDA"
    __table_args__ = ERP
    YGBH = Column(String(10), primary_key=True)
    XM = Column(String(40))

    def __repr__(self) -> str:
        return str(self.XM)


class Customer(Base):
    """A row of the old table."""

    __tablename__ = "T_KHZL"
    __table_args__ = ERP
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
    """Lists, shows and edits."""

    route_base = "/customers"
    datamodel = SQLAInterface(Customer)
    list_columns = LISTED
    show_columns = LISTED
    base_order = ("ID", "desc")
    page_size = 25


def make() -> Flask:
    """The application; its own tables stand in the schema that BENCH_OWN_SCHEMA names."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY="bench",
        SQLALCHEMY_DATABASE_URI=URL.set(database=os.environ["BENCH_OWN_SCHEMA"]),
        RATELIMIT_ENABLED=False,
        AUTH_RATE_LIMITED=False,
        WTF_CSRF_ENABLED=False,
    )
    with app.app_context():
        builder = AppBuilder(app, SQLAlchemy(app).session)
        builder.add_view(CustomerView, "Customers")
        role = builder.sm.find_role("Admin")
        if builder.sm.find_user("bench") is None:
            builder.sm.add_user("bench", "B", "B", "bench@example.com", role, "bench")
    return app


application = make()
