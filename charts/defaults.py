"""The dashboard that a person has before anybody has made one: by role, from whatever the wiring offers."""

from __future__ import annotations

from collections.abc import Iterable

from charts import recipes
from charts.nouns import Chart, Dashboard
from charts.recipes import Recipe
from models import roles
from models.policy import Policy
from models.wiring.nouns import Label

TITLE = Label("Overview", "概览")

NUMBERS: tuple[Recipe, ...] = (
    recipes.sales_this_month,
    recipes.count_this_month("order"),
    recipes.count_this_month("customer"),
    recipes.received_this_month,
    recipes.tickets_open,
    recipes.tickets_overdue,
)
SELLING: tuple[Recipe, ...] = (
    recipes.orders_by_month,
    recipes.order_stages,
    recipes.best_owners,
    recipes.customers_by_month,
    recipes.open_by_status,
    recipes.tickets_by_month,
)
CUSTOMERS: tuple[Recipe, ...] = (recipes.customers_by_month, recipes.customers_by_status)
ALL: tuple[Recipe, ...] = (*NUMBERS, *SELLING, recipes.best_customers, recipes.payments_by_month)
BY_ROLE: dict[str, tuple[Recipe, ...]] = {
    roles.EXECUTIVE: (*NUMBERS, *SELLING),
    roles.MANAGER: ALL,
    roles.SALES: (
        *NUMBERS,
        recipes.orders_by_month,
        recipes.order_stages,
        recipes.best_customers,
        recipes.payments_by_month,
        *CUSTOMERS,
    ),
    roles.CLERK: (
        recipes.count_this_month("customer"),
        recipes.count_this_month("order"),
        recipes.received_this_month,
        recipes.tickets_open,
        recipes.orders_by_month,
        recipes.order_stages,
        *CUSTOMERS,
    ),
    roles.ENGINEER: (
        recipes.tickets_open,
        recipes.tickets_overdue,
        recipes.count_this_month("ticket"),
        recipes.tickets_by_month,
        recipes.open_by_status,
        recipes.open_by_assignee,
        recipes.tickets_closed_by_month,
    ),
}
"""Pairs of charts, so that the rows of the page are full."""


def proposal(policy: Policy, role: str) -> Dashboard:
    """Made anew for each request from the catalogue in force, so that it follows every new wiring."""
    chosen = BY_ROLE.get(role, ALL)
    return Dashboard(role, TITLE, tuple(_distinct(recipe(policy) for recipe in chosen)))


def main_role(names: Iterable[str]) -> str:
    """The role whose dashboard a person with several roles sees: the widest one."""
    held = set(names)
    return next((name for name in BY_ROLE if name in held), "")


def _distinct(charts: Iterable[Chart | None]) -> list[Chart]:
    found: dict[str, Chart] = {}
    for chart in charts:
        if chart is not None:
            found.setdefault(chart.key, chart)
    return list(found.values())
