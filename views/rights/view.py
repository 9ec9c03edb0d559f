"""RightsView: the matrix, one role and entity, the file, the reasons, and looking through somebody else's eyes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import (
    Response,
    current_app,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _
from flask_babel import ngettext

from app.errors import Invalid, NotVisible, Stale
from app.extensions import services
from app.short_cache import ShortCache
from models import access, viewing
from models.grants import ACTIONS
from models.grants_document import LIMITS, differences, from_plain, to_plain
from models.grants_store import load, replace, roles_with_rules, stamp
from models.records import read
from models.wiring.nouns import ROLES
from views.access import entity_for, signed_in
from views.numbers import whole
from views.records import watermark
from views.rights import detail, fields_menu, indexes, limits, matrix, typed, why
from views.rights.access import for_administrators
from views.rights.words import action_words, place_words, role_name


class RightsView(BaseView):
    """What roles may do."""

    route_base = "/rights"
    class_permission_name = "Rights"
    default_view = "matrix"

    @expose("/", methods=["GET", "POST"])
    @for_administrators
    def matrix(self) -> Any:
        roles = matrix.roles()
        role = request.values.get("role") or (roles[0][0] if roles else "")
        if role not in dict(roles):
            raise NotVisible(_("There is no such role. Choose one from the list."))
        kept = load(access.overlay(), [role]).get(role, {})
        sentence, status = "", 200
        if request.method == "POST":
            try:
                return self._save(role, kept, matrix.merged(kept, request.form))
            except (Invalid, Stale) as problem:
                kept, sentence, status = matrix.merged(kept, request.form), str(problem), problem.status
        asked = request.values.get("q", "").strip()[:64]
        page = render_template(
            "rights/matrix.html", roles=roles, role=role, lines=matrix.lines(kept, asked), q=asked,
            stamp=stamp(load(access.overlay(), [role]).get(role, {})), sentence=sentence, options=matrix.options(),
            actions=action_words().values(), keep=matrix.KEEP,
        )  # fmt: skip
        return make_response(page, status)

    @expose("/entity", methods=["GET", "POST"])
    @for_administrators
    def entity(self) -> Any:
        role, place = request.args.get("role", ""), request.args.get("entity", "")
        if role not in dict(matrix.roles()) or not _is_place(place):
            raise NotVisible(_("There is nothing here. Check the address or go back."))
        kept = load(access.overlay(), [role]).get(role, {})
        texts, sentence, status = detail.texts_of(kept.get(place, {})), "", 200
        entity, more = detail.entity_at(place), request.form.get("more", "")
        if request.method == "POST":
            texts = detail.sent_texts(request.form)
            try:
                if not more:
                    return self._save(role, kept, {**kept, place: detail.entry_of(texts, entity)})
                texts = detail.with_another(texts, more[:80])
            except (Invalid, Stale, NotVisible) as problem:
                sentence, status = str(problem), problem.status
        page = render_template(
            "rights/entity.html", role=role, role_name=role_name(role), place=place, label=place_words(place),
            actions=detail.action_lines(entity, texts), fields=detail.field_lines(entity, texts), sentence=sentence,
            scopes=detail.scope_options(), rights=detail.right_options(), entity=entity,
            inherited=matrix.inherited(kept, place), lacking=indexes.lacking(entity),
            stamp=request.form.get("stamp") or stamp(kept), filter_fields=fields_menu.menu(entity, fields_menu.used_fields(texts.values())) if entity else [],
        )  # fmt: skip
        return make_response(page, status)

    @expose("/fields/<entity>/<path>")
    @for_administrators
    def fields_behind(self, entity: str, path: str) -> Any:
        """The fields at the end of a path of relations, for the builder of conditions."""
        found = access.catalogue().get(entity)
        if found is None:
            raise NotVisible(_("There is nothing here. Check the address or go back."))
        return jsonify(fields=fields_menu.behind(found, path))

    @expose("/limits", methods=["GET", "POST"])
    @for_administrators
    def role_limits(self) -> Any:
        role = request.args.get("role", "")
        if role not in dict(matrix.roles()):
            raise NotVisible(_("There is no such role. Choose one from the list."))
        kept = load(access.overlay(), [role]).get(role, {})
        texts, problem = limits.texts_of(kept.get(LIMITS, {})), None
        if request.method == "POST":
            texts = request.form.to_dict()
            try:
                return self._save(role, kept, {**kept, LIMITS: limits.entry_of(texts)})
            except (Invalid, Stale) as found:
                problem = found
        page = render_template(
            "rights/limits.html", role=role, role_name=role_name(role), lines=limits.lines(texts), stamp=stamp(kept),
            sentence=str(problem) if problem else "", errors=problem.fields if problem else {},
        )  # fmt: skip
        return make_response(page, problem.status if problem else 200)

    def _save(self, role: str, kept: Mapping[str, Any], wanted: Mapping[str, Any]) -> Any:
        """Put one role's rules in force. Raises Invalid, and Stale when they are not the ones that were shown."""
        if request.form.get("stamp") != stamp(kept):
            raise Stale(_("Somebody changed these rights meanwhile. Look at them again, then save."))
        document = typed.checked({role: {k: v for k, v in wanted.items() if v}}, access.catalogue())
        self._tell(_put_in_force(document))
        return redirect(request.full_path)

    def _tell(self, changed: list[str]) -> None:
        said = ngettext(
            "%(num)s entry changed. It is in force.",
            "%(num)s entries changed. They are in force.",
            len(changed),
        )
        flash(said if changed else _("Nothing was changed."), "success")

    @expose("/rights.yaml")
    @for_administrators
    def export(self) -> Any:
        mark = watermark.audited("@rights")
        text = f"# {watermark.sentence(mark)}\n{typed.text_of(load(access.overlay()))}"
        headers = {"Content-Disposition": "attachment; filename=rights.yaml"}
        return Response(text, mimetype="application/yaml", headers=headers)

    @expose("/apply", methods=["GET", "POST"])
    @for_administrators
    def apply(self) -> Any:
        text, sentence, status, lines = "", "", 200, []
        if request.method == "POST":
            sent = request.files.get("file")
            text = (
                sent.read().decode("utf-8", "replace")
                if sent and sent.filename
                else request.form.get("text", "")
            )
            try:
                wanted = typed.checked(typed.document_of(text), access.catalogue())
                if request.form.get("step") == "apply":
                    self._tell(_put_in_force(wanted, _("Applied from a file")))
                    return redirect(url_for("RightsView.matrix"))
                lines = _differences(wanted)
            except Invalid as problem:
                sentence, status = str(problem), 400
        page = render_template(
            "rights/apply.html", text=text, sentence=sentence, lines=lines, asked=bool(text)
        )
        return make_response(page, status)

    @expose("/why/<entity>/<token>")
    @for_administrators
    def why(self, entity: str, token: str) -> Any:
        found = entity_for(entity, "see")
        record = read.get(access.records(), found, token, [found.title] if found.title else ())
        action = request.args.get("action", "see")
        action = action if action in ACTIONS else "see"
        context: dict[str, Any] = {"sentence": "", "able": [], "more": 0}
        name = request.args.get("user", "").strip()[:64]
        try:
            context |= why.answer(found, record.token, why.account(name), action) if name else {}
        except Invalid as problem:
            context["sentence"] = str(problem)
        if request.args.get("who"):
            able, more = why.those_who_may(
                found, record.token, action, whole(request.args.get("after", "")) or 0
            )
            context |= {"able": able, "more": more}
        return render_template(
            "rights/why.html", entity=found, record=record, action=action, actions=action_words(), name=name,
            names=[], who=bool(request.args.get("who")), **context,
        )  # fmt: skip

    @expose("/view-as/<int:user_id>", methods=["POST"])
    @for_administrators
    def begin_viewing(self, user_id: int) -> Any:
        target = current_app.appbuilder.sm.get_user_by_id(user_id)  # type: ignore[attr-defined]
        with services().engine.begin() as connection:
            viewing.begin(connection, access.actor(), target)
        return redirect("/")

    @expose("/view-as/end", methods=["POST"])
    @signed_in
    def end_viewing(self) -> Any:
        with services().engine.begin() as connection:
            viewing.end(connection, access.actor())
        return redirect("/")


def _is_place(place: str) -> bool:
    known = {"*", *(f"role:{kind}" for kind in ROLES)}
    return place in known or access.catalogue().get(place) is not None


def _put_in_force(document: Mapping[str, Any], cause: str = "") -> list[str]:
    with services().engine.begin() as connection:
        changed = replace(connection, access.actor(), document, cause)
    services().rooms["policies"] = ShortCache()
    services().rooms["allowances"] = ShortCache()
    return changed


def _differences(wanted: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """(role, entity, before, after) in YAML of what a file would change."""
    before = load(access.overlay(), [role for role in wanted if role in roles_with_rules(access.overlay())])
    found = differences(before, to_plain(*from_plain(wanted)))
    return [
        (role_name(role), place_words(place), typed.said(old), typed.said(new))
        for role, place, old, new in found
    ]
