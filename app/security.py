"""Flask-AppBuilder's security on our terms: one look-up of permissions a request, bulk synchronisation, our session."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import Any

from blinker import Namespace
from flask import Flask, g
from flask.globals import app_ctx
from flask_appbuilder import AppBuilder
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_appbuilder.security.sqla.models import (
    Group,
    Permission,
    PermissionView,
    Role,
    ViewMenu,
    assoc_permissionview_role,
)
from sqlalchemy import Select, bindparam, event, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, joinedload, scoped_session, sessionmaker
from werkzeug.utils import import_string

from app import fab_views
from app.extensions import reading, services
from app.short_cache import ShortCache
from app.tokens import TokenRules

password_changed = Namespace().signal("password-changed")
"""Sent with `user` after a new password was saved."""
Pair = tuple[str, str]
"""(permission, view) as Flask-AppBuilder names them."""
FORM = ("can_this_form_get", "can_this_form_post")
OWN_ACCOUNT = frozenset(
    {(permission, view) for permission in FORM for view in ("ResetMyPasswordView", "UserInfoEditView")}
    | {(permission, "UserDBModelView") for permission in ("can_userinfo", "resetmypassword", "userinfoedit")}
)
"""What everybody who has signed in may do: look at the own account, change its names and its password."""


DOORS = {
    "security_api": "views.api.token_login.TokenLogin",
    "authdbview": "views.signin.page.AuthDBView",
    "resetmypasswordview": "views.signin.password.ResetMyPasswordView",
    "resetpasswordview": "views.signin.password.ResetPasswordView",
    "userdbmodelview": "views.signin.password.UserDBModelView",
}
"""Screens of the top room that Flask-AppBuilder's manager wants to register itself; named, since nothing here imports upwards."""


class VeneerSecurityManager(TokenRules, SecurityManager):
    """Permission checks against a set that is read once a request; bearer tokens by our rules."""

    userstatschartview = fab_views.UserStatsChartView
    rolemodelview = fab_views.RoleModelView
    groupmodelview = fab_views.UserGroupModelView
    permissionmodelview = fab_views.PermissionModelView
    viewmenumodelview = fab_views.ViewMenuModelView
    permissionviewmodelview = fab_views.PermissionViewModelView

    def reset_password(self, userid: int, password: str) -> None:
        """A new password ends what was signed in with the old one."""
        super().reset_password(userid, password)
        password_changed.send(self, user=self.get_user_by_id(userid))

    def load_user(self, pk: int) -> Any:
        """The active account with its roles. These may be a second old; whether it may still be used never is."""
        cache: ShortCache[Any] = services().rooms["accounts"]
        held, number = cache.get(int(pk)), int(pk)
        if held is None or not self._is_unchanged(held):
            held = self._read_account(number)
            if held is None:
                return None
            cache.put(number, held)
        # A copy for this request's session: what is loaded stays loaded, everything else can be asked for.
        return self.session.merge(held, load=False)

    def _is_unchanged(self, held: Any) -> bool:
        """Is the account active still, under the same password?"""
        found = reading().execute(self._state, {"number": held.id}).first()
        return found is not None and bool(found.active) and found.password == held.password

    @cached_property
    def _state(self) -> Select[tuple[bool, str]]:
        """The one statement that every request begins with, put together once."""
        model = self.user_model
        return select(model.active, model.password).where(model.id == bindparam("number"))

    def _read_account(self, number: int) -> Any:
        """The active account with roles and groups in one statement, on a session that ends with it."""
        model = self.user_model
        whole = (joinedload(model.roles), joinedload(model.groups).joinedload(Group.roles))
        with Session(reading(), expire_on_commit=False) as session:
            user = session.get(model, number, options=whole)
            session.expunge_all()
        return user if user is not None and user.is_active else None

    def pairs_of(self, user: Any) -> frozenset[Pair]:
        """All permissions of a person, one second old at most and the same throughout a request."""
        held = g.setdefault("permission_pairs", {})
        if user.id not in held:
            held[user.id] = self._pairs(user)
        found: frozenset[Pair] = held[user.id]
        return found

    def _pairs(self, user: Any) -> frozenset[Pair]:
        cache: ShortCache[frozenset[Pair]] = services().rooms["pairs"]
        roles = tuple(sorted(role.id for role in self.get_user_roles(user)))
        found = cache.get(roles)
        if found is None:
            found = cache.put(roles, frozenset(self._read_pairs(list(roles))))
            let_go()
        return found

    def _read_pairs(self, role_ids: list[int]) -> Any:
        found = (
            select(Permission.name, ViewMenu.name)
            .select_from(PermissionView)
            .join(Permission, PermissionView.permission_id == Permission.id)
            .join(ViewMenu, PermissionView.view_menu_id == ViewMenu.id)
            .join(
                assoc_permissionview_role, assoc_permissionview_role.c.permission_view_id == PermissionView.id
            )
            .where(assoc_permissionview_role.c.role_id.in_(role_ids))
        )
        return self.session.execute(found)

    def is_administrator(self, user: Any) -> bool:
        """Does the person hold the administrator's role?"""
        return is_admin(self, user)

    def _has_view_access(self, user: Any, permission_name: str, view_name: str) -> bool:
        pair = (permission_name, view_name)
        return pair in OWN_ACCOUNT or is_admin(self, user) or pair in self.pairs_of(user)

    def _get_user_permission_view_menus(
        self, user: Any, permission_name: str, view_menus_name: list[str]
    ) -> set[str]:
        if user is None:
            return set()
        if is_admin(self, user):
            return set(view_menus_name)
        return {view for permission, view in self.pairs_of(user) if permission == permission_name}

    def is_item_public(self, permission_name: str, view_name: str) -> bool:
        """Nothing is public: signing in comes first."""
        return False


