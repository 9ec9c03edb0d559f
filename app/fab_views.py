"""Flask-AppBuilder's own screens, cured of the filter that all threads of a process would share."""

from __future__ import annotations

from copy import copy
from typing import Any

from flask import abort, g, has_request_context
from flask_appbuilder import expose
from flask_appbuilder.security import views
from flask_appbuilder.security.decorators import has_access


class RequestFilters:
    """Each request filters on a copy of its own: else one person's list shows with another's filter."""

    exclude_route_methods = {"download"}  # none of these screens has files

    @property
    def _filters(self) -> Any:
        if not has_request_context():
            return self._first_filters
        copies: dict[int, Any] = g.setdefault("list_filters", {})
        if id(self) not in copies:
            copies[id(self)] = _fresh(self._first_filters)
        return copies[id(self)]

    @_filters.setter
    def _filters(self, filters: Any) -> None:
        self._first_filters = filters

    def get_action_permission_name(self, name: str) -> str:
        """The permission of an action; an action that does not exist is not found instead of failing."""
        if name not in self.actions:  # type: ignore[attr-defined]
            abort(404)
        return str(super().get_action_permission_name(name))  # type: ignore[misc]


def _fresh(filters: Any) -> Any:
    """The same searchable columns with nothing filtered yet; FAB's own copy forgets the columns."""
    made = copy(filters)
    made.filters, made.values = [], []
    return made


def isolated(view: type) -> type:
    """The same screen under the same name, since permissions and addresses follow from it."""
    return type(
        view.__name__, (RequestFilters, view), {"__module__": view.__module__, "__doc__": view.__doc__}
    )


class UserStatsChartView(RequestFilters, views.UserStatsChartView):
    """How often people signed in."""

    @expose("/chart/<int:group_by>")
    @expose("/chart/")
    @has_access
    def chart(self, group_by: int = 0) -> Any:
        if group_by >= len(self.definitions):
            abort(404)
        return super().chart(group_by)


UserDBModelView: Any = isolated(views.UserDBModelView)
UserDBModelView.list_columns = ["username", "last_name", "first_name", "email", "active", "roles"]
RoleModelView = isolated(views.RoleModelView)
UserGroupModelView = isolated(views.UserGroupModelView)
PermissionModelView = isolated(views.PermissionModelView)
ViewMenuModelView = isolated(views.ViewMenuModelView)
PermissionViewModelView = isolated(views.PermissionViewModelView)
