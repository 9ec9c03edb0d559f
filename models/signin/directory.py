"""LDAP: look a person up, then sign in there with the password that was typed. Nothing is ever written to the directory."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_babel import gettext as _
from ldap3 import NONE, SIMPLE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPBindError, LDAPException
from ldap3.utils.conv import escape_filter_chars

from app.errors import Unavailable
from app.extensions import services
from models.signin.identities import LDAP, Outside

SECONDS = 5
NAMES = ("givenName", "sn", "cn", "mail", "memberOf", "entryUUID", "objectGUID")
LASTING = ("entryUUID", "objectGUID")
"""What stays when a person is renamed or moved."""
NONSENSE = (LookupError, TypeError, ValueError, OSError)
"""What ldap3 raises for an answer that it cannot take apart."""


def person(name: str, password: str) -> Outside | None:
    """Who has this name and password; None when nobody has. Raises Unavailable when the directory does not answer."""
    if not password.strip("\0"):
        return None  # an empty password is a sign-in without a name, which most directories accept
    try:
        with _asking() as asking:
            entry = _entry(asking, name)
            if (
                not _has_password(entry["dn"] if entry else services().config.ldap_base, password)
                or entry is None
            ):
                return None
            return _outside(entry, name, _groups(asking, entry, name))
    except (LDAPException, *NONSENSE) as error:
        raise Unavailable(
            _(
                "The company's directory does not answer. Try again in a minute; accounts of Veneer's own can still sign in."
            )
        ) from error


def _server() -> Server:
    config = services().config
    checked = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=config.ldap_ca_file or None)
    only = {"get_info": NONE, "connect_timeout": SECONDS, "allowed_referral_hosts": []}
    return Server(config.ldap_url, tls=checked, **only)


@contextmanager
def _bound(dn: str, password: str) -> Iterator[Connection]:
    """A connection that is signed in as `dn`, without a name where it is empty. Raises LDAPException."""
    known = {"user": dn, "password": password, "authentication": SIMPLE} if dn else {}
    # A referral would hand the password, in the open, to whatever server this one names.
    usual = {"receive_timeout": SECONDS, "raise_exceptions": False, "auto_referrals": False}
    made = Connection(_server(), **usual, **known)
    try:
        made.open()
        config = services().config
        if config.ldap_url.startswith("ldap://") and config.ldap_start_tls and not made.start_tls():
            raise LDAPBindError("The directory does not speak TLS.")
        if not made.bind():
            raise LDAPBindError(str(made.result.get("description")))
        yield made
    finally:
        made.unbind()
        if made.socket is not None:
            made.socket.close()  # ldap3 leaves the one of a failed handshake open


def _asking() -> Any:
    """Signed in as the account that looks people up."""
    config = services().config
    return _bound(config.ldap_bind_dn, config.ldap_bind_password)


def _has_password(dn: str, password: str) -> bool:
    """Does the directory let this person in? Asked even for nobody, so that an unknown name takes as long."""
    try:
        with _bound(dn, password):
            return True
    except LDAPBindError:
        return False


def _entry(asking: Connection, name: str) -> dict[str, Any] | None:
    """The one entry with this name; None for none and for several."""
    config = services().config
    wanted = config.ldap_filter.replace("{name}", escape_filter_chars(name))
    found = _search(asking, config.ldap_base, wanted, NAMES)
    return found[0] if len(found) == 1 else None


def _groups(asking: Connection, entry: dict[str, Any], name: str) -> tuple[str, ...]:
    """DNs of the person's groups."""
    config = services().config
    if not config.ldap_group_base:
        return tuple(_texts(entry, "memberOf"))
    wanted = config.ldap_group_filter.replace("{dn}", escape_filter_chars(entry["dn"]))
    wanted = wanted.replace("{name}", escape_filter_chars(name))
    return tuple(str(one["dn"]) for one in _search(asking, config.ldap_group_base, wanted, ()))


def _search(asking: Connection, base: str, wanted: str, names: tuple[str, ...]) -> list[dict[str, Any]]:
    asking.search(base, wanted, SUBTREE, attributes=list(names) or None, time_limit=SECONDS)
    return [one for one in asking.response or () if one.get("type") == "searchResEntry"]


def _outside(entry: dict[str, Any], name: str, groups: tuple[str, ...]) -> Outside:
    first, last = _text(entry, "givenName"), _text(entry, "sn") or _text(entry, "cn")
    lasting = next((_raw(entry, one) for one in LASTING if _raw(entry, one)), str(entry["dn"]).casefold())
    return Outside(LDAP, lasting, name, first, last, _text(entry, "mail"), groups)


def _texts(entry: dict[str, Any], name: str) -> list[str]:
    values = entry.get("raw_attributes", {}).get(name, [])
    return [value.decode("utf-8", "replace") for value in values]


def _text(entry: dict[str, Any], name: str) -> str:
    return next(iter(_texts(entry, name)), "")


def _raw(entry: dict[str, Any], name: str) -> str:
    """A value that may be bytes, as text that keeps all of them."""
    value: bytes = next(iter(entry.get("raw_attributes", {}).get(name, [])), b"")
    return value.decode() if value.isascii() else value.hex()
