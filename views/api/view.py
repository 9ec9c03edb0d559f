"""RecordApi: REST of every published entity under /api/v1/data/. Flask-AppBuilder registers it; the rows are the guard's.

One view serves all entities by address, as RecordView does for the pages.
"""

from __future__ import annotations

from flask import Response, jsonify, request
from flask_appbuilder import ModelRestApi
from flask_appbuilder.api import expose

from app import tokens
from models import access
from models.records import read
from models.records.write import Conflict
from models.wiring.nouns import Entity
from views.api import allowance, bulk, listing, shapes, unmasking, writing
from views.api.access import api_access, api_signed_in
from views.api.entities import described, listed
from views.records import download
from views.records.interface import RecordInterface


class RecordApi(ModelRestApi):
    """List, get, create, change, delete, bulk and schema."""

    datamodel = RecordInterface()
    route_base = "/api/v1/data"
    class_permission_name = "Records"
    csrf_exempt = False
    include_route_methods = {
        "entities", "list", "create", "schema", "bulk", "read", "change", "remove", "content", "unmask",
    }  # fmt: skip

    def _init_properties(self) -> None:
        """Nothing is worked out at start: fields and filters belong to the request."""

    _init_titles = _init_model_schemas = _init_properties

    @expose("/")
    @api_signed_in
    def entities(self) -> Response:
        return jsonify(
            {"data": [listed(entity) for entity in access.catalogue().entities.values() if _may_see(entity)]}
        )

    @expose("/<entity>/")
    @api_access("see")
    def list(self, entity: Entity) -> Response:
        return listing.response(entity)

    @expose("/<entity>/", methods=["POST"])
    @api_access("create")
    def create(self, entity: Entity) -> Response:
        return writing.after(entity, writing.create(entity, shapes.body(), writing.once()), 201)

    @expose("/<entity>/schema")
    @api_access("see")
    def schema(self, entity: Entity) -> Response:
        return jsonify(described(entity))

    @expose("/<entity>/bulk", methods=["POST"])
    @api_access("see")
    def bulk(self, entity: Entity) -> Response:
        return jsonify(bulk.run(entity, shapes.body(), writing.once()))

    @expose("/<entity>/<token>")
    @api_access("see")
    def read(self, entity: Entity, token: str) -> Response:
        shown = writing.shown(entity, read.get(access.records(), entity, token))
        shown.make_conditional(request)
        return shown

    @expose("/<entity>/<token>", methods=["PATCH", "PUT"])
    @api_access("change")
    def change(self, entity: Entity, token: str) -> Response:
        token = writing.canonical(entity, token)
        try:
            saved = writing.change(entity, token, writing.matches(), shapes.body(), writing.once())
        except Conflict as stale:
            return writing.conflict(entity, stale)
        return writing.after(entity, saved)

    @expose("/<entity>/<token>", methods=["DELETE"])
    @api_access("delete")
    def remove(self, entity: Entity, token: str) -> Response:
        token, reason = writing.canonical(entity, token), request.args.get("reason", "")
        try:
            writing.remove(entity, token, writing.matches(), reason, writing.once())
        except Conflict as stale:
            return writing.conflict(entity, stale)
        return Response(status=204)

    @expose("/<entity>/<token>/content/<field>")
    @api_access("see")
    def content(self, entity: Entity, token: str, field: str) -> Response:
        allowance.spend(entity, 1)
        return download.response(entity, token, field)

    @expose("/<entity>/<token>/unmask", methods=["POST"])
    @api_access("unmask", scope=tokens.UNMASK)
    def unmask(self, entity: Entity, token: str) -> Response:
        return unmasking.response(entity, token)


def _may_see(entity: Entity) -> bool:
    return access.policy().may(entity, "see")
