"""Templates compiled once for each language: constant texts, icons and addresses are put in when they are compiled.

A page has about two hundred such calls, which would otherwise be made anew for every request. What depends on the
person or the data is never constant in a template, and is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from flask import g, has_request_context, request, url_for
from flask.templating import Environment
from flask_babel import get_locale, get_translations
from jinja2 import Template, nodes
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup
from werkzeug.routing import BuildError

from app.theme.assets import stamp

TEXTS = ("_", "gettext")
EDITIONS = 8
"""Languages × bundles × mount points that are kept; more only come up while the bundle is being worked on."""


class _Compiled(Template):
    """A template of ours: all have the same globals, so that what one of them imports need not be compared with its own."""

    environment: FoldingEnvironment

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        if self.environment.has_own_globals:
            return super()._get_default_module(ctx)
        if self._module is None:
            self._module = self.make_module()
        return self._module


class FoldingEnvironment(Environment):
    """Keeps a set of compiled templates for each edition: a language, a state of the bundle, a place of mounting."""

    template_class = _Compiled
    has_own_globals = False
    """Whether somebody has given a template globals beyond those of all."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._editions: dict[object, Any] = {}
        self.folded: dict[str, Callable[..., object]] = {}
        """Globals whose calls with constants alone give the same within an edition."""
        super().__init__(*args, **options)

    @property
    def cache(self) -> Any:
        """The compiled templates of this request's edition."""
        edition = current_edition()
        found = self._editions.get(edition)
        if found is None:
            while len(self._editions) >= EDITIONS:
                self._editions.pop(next(iter(self._editions)), None)
            found = self._editions.setdefault(edition, {})
        return found

    @cache.setter
    def cache(self, _empty: Any) -> None:
        """The base class starts with an empty one; ours are made as they are needed."""
        self._editions.clear()

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:  # noqa: A002 Jinja's own name
        """A page takes seventy templates: one that is compiled already is found by a single look."""
        if globals:
            self.has_own_globals = True
        if globals or self.auto_reload:
            return super()._load_template(name, globals)
        compiled, key = self.cache, (self.loader, name)
        found: Template | None = compiled.get(key)
        if found is None:
            found = compiled[key] = super()._load_template(name, None)
        return found

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        is_markup = bool(self.autoescape(name)) if callable(self.autoescape) else self.autoescape
        if not has_request_context() or not is_markup or _shadows(tree):
            return tree
        folded: nodes.Template = _Folder(self).visit(tree)
        folded.set_environment(self)
        return folded


def current_edition() -> object:
    """Equal for two requests whose templates may be the same compiled ones."""
    if not has_request_context():
        return None
    # Asked for with every part of a page; a block may change the language, which Flask-Babel keeps here.
    kept = g._get_current_object()  # noqa: SLF001
    locale = getattr(kept.get("_flask_babel"), "babel_locale", None) or get_locale()
    held: tuple[object, object] | None = kept.get("edition")
    if held is None or held[0] is not locale:
        place = (locale.language, locale.script, locale.territory) if locale else None
        held = kept.edition = (locale, (place, stamp(), request.script_root))
    return held[1]


def _shadows(tree: nodes.Template) -> bool:
    """Does the template give one of the names another meaning?"""
    return any(name.name in TEXTS for name in tree.find_all(nodes.Name) if name.ctx != "load")


class _Folder(NodeTransformer):
    def __init__(self, environment: FoldingEnvironment) -> None:
        self.environment = environment

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 the visitor's own naming
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.dyn_args or node.dyn_kwargs:
            return node
        if not all(isinstance(part, nodes.Const) for part in node.args):
            return node
        arguments = [part.value for part in node.args if isinstance(part, nodes.Const)]
        if node.node.name in TEXTS and len(arguments) == 1:
            return self._text(node, arguments[0])
        if node.node.name == "url_for" and arguments:
            return self._address(node, str(arguments[0]))
        made = self.environment.folded.get(node.node.name)
        constant = made is not None and not node.kwargs
        return nodes.Const(made(*arguments), lineno=node.lineno) if made and constant else node

    def _address(self, node: nodes.Call, endpoint: str) -> nodes.Node:
        """Where an endpoint with constant values is; left alone where it hangs on the request or is not there."""
        values = {pair.key: pair.value.value for pair in node.kwargs if isinstance(pair.value, nodes.Const)}
        is_constant = len(values) == len(node.kwargs) and not any(name.startswith("_") for name in values)
        if endpoint.startswith(".") or not is_constant:
            return node
        try:
            return nodes.Const(url_for(endpoint, **values), lineno=node.lineno)
        except BuildError:
            return node

    def _text(self, node: nodes.Call, message: str) -> nodes.Node:
        """The text in this edition's language; values are put in when the page is drawn, escaped."""
        words = Markup(get_translations().ugettext(message))  # noqa: S704 texts of ours, as gettext gives them
        if not node.kwargs:
            return nodes.Const(words % {}, lineno=node.lineno)
        pairs = [nodes.Pair(nodes.Const(k.key), k.value, lineno=node.lineno) for k in node.kwargs]
        values = nodes.Dict(pairs, lineno=node.lineno)
        return nodes.Mod(nodes.Const(words, lineno=node.lineno), values, lineno=node.lineno)
