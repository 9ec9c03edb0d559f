"""Swagger UI's own words in the reader's language; it has none but English, so that the page swaps them as they appear."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

WORDS: dict[str, Any] = {
    "Authorize": _l("Authorise"),
    "Available authorizations": _l("Ways to say who asks"),
    "Cancel": _l("Cancel"),
    "Clear": _l("Clear"),
    "Close": _l("Close"),
    "Code": _l("Status"),
    "Default value": _l("Default"),
    "Description": _l("Description"),
    "Details": _l("Content"),
    "Download": _l("Download"),
    "Edit Value": _l("Edit the value"),
    "Example Value": _l("Example"),
    "Execute": _l("Send"),
    "In:": _l("In:"),
    "Links": _l("Links"),
    "Loading...": _l("Loading …"),
    "Logout": _l("Forget it"),
    "Media type": _l("Media type"),
    "Name": _l("Name"),
    "Name:": _l("Name:"),
    "No links": _l("none"),
    "No parameters": _l("No parameters"),
    "Parameters": _l("Parameters"),
    "Request URL": _l("Address of the request"),
    "Request body": _l("Request body"),
    "Request duration": _l("Duration"),
    "Reset": _l("Reset"),
    "Response body": _l("Body of the answer"),
    "Response headers": _l("Headers of the answer"),
    "Responses": _l("Answers"),
    "Schema": _l("Schema"),
    "Send empty value": _l("Send an empty value"),
    "Server response": _l("Answer of the server"),
    "Try it out": _l("Try it"),
    "Undocumented": _l("Not described"),
    "Value:": _l("Value:"),
    "required": _l("required"),
}


def words() -> dict[str, str]:
    """English → the reader's language; the page leaves everything else as it is."""
    return {english: str(text) for english, text in WORDS.items()}