def is_admin(manager: SecurityManager, user: Any) -> bool:
    """Does the person hold the administrator's role? Asked for every entry of the menu, so kept for the request."""
    held: dict[Any, bool] = g.setdefault("administrators", {})
    who = user.get_id() if user.is_authenticated else None
    if who not in held:
        held[who] = any(role.name == manager.auth_role_admin for role in manager.get_user_roles(user))
    return held[who]


def init_app(app: Flask) -> None:
    """Create the security tables and bring Flask-AppBuilder up on a session of the overlay."""
    session = scoped_session(
        sessionmaker(services().engine, class_=Session, expire_on_commit=False), scopefunc=_context
    )
    rooms = app.extensions["veneer"].rooms
    rooms["session"], rooms["accounts"], rooms["pairs"] = session, ShortCache(), ShortCache()
    forget_on_change(session, rooms["accounts"], rooms["pairs"])

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        with suppress(SQLAlchemyError):  # the connection was lost, and the answer stands already
            session.remove()
        session.registry.clear()

    from flask_appbuilder.menu import Menu

    doors = {name: import_string(path) for name, path in DOORS.items()}
    appbuilder = AppBuilder(
        security_manager_class=type("SecurityManager", (VeneerSecurityManager,), doors),
        menu=Menu(),
        base_template="layout.html",
    )
    appbuilder.init_app(app, session)


def forget_on_change(session: scoped_session[Session], *caches: ShortCache[Any]) -> None:
    """What this process itself changes in accounts and roles is in force at once."""

    @event.listens_for(session, "after_flush")
    def note(changed: Session, _context: Any) -> None:
        changed.info["wrote"] = True

    @event.listens_for(session, "after_commit")
    def forget(changed: Session) -> None:
        if changed.info.pop("wrote", False):
            for cache in caches:
                cache.clear()


def _context() -> int:
    return id(app_ctx._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 the proxy's own identity


def overlay_session() -> Session:
    """Flask-AppBuilder's session on the overlay for this request."""
    found: Session = services().rooms["session"]()
    return found


def let_go() -> None:
    """Give the session's connection back after it was read from: who holds one must not wait for a second."""
    session = overlay_session()
    if not (session.new or session.dirty or session.deleted):
        session.commit()


def sync_permissions(appbuilder: AppBuilder) -> int:
    """Add the permissions of all registered views and menus that are missing; returns how many."""
    wanted = _wanted(appbuilder)
    session = overlay_session()
    permissions = _ensure(session, Permission, {permission for permission, _view in wanted})
    views = _ensure(session, ViewMenu, {view for _permission, view in wanted})
    held = set(session.execute(select(PermissionView.permission_id, PermissionView.view_menu_id)))
    missing = [(permissions[p], views[v]) for p, v in wanted if (permissions[p], views[v]) not in held]
    if missing:
        rows = [{"permission_id": p, "view_menu_id": v} for p, v in missing]
        session.execute(insert(PermissionView), rows)
    session.commit()
    return len(missing)


def is_known(view: str) -> bool:
    """A permission on this view exists: who has it is the administrators' affair from then on."""
    found = select(PermissionView.id).join(ViewMenu).where(ViewMenu.name == view).limit(1)
    return overlay_session().execute(found).first() is not None


def grant(role_name: str, pairs: set[Pair]) -> None:
    """Give a role (made when missing) these permissions; what it has already stays."""
    session = overlay_session()
    role = session.execute(select(Role).where(Role.name == role_name)).scalar_one_or_none()
    if role is None:
        role = Role(name=role_name)
        session.add(role)
    found = session.execute(
        select(PermissionView)
        .join(Permission)
        .join(ViewMenu)
        .where(Permission.name.in_({p for p, _v in pairs}))
    ).scalars()
    held = {(pv.permission.name, pv.view_menu.name) for pv in role.permissions}
    role.permissions += [
        pv for pv in found if (pair := (pv.permission.name, pv.view_menu.name)) in pairs and pair not in held
    ]
    session.commit()


def _wanted(appbuilder: AppBuilder) -> set[Pair]:
    views = {
        (p, view.class_permission_name) for view in appbuilder.baseviews for p in view.base_permissions or ()
    }
    menus = {("menu_access", name) for name in appbuilder.menu.get_flat_name_list() if name != "-"}
    return views | menus


def _ensure(session: Session, model: Any, names: set[str]) -> dict[str, int]:
    held: dict[str, int] = dict(session.execute(select(model.name, model.id)).all())
    missing = sorted(names - set(held))
    if missing:
        session.execute(insert(model), [{"name": name} for name in missing])
        held = dict(session.execute(select(model.name, model.id)).all())
    return held
