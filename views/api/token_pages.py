"""/tokens/: a person's own API tokens. Only somebody who signed in with a password gets here, never a token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import format_date, format_datetime
from flask_babel import gettext as _
from flask_login import current_user

from app import tokens
from app.errors import Invalid, NotVisible
from app.i18n import language
from app.security import overlay_session
from models import access
from models.signin import trail
from views.access import signed_in

LIFETIMES_DAYS = (7, 30, 90, 365)
MOST_TOKENS = 20
LONGEST_NAME = 80


@dataclass(frozen=True)
class Shown:
    """A token in the list; `over` says in words why it cannot be used any more."""

    uuid: str
    name: str
    begins: str
    scope: str
    created: str
    used: str
    expires: str
    over: str


class TokensView(BaseView):
    """List, make and revoke."""

    route_base = "/tokens"
    class_permission_name = "Records"
    default_view = "list"

    @expose("/")
    @signed_in
    def list(self) -> Any:
        return page()

    @expose("/create", methods=["POST"])
    @signed_in
    def create(self) -> Any:
        try:
            name, scope, days = wanted()
        except Invalid as problem:
            return page(sentence=str(problem), errors=problem.fields), 400
        text = tokens.create(overlay_session(), current_user, name, scope, days)
        trail.note("token-made", current_user, reason=f"{name} ({scope})")
        return page(made=text)

    @expose("/<uuid>/revoke", methods=["POST"])
    @signed_in
    def revoke(self, uuid: str) -> Any:
        if not tokens.revoke(overlay_session(), current_user.id, uuid):
            raise NotVisible(_("This token does not exist any more."))
        trail.note("token-revoked", current_user)
        flash(_("The token is revoked."), "success")
        return redirect(url_for("TokensView.list"))


def page(*, made: str = "", sentence: str = "", errors: dict[str, str] | None = None) -> str:
    """The page; `made` is a new token, shown this once."""
    rows = [shown(token) for token in tokens.tokens_of(overlay_session(), current_user.id)]
    return render_template(
        "api/tokens.html",
        tokens=rows,
        made=made,
        sentence=sentence,
        errors=errors or {},
        typed=request.form if sentence else {},
        entities=entities(),
        chosen=request.form.getlist("entity") if sentence else [],
        lifetimes=[(str(days), _("%(number)s days", number=days)) for days in LIFETIMES_DAYS]
        + [("", _("Never"))],
    )


def wanted() -> tuple[str, str, int | None]:
    """(name, scope, days) of the form. Raises Invalid."""
    name, scope, days = (request.form.get(n, "").strip() for n in ("name", "scope", "days"))
    scope = f"{scope} {tokens.UNMASK}" if request.form.get("unmask") == "1" else scope
    wrong = {}
    if not name or len(name) > LONGEST_NAME:
        wrong["name"] = _("Give it a name of at most %(most)s characters.", most=LONGEST_NAME)
    if scope not in tokens.SCOPES:
        wrong["scope"] = _("Choose what it may do.")
    chosen = request.form.getlist("entity")
    if set(chosen) - {name for name, _label in entities()}:
        wrong["entity"] = _("Choose entities from the list.")
    if days not in {"", *map(str, LIFETIMES_DAYS)}:
        wrong["days"] = _("Choose how long it lives.")
    living = [t for t in tokens.tokens_of(overlay_session(), current_user.id) if not tokens.ended(t)]
    if not wrong and len(living) >= MOST_TOKENS:
        raise Invalid(
            _("You have %(most)s tokens already. Revoke one that you do not need any more.", most=MOST_TOKENS)
        )
    if wrong:
        raise Invalid(_("The token could not be made yet. Correct the fields below."), fields=wrong)
    return name, tokens.scope_of(scope, chosen), int(days) if days else None


def entities() -> list[tuple[str, str]]:
    """(name, label) of what the person may see."""
    seen = (one for one in access.catalogue().entities.values() if access.policy().may(one, "see"))
    return sorted(((one.name, one.label.text(language())) for one in seen), key=lambda pair: pair[1])


def scope_words(token: Any) -> str:
    """What a token may do."""
    words = _("Read and write") if tokens.may_write(token) else _("Read only")
    if tokens.may(token, tokens.UNMASK):
        words = _("%(scope)s, show masked values", scope=words)
    only = tokens.entities_of(token)
    labels = dict(entities()) if only else {}
    return f"{words}: {', '.join(sorted(labels.get(name, name) for name in only))}" if only else str(words)


def shown(token: Any) -> Shown:
    """A row of the list."""
    return Shown(
        uuid=token.uuid,
        name=token.name,
        begins=f"{token.key_prefix}…",
        scope=scope_words(token),
        created=format_date(aware(token.created_on)),
        used=format_datetime(aware(token.last_used_on), "short") if token.last_used_on else _("never"),
        expires=format_date(aware(token.expires_on)) if token.expires_on else _("never"),
        over=over(tokens.ended(token)),
    )


def over(code: str) -> str:
    """Why a token has ended; "" while it lives."""
    words = {"revoked": _("revoked"), "expired": _("expired"), "password": _("ended by a new password")}
    return str(words.get(code, ""))


def aware(moment: datetime) -> datetime:
    """The instant of a naive UTC time."""
    return moment.replace(tzinfo=UTC)
