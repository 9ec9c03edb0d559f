"""New passwords: the own one (the present one is asked for first), another account's, and a new account's, by the same rules."""

from __future__ import annotations

from typing import Any

from flask import abort, g, request
from flask_appbuilder.fieldwidgets import BS3PasswordFieldWidget
from flask_appbuilder.forms import DynamicForm
from flask_appbuilder.security import views
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import PasswordField
from wtforms.validators import DataRequired, EqualTo, ValidationError

from app import fab_views
from app.errors import Invalid, NotAllowed
from models.signin import door, identities, passwords


def field(label: Any, *validators: Any, autocomplete: str = "new-password") -> PasswordField:
    """A password with a label."""
    return PasswordField(
        label,
        validators=[*validators],
        widget=BS3PasswordFieldWidget(),
        render_kw={"autocomplete": autocomplete},
    )


class PasswordForm(DynamicForm):
    """A new password, twice."""

    password = field(lazy_gettext("The new password"), DataRequired())
    conf_password = field(
        lazy_gettext("The new password again"),
        EqualTo("password", message=lazy_gettext("The two are not the same. Type the new password twice.")),
    )


class OwnPasswordForm(DynamicForm):
    """The same after the present one, so that whoever finds an open browser cannot take the account over."""

    current_password = field(
        lazy_gettext("Present password"), DataRequired(), autocomplete="current-password"
    )
    password = field(lazy_gettext("The new password"), DataRequired())
    conf_password = field(
        lazy_gettext("The new password again"),
        EqualTo("password", message=lazy_gettext("The two are not the same. Type the new password twice.")),
    )

    def validate_current_password(self, given: Any) -> None:
        if not door.is_password_of(g.user, given.data or ""):
            raise ValidationError(_("This is not your present password."))


class ResetMyPasswordView(views.ResetMyPasswordView):
    """Change the own password."""

    form = OwnPasswordForm
    form_title = lazy_gettext("Change my password")
    message = lazy_gettext("Your new password is saved. You are signed out everywhere else.")

    def form_get(self, form: Any) -> None:
        refuse_outside(g.user)

    def form_post(self, form: Any) -> Any:
        refuse_outside(g.user)
        problem = wrong_with(form.password.data, g.user)
        if problem:
            return again(self, form, problem)
        return super().form_post(form)


class ResetPasswordView(views.ResetPasswordView):
    """An administrator gives an account a new password."""

    form = PasswordForm
    form_title = lazy_gettext("Give a new password")
    message = lazy_gettext("The new password is saved. The account is signed out everywhere.")

    def form_post(self, form: Any) -> Any:
        number = request.args.get("pk", "")
        user = self.appbuilder.sm.get_user_by_id(int(number)) if number.isdigit() else None
        if user is None:
            abort(404)
        refuse_outside(user)
        problem = wrong_with(form.password.data, user)
        if problem:
            return again(self, form, problem)
        return super().form_post(form)


def wrong_with(password: str, user: Any) -> str:
    """Why it will not do, as a sentence; "" when it will."""
    try:
        passwords.check(password, passwords.about(user), user)
    except Invalid as problem:
        return str(problem)
    return ""


def again(view: Any, form: Any, problem: str) -> Any:
    """The form once more with the sentence at its field."""
    form.password.errors = [problem]
    widgets = view._get_edit_widget(form=form)  # noqa: SLF001 as FAB's own form_post does
    return view.render_template(
        view.form_template, title=view.form_title, widgets=widgets, appbuilder=view.appbuilder
    )


def refuse_outside(user: Any) -> None:
    """An account that comes through a directory has no password here."""
    if identities.is_outside(user.id):
        raise NotAllowed(_("This account's password is kept in the company's directory. Change it there."))


def fit_for_new_account(form: Any, given: Any) -> None:
    """The rules for the password of an account that is being made."""
    names = [
        form[name].data or "" for name in ("username", "first_name", "last_name", "email") if name in form
    ]
    try:
        passwords.check(given.data or "", names)
    except Invalid as problem:
        raise ValidationError(str(problem)) from None


class UserDBModelView(fab_views.UserDBModelView):
    """Accounts."""

    add_form_extra_fields = {
        "password": field(lazy_gettext("The new password"), DataRequired(), fit_for_new_account),
        "conf_password": field(
            lazy_gettext("The new password again"),
            DataRequired(),
            EqualTo(
                "password", message=lazy_gettext("The two are not the same. Type the new password twice.")
            ),
        ),
    }
