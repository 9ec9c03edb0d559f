"""Flask-AppBuilder's permissions in the reader's language: "IT console: use" instead of "can console on ITConsole"."""

from __future__ import annotations

from typing import Any

from flask_appbuilder.security.sqla.models import Permission, PermissionView, ViewMenu
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

ACTIONS: dict[str, Any] = {
    ".*": _l("everything"),
    "can_add": _l("add"),
    "can_approve": _l("approve"),
    "can_begin": _l("begin with a second factor"),
    "can_change": _l("change"),
    "can_chart": _l("charts"),
    "can_codes": _l("make recovery codes"),
    "can_confirm": _l("confirm a second factor"),
    "can_console": _l("use"),
    "can_create": _l("add"),
    "can_decide": _l("decide"),
    "can_delete": _l("delete"),
    "can_docs": _l("API documentation"),
    "can_edit": _l("edit"),
    "can_end": _l("end sessions"),
    "can_end_viewing": _l("end a view as another person"),
    "can_export": _l("export"),
    "can_inbox": _l("read"),
    "can_index": _l("open"),
    "can_keep": _l("set the rules of signing in"),
    "can_link": _l("link with employees"),
    "can_list": _l("see the list"),
    "can_look": _l("look"),
    "can_off": _l("turn a second factor off"),
    "can_open": _l("open messages"),
    "can_read_all": _l("mark all as read"),
    "can_request": _l("ask in the name of persons"),
    "can_revoke": _l("revoke tokens"),
    "can_rights": _l("set rights"),
    "can_search": _l("search"),
    "can_see": _l("see"),
    "can_sessions": _l("see one’s sessions"),
    "can_state": _l("follow an export"),
    "can_show": _l("open"),
    "can_this_form_get": _l("open the form"),
    "can_this_form_post": _l("send the form"),
    "can_userinfo": _l("see one’s profile"),
    "can_wire": _l("wire tables"),
    "copyrole": _l("copy a role"),
    "menu_access": _l("entry in the menu"),
    "resetmypassword": _l("change one’s password"),
    "resetpasswords": _l("set passwords of others"),
    "userinfoedit": _l("edit one’s profile"),
}
PLACES: dict[str, Any] = {
    ".*": _l("everywhere"),
    "Audit": _l("Audit"),
    "Base Permissions": _l("Permissions"),
    "Dashboards": _l("Dashboards"),
    "Deadlines": _l("Deadlines"),
    "Exports": _l("Exports"),
    "Home": _l("Home"),
    "ITConsole": _l("IT console"),
    "Inbox": _l("Inbox"),
    "List Groups": _l("Groups"),
    "List Roles": _l("Roles"),
    "List Users": _l("Users"),
    "People": _l("People"),
    "Permission on Views/Menus": _l("Permissions on views"),
    "PermissionModelView": _l("Permissions"),
    "PersonRequests": _l("Requests of persons"),
    "PermissionViewModelView": _l("Permissions on views"),
    "Records": _l("Records"),
    "ResetMyPasswordView": _l("My password"),
    "ResetPasswordView": _l("Passwords of others"),
    "Rights": _l("Rights"),
    "RoleModelView": _l("Roles"),
    "Rules": _l("Service levels"),
    "SearchView": _l("Search"),
    "Security": _l("Security"),
    "SignIn": _l("Signing in"),
    "User's Statistics": _l("Sign-in statistics"),
    "UserDBModelView": _l("Users"),
    "UserGroupModelView": _l("Groups"),
    "UserInfoEditView": _l("Own profile"),
    "UserStatsChartView": _l("Sign-in statistics"),
    "ViewMenuModelView": _l("Views and menus"),
    "Views/Menus": _l("Views and menus"),
    "Wiring": _l("Wiring"),
}


def action_words(permission: Permission) -> str:
    """What may be done; the code without its prefix where it has no words yet."""
    name = permission.name
    return str(ACTIONS.get(name, name.removeprefix("can_").replace("_", " ")))


def place_words(view: ViewMenu) -> str:
    """On which pages."""
    return str(PLACES.get(view.name, view.name))


def permission_words(both: PermissionView) -> str:
    """Both, as roles list them."""
    return str(
        _("%(place)s: %(action)s", place=place_words(both.view_menu), action=action_words(both.permission))
    )


def show_permissions_in_words() -> None:
    """Flask-AppBuilder shows them in lists, pickers and badges by their text forms."""
    Permission.__repr__ = action_words
    ViewMenu.__repr__ = place_words
    PermissionView.__repr__ = permission_words
