"""The description of the API as JSON, and the page that lets people try it."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, render_template, request, url_for
from flask_appbuilder import BaseView
from flask_appbuilder.api import BaseApi, expose

from models import access
from models.wiring.nouns import Entity
from views.access import entity_for, signed_in
from views.api import openapi, swagger_words
from views.api.access import api_signed_in


class DescriptionApi(BaseApi):
    """GET /api/v1/openapi.json: what the caller may use, nothing else."""

    route_base = "/api/v1"
    class_permission_name = "Records"
    csrf_exempt = False

    @expose("/openapi.json")
    @api_signed_in
    def document(self) -> Response:
        asked = request.args.get("entity", "")
        entities = [entity_for(asked, "see")] if asked else reachable()
        return jsonify(openapi.document(entities, narrowed=bool(asked)))


class DocsView(BaseView):
    """GET /api/docs: the description in Swagger UI, served from here."""

    route_base = "/api"
    class_permission_name = "Records"
    default_view = "docs"

    @expose("/docs")
    @signed_in
    def docs(self) -> Any:
        asked = request.args.get("entity", "")
        if asked:
            entity_for(asked, "see")
        address = url_for("DescriptionApi.document", entity=asked or None)
        entities = reachable()
        example = asked or (entities[0].name if entities else "<entity>")
        context = {"address": address, "entities": entities, "chosen": asked, "example": example}
        return render_template("api/docs.html", words=swagger_words.words(), **context)


def reachable() -> list[Entity]:
    """Entities that the caller may see, in the order of the wiring."""
    return [entity for entity in access.catalogue().entities.values() if access.policy().may(entity, "see")]
