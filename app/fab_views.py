"""Flask-AppBuilder's own screens, cured of the filter that all threads of a process would share."""

from __future__ import annotations

from copy import copy
from typing import Any

from flask import g, has_request_context
from flask_appbuilder import expose
from flask_appbuilder.security import views


class RequestFilters:
    """Each request filters on a copy of its own: else one person's list shows with another's filter."""

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


def _fresh(filters: Any) -> Any:
    """The same searchable columns with nothing filtered yet; FAB's own copy forgets the columns."""
    made = copy(filters)
    made.filters, made.values = [], []
    return made


def isolated(view: type) -> type:
    """The same screen under the same name, since permissions and addresses follow from it."""
    return type(view.__name__, (RequestFilters, view), {"__module__": view.__module__, "__doc__": view.__doc__})


class AuthDBView(views.AuthDBView):
    """The sign-in page; signing out is a button, so that no link or picture of another site can do it."""

    @expose("/logout/", methods=["POST"])
    def logout(self) -> Any:
        return super().logout()


UserDBModelView = isolated(views.UserDBModelView)
RoleModelView = isolated(views.RoleModelView)
UserGroupModelView = isolated(views.UserGroupModelView)
PermissionModelView = isolated(views.PermissionModelView)
ViewMenuModelView = isolated(views.ViewMenuModelView)
PermissionViewModelView = isolated(views.PermissionViewModelView)
