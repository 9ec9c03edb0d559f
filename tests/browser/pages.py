"""The main pages of the product: where each is and who opens it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A page. `path` may begin with "edit:", "show:" or "delete:" for the first record of a list."""

    name: str
    who: str
    path: str
    ready: str = ""
    """What shows that a script has drawn the page, where more is drawn than htmx brings."""


PLACES = (
    Place("login", "", "/login/"),
    Place("home", "manager_east", "/", ready=".main-svg"),
    Place("list", "manager_east", "/data/customers/list/"),
    Place("empty-list", "manager_east", "/data/customers/list/?q=nobody-has-this-name"),
    Place("record", "manager_east", "show:/data/customers/list/"),
    Place("edit", "manager_east", "edit:/data/customers/list/", ready=".ts-control"),
    Place("add", "clerk", "/data/customers/add"),
    Place("delete", "clerk", "delete:/data/customers/list/"),
    Place("ticket", "engineer", "show:/data/service-tickets/list/"),
    Place("search", "manager_east", "/search?q=KH0000"),
    Place("inbox", "manager_east", "/inbox/"),
    Place("profile", "admin", "/users/userinfo/"),
    Place("own-password", "admin", "/resetmypassword/form"),
    Place("users", "admin", "/users/list/"),
    Place("add-user", "admin", "/users/add"),
    Place("role", "admin", "/roles/edit/3"),
    Place("permissions", "admin", "/permissionviews/list/"),
    Place("people", "admin", "/people/"),
    Place("organisation", "admin", "/organisation/?unit=10010101", ready=".ts-control"),
    Place("hand-over", "admin", "/hand-over/?giver=YG0103", ready=".ts-control"),
    Place("organisation-sheet", "admin", "/organisation/sheet/"),
    Place("rights", "admin", "/rights/?role=Sales"),
    Place("rights-entity", "admin", "/rights/entity?role=Sales&entity=customers"),
    Place("rights-limits", "admin", "/rights/limits?role=Sales"),
    Place("rights-file", "admin", "/rights/apply"),
    Place("export-ask", "manager_east", "/data/customers/exports/new?kind=xlsx"),
    Place("my-exports", "manager_east", "/exports/"),
    Place("export-requests", "executive", "/exports/requests"),
    Place("all-exports", "admin", "/exports/all"),
    Place("values-shown", "admin", "/exports/unmasked"),
    Place("wiring-tables", "admin", "/wiring/"),
    Place("wiring-table", "admin", "/wiring/table?table=T_GDZB"),
    Place("wiring-review", "admin", "/wiring/review"),
    Place("wiring-changes", "admin", "/wiring/changes/"),
    Place("wiring-versions", "admin", "/wiring/versions/"),
    Place("dashboard-edit", "admin", "/dashboards/edit"),
    Place("deadlines", "manager_east", "/rules/deadlines/"),
    Place("policies", "admin", "/rules/policies/"),
    Place("policy", "admin", "/rules/policies/1"),
    Place("calendar", "admin", "/rules/calendars/1"),
    Place("console", "it", "/it/"),
    Place("console-rows", "it", "/it/rows/?table=T_KHZL"),
    Place("console-checks", "it", "/it/checks/"),
    Place("persons", "admin", "/persons/"),
    Place("persons-new", "admin", "/persons/new?entity=customers&record=5"),
    Place("audit", "admin", "/audit/"),
    Place("tokens", "manager_east", "/tokens/"),
    Place("sessions", "manager_east", "/sessions/"),
    Place("second-factor", "manager_east", "/second-factor/"),
    Place("sign-in", "admin", "/sign-in/"),
    Place("sign-in-account", "admin", "/sign-in/1"),
    Place("api", "manager_east", "/api/docs", ready=".opblock"),
    Place("nothing-here", "manager_east", "/data/nothing/list/"),
)
