"""The Chinese texts: collect what the product says, merge the parts, compile them, and count what is missing.

Each part of the product keeps its texts in app/translations/zh_parts/<part>.po; Flask-AppBuilder's own texts are
merged below them, so that one catalogue serves every screen. Flask-Admin's become a second one beside it.
"""

import importlib.util
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT / "app" / "translations"
PARTS = TEXTS / "zh_parts"
FRAMEWORK = PARTS / "fab.po"
TARGET = TEXTS / "zh" / "LC_MESSAGES"
ROOMS = ("app", "models", "fields", "views", "rules", "charts", "imports")
METHODS = [
    ("**/node_modules/**", "ignore"),
    ("**/static/**", "ignore"),
    ("**.py", "python"),
    ("**.html", "jinja2"),
    ("**.txt", "jinja2"),
]
OPTIONS = {
    "**.html": {"silent": "false", "extensions": "jinja2.ext.i18n,jinja2.ext.do,jinja2.ext.loopcontrols"}
}
ONE, COUNTED = (
    ("_", "_l", "__", "gettext", "lazy_gettext", "lazy_formatter_gettext"),
    ("ngettext", "lazy_ngettext", "_n"),
)
KEYWORDS = dict.fromkeys(ONE) | dict.fromkeys(COUNTED, (1, 2))

LINE = re.compile(r'#.*|(msg(ctxt|id|id_plural|str)(\[\d\])? )?"([^"\\]|\\.)*"')
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]")

Id = str | tuple[str, ...] | list[str]


class BadTexts(Exception):
    """The parts cannot be merged; the text names the file and the entry."""


@dataclass(frozen=True)
class Text:
    """One text of the product and the first place that says it."""

    id: Id
    place: str

    def __str__(self) -> str:
        return f"{self.place}: {self.id if isinstance(self.id, str) else self.id[0]!r}"


def package_folder(name: str) -> Path:
    """Where an installed package lies."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise BadTexts(f"The package {name} is not installed. Run make setup, then try again.")
    return Path(spec.origin).parent


def said_in(folder: Path, label: str) -> Iterator[Text]:
    """Every text that the Python files and templates of a folder say."""
    found = extract_from_dir(folder, METHODS, OPTIONS, keywords=KEYWORDS, strip_comment_tags=True)
    for name, line, message, _comments, _context in found:
        yield Text(message, f"{label}/{name}:{line}")


def said() -> dict[str, Text]:
    """Every text of the product and of Flask-AppBuilder, by its key in a catalogue."""
    folders = [(ROOT / room, room) for room in ROOMS if (ROOT / room).is_dir()]
    folders.append((package_folder("flask_appbuilder"), "flask_appbuilder"))
    texts: dict[str, Text] = {}
    for folder, label in folders:
        for text in said_in(folder, label):
            texts.setdefault(key(text.id), text)
    return texts


def key(message_id: Id) -> str:
    """What gettext looks a text up by: the singular where there is a plural."""
    return message_id if isinstance(message_id, str) else message_id[0]


def read(path: Path) -> Catalog:
    """A .po file as a catalogue; a broken line is named, since the parser would guess at it."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip() and not LINE.fullmatch(line.strip()):
            raise BadTexts(
                f"{path.name}, line {number} cannot be read: {line.strip()}. Mend its quotes, then try again."
            )
    with path.open("rb") as source:
        return read_po(source, locale="zh")


def is_translated(message: Message | None) -> bool:
    """Whether an entry has its Chinese and nobody marked it as doubtful."""
    if message is None or message.fuzzy:
        return False
    texts = [message.string] if isinstance(message.string, str) else list(message.string or [])
    return bool(texts) and all(texts)


def parts() -> list[Path]:
    """The files of the product's parts, in a fixed order."""
    return sorted(path for path in PARTS.glob("*.po") if path != FRAMEWORK)


def base() -> Catalog:
    """Flask-AppBuilder's catalogue with our wording over it; the product's own parts go before both."""
    whole = read(package_folder("flask_appbuilder") / "translations" / "zh" / "LC_MESSAGES" / "messages.po")
    # Chinese has one form for every number; Flask-AppBuilder's header says two, and the second would stay English.
    whole.mime_headers = [("Plural-Forms", "nplurals=1; plural=0;")]
    for message in filter(is_ours, read(FRAMEWORK)):
        put(whole, message)
    return whole


