"""The schemas of the OpenAPI description that hold for every entity: what is sent and answered beside records."""

from __future__ import annotations

from typing import Any

Shape = dict[str, Any]
TEXT: Shape = {"type": "string"}
SCHEMAS: dict[str, Shape] = {
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT,
            "fields": {"type": "object", "additionalProperties": TEXT},
            "current": {"$ref": "#/components/schemas/Record"},
        },
    },
    "Page": {
        "type": "object",
        "required": ["data"],
        "properties": {
            "data": {"type": "array", "items": {"$ref": "#/components/schemas/Record"}},
            "next": {"type": ["string", "null"]}, "previous": {"type": ["string", "null"]},
            "total": {
                "type": "object", "required": ["kind", "number"],
                "properties": {
                    "kind": {"enum": ["exact", "about", "over", "unknown"]}, "number": {"type": ["integer", "null"]},
                },
            },
        },
    },
    "Question": {
        "type": "object",
        "required": ["field", "reason"],
        "properties": {"field": TEXT, "reason": {**TEXT, "minLength": 3, "maxLength": 500}},
    },
    "Unmasked": {"type": "object", "required": ["field", "value"], "properties": {"field": TEXT, "value": {}}},
    "Operations": {
        "type": "object",
        "required": ["operations"],
        "properties": {
            "operations": {
                "type": "array", "minItems": 1, "maxItems": 200,
                "items": {
                    "type": "object",
                    "required": ["action"],
                    "properties": {
                        "action": {"enum": ["create", "change", "delete"]}, "token": TEXT, "etag": TEXT,
                        "values": {"type": "object"}, "reason": TEXT,
                    },
                },
            }
        },
    },
    "Credentials": {
        "type": "object",
        "required": ["username", "password"],
        "properties": {"username": TEXT, "password": {**TEXT, "format": "password"}, "refresh": {"type": "boolean"}, "code": TEXT},
    },
    "Tokens": {
        "type": "object",
        "required": ["access_token"],
        "properties": {"access_token": TEXT, "refresh_token": TEXT},
    },
    "Results": {
        "type": "object",
        "required": ["results"],
        "properties": {
            "results": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["status", "token"],
                    "properties": {
                        "status": {"type": "integer"}, "token": {}, "etag": {"type": ["string", "null"]},
                        "problem": {"$ref": "#/components/schemas/Problem"},
                    },
                },
            }
        },
    },
    "Entities": {
        "type": "object",
        "required": ["data"],
        "properties": {"data": {"type": "array", "items": {"$ref": "#/components/schemas/Entity"}}},
    },
    "Entity": {
        "type": "object",
        "required": ["name", "label", "role", "has_key", "rights", "url"],
        "properties": {
            "name": TEXT, "label": TEXT, "role": {"type": ["string", "null"]}, "has_key": {"type": "boolean"},
            "rights": {"type": "object", "additionalProperties": {"type": "boolean"}}, "url": TEXT,
        },
    },
    "Description": {
        "allOf": [
            {"$ref": "#/components/schemas/Entity"},
            {
                "type": "object",
                "required": ["key", "title", "fields", "relations"],
                "properties": {
                    "key": {"type": "array", "items": TEXT}, "title": {"type": ["string", "null"]},
                    "fields": {"type": "array", "items": {"type": "object"}},
                    "relations": {"type": "array", "items": {"type": "object"}},
                },
            },
        ]
    },
}  # fmt: skip
