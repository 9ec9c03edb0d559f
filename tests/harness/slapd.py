"""A real OpenLDAP server of our own on loopback, with a few people in it and a certificate that it made itself."""

from __future__ import annotations

import ipaddress
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.harness import strict
from tests.harness.mariadb import die_with_parent, free_port

BASE = "dc=example,dc=com"
READER, READER_PASSWORD = f"cn=veneer,{BASE}", "reads only"
PASSWORD = "from the directory 5"
SCHEMAS = Path("/etc/ldap/schema")
START_SECONDS = 20

CONF = """
{schemas}
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
TLSCertificateFile {folder}/cert.pem
TLSCertificateKeyFile {folder}/key.pem
database mdb
suffix "{base}"
rootdn "cn=admin,{base}"
rootpw "root of all"
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{reader}" read by self read by * none
"""

PEOPLE = f"""dn: {BASE}
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: {READER}
objectClass: person
cn: veneer
sn: veneer
userPassword: {READER_PASSWORD}

dn: ou=people,{BASE}
objectClass: organizationalUnit
ou: people

dn: ou=groups,{BASE}
objectClass: organizationalUnit
ou: groups
"""


@dataclass(frozen=True)
class Directory:
    """A running server: its two addresses and the file with its certificate."""

    url: str
    secure_url: str
    certificate: Path
    folder: Path

    def settings(self, **more: str) -> dict[str, str]:
        """Veneer's settings for it."""
        return {
            "LDAP_URL": self.url, "LDAP_START_TLS": "no", "LDAP_BASE": f"ou=people,{BASE}", "LDAP_BIND_DN": READER,
            "LDAP_BIND_PASSWORD": READER_PASSWORD, "LDAP_GROUP_BASE": f"ou=groups,{BASE}", **more,
        }  # fmt: skip


def person(uid: str, first: str = "Lan", last: str = "Dap", password: str = PASSWORD) -> str:
    """An entry as LDIF."""
    return f"""
dn: uid={uid},ou=people,{BASE}
objectClass: inetOrgPerson
uid: {uid}
cn: {first} {last}
givenName: {first}
sn: {last}
mail: {uid}@example.com
userPassword: {password}
"""


def group(name: str, *uids: str) -> str:
    """A group as LDIF; a group needs somebody, so the reader is in each."""
    members = "\n".join(f"member: uid={uid},ou=people,{BASE}" for uid in uids)
    return f"\ndn: cn={name},ou=groups,{BASE}\nobjectClass: groupOfNames\ncn: {name}\nmember: {READER}\n{members}\n"


def find() -> str | None:
    """Where slapd is; Debian keeps it out of a person's PATH."""
    return shutil.which("slapd") or shutil.which("slapd", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def serving(folder: Path, ldif: str, host: str = "localhost") -> Iterator[Directory]:
    """A server with these people, ended afterwards. Its certificate is for `host` and 127.0.0.1 (localhost only)."""
    program = find()
    if program is None or not SCHEMAS.exists():
        strict.leave_out("Tests of LDAP", "Install slapd and ldap-utils to include them.")
    (folder / "data").mkdir(parents=True)
    certificate(folder, host)
    schemas = "\n".join(f"include {SCHEMAS}/{name}.schema" for name in ("core", "cosine", "inetorgperson"))
    conf = CONF.format(schemas=schemas, folder=folder, base=BASE, reader=READER)
    (folder / "slapd.conf").write_text(conf)
    (folder / "people.ldif").write_text(PEOPLE + ldif)
    tool(program, "slapadd", folder, "-q", "-l", str(folder / "people.ldif"))
    plain, secure = free_port(), free_port()
    address = [f"ldap://127.0.0.1:{plain}/", f"ldaps://127.0.0.1:{secure}/"]
    command = [program, "-f", str(folder / "slapd.conf"), "-h", " ".join(address), "-d", "0"]
    with subprocess.Popen(command, preexec_fn=die_with_parent) as process:  # noqa: PLW1509 - as for the database
        try:
            wait_for(plain, process)
            yield Directory(
                f"ldap://127.0.0.1:{plain}", f"ldaps://localhost:{secure}", folder / "cert.pem", folder
            )
        finally:
            process.terminate()


def tool(program: str, name: str, folder: Path, *options: str) -> None:
    """One of slapd's other names: they are one program."""
    command = [program, "-T", name.removeprefix("slap"), "-f", str(folder / "slapd.conf"), *options]
    subprocess.run(command, check=True, capture_output=True, text=True)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when the port answers. Raises RuntimeError when it never does."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("slapd did not start.")


def certificate(folder: Path, host: str) -> None:
    """A certificate that vouches for itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    names: list[x509.GeneralName] = [x509.DNSName(host)]
    if host == "localhost":
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
