"""What is written about the product is true: links lead somewhere, commands exist, modules say what they are for."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])
FOLDERS = ("app", "models", "fields", "views", "rules", "charts", "imports", "demo", "tools", "tests")
MODULES = sorted(
    [*ROOT.glob("*.py"), *(path for folder in FOLDERS for path in (ROOT / folder).glob("**/*.py"))]
)


def name(path: Path) -> str:
    """A path as the reader of a test's name knows it."""
    return str(path.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """What links may name behind # in a page, made from its headings."""
    headings = re.findall(r"^#+ +(.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        goal = (page.parent / target).resolve() if target else page
        assert goal.exists(), f"{name(page)} links to {link}, which is not there"
        if anchor and goal.suffix == ".md":
            assert anchor in anchors(goal), f"{name(page)} links to {link}, and there is no such heading"


def test_both_readmes_lead_to_the_same_pages() -> None:
    def links(page: str) -> set[str]:
        return set(re.findall(r"\]\((docs/[a-z/-]+\.md)\)", (ROOT / page).read_text(encoding="utf-8")))

    assert links("README.md") == links("README.zh.md")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
    assert set(re.findall(r"\bmake ([a-z-]+)", code)) <= targets
    commands = set(re.findall(r"run\.py ([a-z-]+)", code))
    if commands:
        assert commands <= set(cli_commands()), f"{name(page)} names a command that run.py does not have"


def cli_commands() -> list[str]:
    """The commands that run.py offers."""
    import run

    return list(run.main.commands)


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_every_module_says_what_it_is_for(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    if not text.strip():
        return
    assert ast.get_docstring(ast.parse(text)), f"{name(module)} begins without a sentence"


@pytest.mark.parametrize(
    "module",
    [path for path in MODULES if path.parts[-2] not in {"tests", "tools", "harness", "bench"}],
    ids=name,
)
def test_the_environment_is_read_in_one_place(module: Path) -> None:
    if module.name.startswith(("config", "test_", "conftest")):
        return
    found = re.search(r"\bos\.(environ|getenv)\b", module.read_text(encoding="utf-8"))
    assert not found, f"{name(module)} reads the environment itself. Make it a setting in config.py."


def test_nothing_built_or_foreign_is_in_the_repository() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("This is not a clone; what is tracked cannot be listed.")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    wrong = re.compile(
        r"\.min\.(js|css)$|(^|/)node_modules/|(^|/)dist/|\.sqlite$|^var/|^app/static/build/|\.(mo|pot)$"
    )
    assert [path for path in listed.stdout.splitlines() if wrong.search(path)] == []
