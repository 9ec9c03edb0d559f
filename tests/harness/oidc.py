"""OpenID Connect providers on loopback: a real one in a process of its own, and one that lies."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.harness.mariadb import die_with_parent, free_port

START_SECONDS = 30
CLIENT = "veneer"


@contextmanager
def provider(folder: Path, *people: dict[str, Any]) -> Iterator[str]:
    """A provider that knows these people (claims with a "sub"); yields its issuer."""
    port = free_port()
    claims = [word for person in people for word in ("--user-claims", json.dumps(person))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *claims]
    with (
        (folder / "provider.log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=die_with_parent) as process,  # noqa: PLW1509
    ):
        issuer = f"http://127.0.0.1:{port}"
        try:
            wait_for(issuer, process, folder / "provider.log")
            yield issuer
        finally:
            process.terminate()


def wait_for(issuer: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the provider answers. Raises RuntimeError when it never does."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{issuer}/.well-known/openid-configuration", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The provider did not start:\n{log.read_text(errors='replace')[-2000:]}")


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Where the provider sends a browser is for the test to follow."""

    def redirect_request(self, *_args: Any) -> None:
        return None


def agreed(address: str, sub: str, action: str = "") -> str:
    """Sign in at the provider as `sub` (or deny); the address that it sends the browser back to."""
    form = f"sub={sub}" if not action else f"action={action}"
    opener = urllib.request.build_opener(NoRedirect)
    try:
        with opener.open(urllib.request.Request(address, form.encode(), method="POST"), timeout=10) as answer:
            raise RuntimeError(answer.read().decode()[:2000])
    except urllib.error.HTTPError as answer:
        with answer:
            return str(answer.headers["Location"])


@dataclass
class Liar:
    """A provider whose answers a test can twist; it remembers what it was asked."""

    issuer: str
    key: RSAKey
    claims: dict[str, Any] = field(default_factory=dict)
    """What the ID token says beside or instead of the truth."""
    header: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    signer: Any = None
    drop_id_token: bool = False
    away: dict[str, str] = field(default_factory=dict)
    """Paths that it answers with a redirect, and where that leads."""
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    nonce: str = ""

    def token(self) -> dict[str, Any]:
        now = int(time.time())
        said = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "1",
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            **self.claims,
        }
        header = {"alg": "RS256", "kid": "one", **self.header}
        text = (
            unsigned(header, said)
            if header["alg"] == "none"
            else jwt.encode(header, said, self.signer or self.key, algorithms=["RS256", "HS256"])
        )
        made = {"access_token": "x", "token_type": "Bearer", "id_token": text}
        if self.drop_id_token:
            del made["id_token"]
        return made

    def described(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize", "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys", "id_token_signing_alg_values_supported": ["RS256", "none", "HS256"], **self.metadata,
        }  # fmt: skip

    def keys(self) -> dict[str, Any]:
        return {"keys": [{**self.key.as_dict(private=False), "kid": "one", "use": "sig"}]}


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token that nobody signed."""
    import base64

    parts = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)
    )
    return ".".join([*parts, ""])


def secret_key(text: str) -> OctKey:
    """For signatures that anybody who knows a public text can make."""
    return OctKey.import_key(text)


@contextmanager
def liar() -> Iterator[Liar]:
    """It answers on a thread of the test's own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    found = Liar(f"http://127.0.0.1:{server.server_address[1]}", RSAKey.generate_key(2048))
    server.liar = found  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Answers(BaseHTTPRequestHandler):
    """Metadata, keys and tokens."""

    def do_GET(self) -> None:
        liar = self.server.liar  # type: ignore[attr-defined]
        if self.path in liar.away:
            self.send_response(302)
            self.send_header("Location", liar.away[self.path])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send(liar.keys() if self.path == "/keys" else liar.described())

    def do_POST(self) -> None:
        liar = self.server.liar  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        liar.asked.append(parse_qs(body.decode()))
        self.send(liar.token())

    def send(self, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""
