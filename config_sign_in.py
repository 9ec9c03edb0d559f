"""The settings of signing in: keys, passwords, limits, LDAP and OpenID Connect."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from config_setting import setting
from config_values import ldap, one_of, pairs, redis, secret, secrets_of, text, web_address, whole, yes_or_no


@dataclass(frozen=True)
class SignInSettings:
    """A part of Config."""

    secret_key: str = setting(
        "Signs sessions and tokens; the same on every machine. Empty makes one and keeps it in SECRET_KEY_FILE.",
        "32 or more characters",
        secret,
        "",
        is_secret=True,
    )
    secret_key_old: tuple[str, ...] = setting(
        "Earlier values of SECRET_KEY that still count while a new one takes over, the newest first.",
        "keys; comma-separated",
        secrets_of,
        "",
        is_secret=True,
    )
    secret_key_file: str = setting(
        "Where the key is kept when SECRET_KEY is empty; only its owner can read it.",
        "path",
        text,
        "var/secret-key",
    )
    session_idle_minutes: int = setting(
        "A session ends after this time without a page.", "minutes", whole(1, 10080), "60"
    )
    session_max_hours: int = setting(
        "A session ends after this time in any case.", "hours", whole(1, 720), "12"
    )
    sign_in_tries: int = setting(
        "Wrong passwords and codes for one account before it is locked.", "tries", whole(3, 1000), "10"
    )
    sign_in_address_tries: int = setting(
        "Wrong passwords, codes and tokens from one address before it is locked.",
        "tries",
        whole(5, 1_000_000),
        "100",
    )
    sign_in_lock_minutes: int = setting(
        "How long both stay locked after the last try.", "minutes", whole(1, 1440), "15"
    )
    redis_url: str = setting(
        "Redis that counts the tries for all workers; empty counts them in the overlay, as does a Redis that does not answer.",
        "redis:// or rediss:// address",
        redis,
        "",
        is_secret=True,
    )
    password_min_length: int = setting("The shortest password.", "characters", whole(8, 64), "10")
    password_rules: str = setting(
        "What else a password must be: plain asks only that it cannot be guessed easily; mlps follows the Chinese multi-level "
        "protection scheme (kinds of characters, a new one from time to time, none used before).",
        "plain or mlps",
        one_of("plain", "mlps"),
        "plain",
    )
    password_max_days: int = setting(
        "With mlps: a password must be changed after this time.", "days", whole(1, 3650), "90"
    )
    password_history: int = setting(
        "With mlps: how many earlier passwords may not come again.", "passwords", whole(1, 24), "5"
    )
    sign_in_creates: bool = setting(
        "Whether somebody who comes through LDAP or OpenID Connect for the first time gets an account.",
        "yes or no",
        yes_or_no,
        "no",
    )
    sign_in_role: str = setting(
        "The role of such an account where GROUP_ROLES names none; empty gives none.", "role", text, ""
    )
    group_roles: tuple[tuple[str, str], ...] = setting(
        "Groups of LDAP or OpenID Connect and the roles that they give; kept in step at each sign-in.",
        "group=role; semicolon-separated",
        pairs,
        "",
    )
    group_units: tuple[tuple[str, str], ...] = setting(
        "Groups and the organisation units (by code) that their members sit in; kept in step at each sign-in.",
        "group=unit; semicolon-separated",
        pairs,
        "",
    )
    ldap_url: str = setting(
        "LDAP server that checks passwords; empty uses none.", "ldaps:// or ldap:// address", ldap, ""
    )
    ldap_start_tls: bool = setting(
        "Whether ldap:// is encrypted before anything is said; only an address on this machine may do without.",
        "yes or no",
        yes_or_no,
        "yes",
    )
    ldap_ca_file: str = setting(
        "Certificates that the LDAP server's is checked against; empty takes the system's.", "path", text, ""
    )
    ldap_bind_dn: str = setting(
        "Who looks people up there; empty asks without a name.", "distinguished name", text, ""
    )
    ldap_bind_password: str = setting("Password of LDAP_BIND_DN.", "text", text, "", is_secret=True)
    ldap_base: str = setting("Where people are looked for.", "distinguished name", text, "")
    ldap_filter: str = setting(
        "How a person is found by the user name.", "LDAP filter with {name}", text, "(uid={name})"
    )
    ldap_group_base: str = setting(
        "Where groups are looked for; empty takes them from the person's memberOf.",
        "distinguished name",
        text,
        "",
    )
    ldap_group_filter: str = setting(
        "How the groups of a person are found there.",
        "LDAP filter with {dn} or {name}",
        text,
        "(member={dn})",
    )
    oidc_issuer: str = setting(
        "OpenID Connect provider, as its metadata calls itself; empty uses none.",
        "https:// address",
        web_address,
        "",
    )
    oidc_client_id: str = setting("What Veneer is called there.", "text", text, "")
    oidc_client_secret: str = setting("Veneer's secret there.", "text", text, "", is_secret=True)
    oidc_scopes: str = setting(
        "What is asked for.", "scopes; separated by blanks", text, "openid profile email"
    )
    oidc_groups_claim: str = setting("The claim that holds a person's groups.", "claim", text, "groups")
    oidc_name_claim: str = setting(
        "The claim that a new account takes its user name from.", "claim", text, "preferred_username"
    )
    oidc_label: str = setting("The words on the button after “Sign in with”.", "text", text, "OpenID Connect")

    @property
    def has_oidc(self) -> bool:
        """Whether people may come through an OpenID Connect provider."""
        return bool(self.oidc_issuer)

    @property
    def has_ldap(self) -> bool:
        """Whether an LDAP server checks passwords."""
        return bool(self.ldap_url)


def sign_in_problem(settings: SignInSettings) -> str:
    """What does not fit together, as a sentence; "" when all does."""
    ldap_url, issuer = settings.ldap_url, settings.oidc_issuer
    if ldap_url and not settings.ldap_base:
        return "LDAP_URL is set and LDAP_BASE is not. Say where people are looked for, such as ou=people,dc=example,dc=com."
    if ldap_url.startswith("ldap://") and not (settings.ldap_start_tls or is_local(ldap_url)):
        return "LDAP_URL would send passwords in the open. Use ldaps://, or LDAP_START_TLS=yes."
    if issuer and not settings.oidc_client_id:
        return "OIDC_ISSUER is set and OIDC_CLIENT_ID is not. Take it from the provider's registration of Veneer."
    if issuer.startswith("http://") and not is_local(issuer):
        return "OIDC_ISSUER must be an https:// address, so that nobody on the way can answer for it."
    return ""


def is_local(url: str) -> bool:
    """Whether an address is on this machine."""
    return urlsplit(url).hostname in {"localhost", "127.0.0.1", "::1"}
