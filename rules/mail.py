"""The mail channel: plain SMTP to the server in the settings. Without one, messages stay in the inbox."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Engine

from config import Config
from rules.messages import sentence
from rules.outbox import SendFailed
from rules.people import People

TIMEOUT_SECONDS = 15
SUBJECT_LENGTH = 120


class MailChannel:
    """Sends letters by mail; the dedupe key becomes the Message-ID, so that a second copy can be told."""

    def __init__(self, config: Config, engine: Engine, people: People) -> None:
        self.config, self.engine, self.people = config, engine, people

    def send(self, payload: Mapping[str, Any], dedupe_key: str) -> None:
        """Mail one message. A person without an address has it in the inbox already."""
        with self.engine.connect() as connection:
            address = self.people.address_of(connection, payload["user_id"])
        if address:
            self._deliver(self._message(payload, dedupe_key, address))

    def _message(self, payload: Mapping[str, Any], dedupe_key: str, address: str) -> EmailMessage:
        link = payload.get("link", "")
        text = sentence(payload["code"], self.people.told(payload["user_id"], payload["params"], link))
        message = EmailMessage()
        message["Subject"] = " ".join(text.split())[:SUBJECT_LENGTH]
        message["From"], message["To"] = self.config.smtp_from, address
        host = self.config.smtp_from.rpartition("@")[2] or "localhost"
        message["Message-ID"] = f"<{hashlib.sha256(dedupe_key.encode()).hexdigest()[:40]}@{host}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(f"{text}\n\n{self._where(link)}\n")
        return message

    def _where(self, link: str) -> str:
        if self.config.public_url and link:
            return f"{self.config.public_url}{link}"
        return str(_("Open Veneer to see it."))

    def _deliver(self, message: EmailMessage) -> None:
        try:
            with self._server() as server:
                if self.config.smtp_user:
                    server.login(self.config.smtp_user, self.config.smtp_password)
                server.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            raise SendFailed(f"{type(error).__name__}: {error}") from error

    def _server(self) -> smtplib.SMTP:
        host, port, tls = self.config.smtp_host, self.config.smtp_port, self.config.smtp_tls
        if tls == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        if tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        return server


def channels_of(config: Config, engine: Engine, people: People) -> dict[str, MailChannel]:
    """Channels that are set up, by name."""
    return {"mail": MailChannel(config, engine, people)} if config.smtp_host else {}
