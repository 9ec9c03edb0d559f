"""The audit in words: it keeps codes, and each reader's language says what they mean."""

from __future__ import annotations

from flask_babel import gettext as _

from app.i18n import language
from app.theme.role_words import role_words
from models import access
from models.change import Change
from views.audit.kept import labels


def subject(code: str) -> str:
    """What an entry is about: an entity's label, or a part of Veneer itself."""
    entity = access.catalogue().get(code)
    return entity.label.text(language()) if entity else subjects().get(code, code.removeprefix("@"))


def subjects() -> dict[str, str]:
    """Parts of Veneer that are no entity."""
    return {
        "@account": _("Account"),
        "@access": _("Access"),
        "@export": _("Export"),
        "@rights": _("Rights"),
        "@view-as": _("View as another person"),
        "@wiring": _("Wiring"),
        "@personal-data": _("Personal data"),
        "@audit": _("Audit"),
        "@console": _("IT console"),
        "@read": _("Reading"),
        "@unmask": _("Masked values"),
    }


def actions() -> dict[str, str]:
    """What was done."""
    return {
        "create": _("Added"),
        "change": _("Changed"),
        "delete": _("Deleted"),
        "undo": _("Taken back"),
        "sign-in": _("Signed in"),
        "sign-out": _("Signed out"),
        "failed": _("Failed to sign in"),
        "locked": _("Locked"),
        "unlocked": _("Unlocked"),
        "password": _("New password"),
        "refused": _("Refused"),
        "export": _("Exported"),
        "publish": _("Published"),
        "unlock": _("Opened the lock"),
        "lock": _("Closed the lock"),
        "factor-on": _("Second factor turned on"),
        "factor-off": _("Second factor turned off"),
        "factor-reset": _("Second factor reset"),
        "factor-roles": _("Roles that need a second factor"),
        "recovery-code": _("Recovery code used"),
        "recovery-new": _("New recovery codes"),
        "session-ended": _("Ended a session"),
        "sessions-ended": _("Signed out everywhere"),
        "token-made": _("Made a token"),
        "token-revoked": _("Revoked a token"),
        "account-made": _("Account made at the first sign-in"),
        "roles": _("Roles from groups"),
        "link-allowed": _("Link allowed"),
        "linked": _("Linked"),
        "unlinked": _("Link removed"),
        "lent": _("Lent rights"),
        "taken-back": _("Took lent rights back"),
        "stands-in": _("Works for somebody"),
        "begin": _("Began"),
        "end": _("Ended"),
        "organisation": _("Organisation"),
        "handed-over": _("Handed over"),
        "handed-back": _("Took a hand-over back"),
        "handing-stopped": _("Stopped a hand-over"),
        "handing-resumed": _("Let a hand-over go on"),
        "prune": _("Removed old entries"),
        "anonymise": _("Made anonymous"),
        "erase": _("Personal data erased"),
        "purge": _("Deleted for good"),
        "asked": _("Asked in the name of a person"),
        "handed-in": _("Handed in"),
        "approved": _("Approved"),
        "turned-down": _("Turned down"),
        "cancelled": _("Given up"),
        "worked-off": _("Worked off"),
        "gave-up": _("Could not be worked off"),
        "outside": _("Changed by another program"),
        "opened": _("Opened"),
        "listed": _("Seen in a list"),
        "many-shown": _("Was shown very many rows"),
        "redacted": _("Took a person's values out of entries"),
        "unmask": _("Had a masked value shown"),
        "export-asked": _("Asked for an export"),
        "withdrawn": _("Withdrew"),
    }


def action(code: str) -> str:
    """What was done, in words; a code that nobody has put into words stays as it is."""
    return actions().get(code, code)


def part(name: str) -> str:
    """What a part of an entry is called."""
    named = {
        "username": _("User name"),
        "active": _("Active"),
        "roles": _("Roles"),
        "groups": _("Groups"),
        "email": _("E-mail"),
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "name": _("Name"),
        "permissions": _("Permissions"),
        "address": _("Address"),
        "answer": _("Answer"),
        "rows": _("Rows"),
        "records": _("Records"),
        "page": _("Page"),
        "entries": _("Entries"),
        "texts": _("Texts"),
        "unsought": _("Values not looked for elsewhere"),
        "digest": _("Digest"),
        **labels(),
        "columns": _("Columns"),
        "kind": _("Type"),
        "who": _("Person"),
        "subject": _("What"),
        "action": _("Action"),
        "since": _("From day"),
        "until": _("To day"),
        "joins": _("Join"),
        "moves": _("Move"),
        "leaves": _("Leave"),
        "employee": _("Employee"),
        "parent": _("Unit above"),
        "head": _("Head"),
        "unit": _("Unit"),
        "title": _("Position"),
        "holder": _("Holder"),
        "step": _("Step"),
        "code": _("Code"),
        "entity": _("Entity"),
        "record": _("Record"),
        "field": _("Field"),
        "filter": _("Filter"),
        "search": _("Search"),
        "request": _("Request"),
    }
    return str(named.get(name, name))


def reason(code: str, said: str) -> str:
    """Why, or how: codes of signing in become words, what a person wrote stays."""
    ways = {
        "page": _("with the password"),
        "api": _("by the API"),
        "oidc": _("through the identity provider"),
        "password": _("wrong password"),
        "code": _("wrong code"),
        "not linked": _("the identity is not linked to this account"),
    }
    return str(ways.get(said, said)) if code == "@account" else said


def title(change: Change) -> str:
    """What an entry is about: the record's title; of a refusal the address that was asked for."""
    is_refusal = (change.entity, change.action) == ("@access", "refused")
    return f"{change.title} {change.record}" if is_refusal else change.title


def answers() -> dict[str, str]:
    """Why something was refused."""
    return {
        "not-visible": _("not there, or out of reach"),
        "not-allowed": _("no right to do this"),
        "http": _("refused"),
    }


def value(stored: object, name: str = "") -> str:
    """A part of an entry as people read it; nothing for none."""
    if stored is None:
        return ""
    if name == "entity" and isinstance(stored, str):
        return subject(stored)
    if name == "answer" and isinstance(stored, str):
        return answers().get(stored, stored)
    if name == "roles" and isinstance(stored, str):
        return str(_(", ")).join(role_words(one) for one in stored.split(", "))
    if stored in {"True", "False"}:
        return str(_("Yes") if stored == "True" else _("No"))
    return str(stored)