def merged() -> Catalog:
    """One catalogue of everything; raises BadTexts where two parts disagree or a placeholder is lost."""
    whole = base()
    said_by: dict[str, str] = {}
    for path in parts():
        for message in filter(is_ours, read(path)):
            refuse_contradiction(whole, message, said_by.get(key(message.id)), path.name)
            said_by[key(message.id)] = path.name
            put(whole, message)
    return whole


def put(catalogue: Catalog, message: Message) -> None:
    """Set an entry, replacing what stood there."""
    catalogue.delete(message.id)
    catalogue[message.id] = message


def is_ours(message: Message) -> bool:
    """Whether an entry is a text with its Chinese, not the header or an empty line."""
    return bool(message.id) and is_translated(message)


def refuse_contradiction(whole: Catalog, message: Message, earlier: str | None, name: str) -> None:
    """Raise BadTexts for a second wording of one text, and for a text whose placeholders differ from the English."""
    text, standing = key(message.id), whole.get(message.id)
    if earlier and standing is not None and standing.string != message.string:
        raise BadTexts(
            f'{name} and {earlier} word "{text}" differently: {message.string} and {standing.string}. Choose one wording.'
        )
    if placeholders(message.id) != placeholders(message.string or ""):
        raise BadTexts(
            f'{name} loses or invents a placeholder in "{text}". Use the same placeholders as the English.'
        )


def placeholders(text: Id) -> set[str]:
    """The names that a text leaves room for, over all its plural forms."""
    return set(PLACEHOLDER.findall(text if isinstance(text, str) else " ".join(text)))


def missing() -> list[Text]:
    """Texts that are said somewhere and have no Chinese, file by file."""
    catalogue = merged()
    return [text for name, text in said().items() if name and not is_translated(catalogue.get(name))]


def unused() -> list[str]:
    """Entries of the parts that nothing says any more."""
    known = said()
    return [
        f"{path.name}: {key(message.id)!r}"
        for path in parts()
        for message in filter(is_ours, read(path))
        if key(message.id) not in known
    ]


def write(catalogue: Catalog, name: str) -> None:
    """Write a compiled catalogue under the name that gettext looks for."""
    TARGET.mkdir(parents=True, exist_ok=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    (TARGET / f"{name}.mo").write_bytes(compiled.getvalue())


def compile_texts() -> int:
    """Write the compiled catalogues of the product and of the IT console."""
    whole = merged()
    write(whole, "messages")
    write(
        read(package_folder("flask_admin") / "translations" / "zh_Hans_CN" / "LC_MESSAGES" / "admin.po"),
        "admin",
    )
    print(f"{len(whole)} texts compiled from {len(parts())} parts.")
    return 0


def extract_texts() -> int:
    """Write every text of the product to app/translations/messages.pot, for translators' tools."""
    template = Catalog(project="Veneer")
    for text in said().values():
        template.add(text.id, locations=[(text.place.rpartition(":")[0], int(text.place.rpartition(":")[2]))])
    target = TEXTS / "messages.pot"
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        write_po(file, template, sort_output=True)
    print(f"{len(template)} texts written to {target.relative_to(ROOT)}.")
    return 0


def report_missing() -> int:
    """Print each text without Chinese and their number; the exit code is 1 when there is one."""
    found = missing()
    for text in found:
        print(text)
    print(f"{len(found)} texts have no Chinese.")
    return 1 if found else 0


def report_unused() -> int:
    """Print entries that nothing says any more, so that they can be removed."""
    found = unused()
    print("\n".join([*found, f"{len(found)} entries are not used."]))
    return 0


VERBS = {
    "extract": extract_texts,
    "compile": compile_texts,
    "missing": report_missing,
    "unused": report_unused,
}


def main(arguments: list[str]) -> int:
    """Do what the command line asks for."""
    if len(arguments) != 1 or arguments[0] not in VERBS:
        print(f"Say one of: {', '.join(VERBS)}.", file=sys.stderr)
        return 2
    try:
        return VERBS[arguments[0]]()
    except BadTexts as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
