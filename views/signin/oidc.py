"""OpenID Connect: to the provider with state, nonce and PKCE, and back with a code. Signing out here leaves the provider's own session alone."""

from __future__ import annotations

import logging
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from authlib.integrations.requests_client import OAuth2Session
from flask import abort, current_app, flash, redirect, request, session, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _
from flask_login import current_user
from joserfc.errors import JoseError
from requests.exceptions import RequestException

from app import outgoing
from app.errors import SignInFirst, Unavailable
from app.extensions import services
from models.signin import arrivals, limits, trail
from models.signin.identities import OIDC, Outside
from views.signin.page import next_page, welcome

log = logging.getLogger("veneer")
SECONDS = 5
NEXT_KEY = "oidc_next"
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures that only the provider can make, whatever its metadata offers."""
FAILURES = (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError, RuntimeError)
"""What comes of a provider that does not answer, answers nonsense, or signs for somebody else."""


class Asking(OAuth2Session):
    """What the provider is asked with: it goes to the issuer's own host or to public addresses, and follows no redirect."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outgoing.guard(self, services().config.oidc_issuer)


class Provider(FlaskOAuth2App):
    """The provider that the settings name."""

    client_cls = Asking


class OidcView(BaseView):
    """There and back."""

    route_base = "/login/oidc"
    class_permission_name = "Records"
    default_view = "start"

    @expose("/")
    def start(self) -> Any:
        client = client_or_404()
        if current_user.is_authenticated:
            return redirect(next_page())
        session[NEXT_KEY] = next_page()
        try:
            return client.authorize_redirect(back_address())
        except FAILURES as error:
            log.warning("OpenID Connect: the provider cannot be asked", exc_info=error)
            raise Unavailable(
                _("The sign-in provider does not answer. Try again in a minute, or sign in with a password.")
            ) from error

    @expose("/callback")
    def callback(self) -> Any:
        client = client_or_404()
        if current_user.is_authenticated:
            return redirect(next_page())
        limits.claim()
        try:
            user = arrivals.account_of(person_of(claims_of(client)))
        except SignInFirst as problem:
            return turned_away(str(problem))
        if user is None:
            return turned_away(_("This account is switched off. Ask an administrator."))
        limits.give_back()
        return welcome(user, OIDC, session.pop(NEXT_KEY, "/"))


def client_or_404() -> Any:
    """The provider as the settings name it; there is nothing here without one."""
    config, rooms = services().config, services().rooms
    if not config.has_oidc:
        abort(404)
    if "oidc" not in rooms:
        rooms["oidc"] = OAuth(current_app).register(
            "oidc",
            client_cls=Provider,
            client_id=config.oidc_client_id,
            client_secret=config.oidc_client_secret or None,
            server_metadata_url=f"{config.oidc_issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": config.oidc_scopes,
                "code_challenge_method": "S256",
                "default_timeout": SECONDS,
                **({} if config.oidc_client_secret else {"token_endpoint_auth_method": "none"}),
            },
        )
    return rooms["oidc"]


def back_address() -> str:
    """Where the provider sends people back to: the public address where one is set."""
    public = services().config.public_url
    return public + url_for("OidcView.callback") if public else url_for("OidcView.callback", _external=True)


def claims_of(client: Any) -> dict[str, Any]:
    """What the provider says of the person who came back, checked: state, nonce, issuer, audience, signature, times. Raises SignInFirst."""
    if request.args.get("error") == "access_denied":
        raise SignInFirst(_("You cancelled at the sign-in provider."))
    try:
        found = checked(client)
    except FAILURES as error:
        log.warning("OpenID Connect: what came back cannot be trusted (%s)", type(error).__name__)
        trail.note("failed", reason=OIDC)
        raise SignInFirst(_("Signing in through the provider did not work. Try again.")) from error
    return found


def checked(client: Any) -> dict[str, Any]:
    """The claims of the ID token. Raises one of FAILURES."""
    metadata = client.load_server_metadata()
    if str(metadata.get("issuer", "")).rstrip("/") != services().config.oidc_issuer:
        services().rooms.pop("oidc")  # ask anew at the next try
        raise ValueError("The metadata is that of another issuer.")
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = [one for one in offered if one in SIGNATURES]
    found = client.authorize_access_token().get("userinfo")
    if not found or not isinstance(found.get("sub"), str) or not found["sub"]:
        raise ValueError("There is no ID token.")
    return dict(found)


def person_of(claims: dict[str, Any]) -> Outside:
    """The person that the claims speak of; a mail address counts only where the provider has verified it."""
    config = services().config
    name = str(claims.get(config.oidc_name_claim) or claims.get("email") or claims["sub"])
    groups = claims.get(config.oidc_groups_claim) or []
    listed = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    return Outside(
        OIDC,
        f"{config.oidc_issuer} {claims['sub']}",
        name,
        str(claims.get("given_name") or claims.get("name") or ""),
        str(claims.get("family_name") or ""),
        str(claims.get("email") or "") if claims.get("email_verified") is True else "",
        tuple(str(group) for group in listed),
    )


def turned_away(sentence: str) -> Any:
    """Back to the sign-in page with a sentence."""
    session.pop(NEXT_KEY, None)
    flash(sentence, "danger")
    return redirect(url_for("AuthDBView.login"))
