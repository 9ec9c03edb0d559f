"""The Chinese texts: complete, merged without contradiction, and compiled for every screen."""

import gettext
from pathlib import Path

import pytest
import translations

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of parts of our own, with an empty one for the framework."""
    monkeypatch.setattr(translations, "PARTS", tmp_path)
    monkeypatch.setattr(translations, "FRAMEWORK", tmp_path / "fab.po")
    monkeypatch.setattr(translations, "TARGET", tmp_path / "compiled")
    (tmp_path / "fab.po").write_text(HEAD)
    return tmp_path


def write_part(folder: Path, name: str, **entries: str) -> None:
    """A part with a few entries; underscores in the English stand for blanks."""
    lines = [
        f'msgid "{english.replace("_", " ")}"\nmsgstr "{chinese}"\n' for english, chinese in entries.items()
    ]
    (folder / f"{name}.po").write_text(HEAD + "\n".join(lines), encoding="utf-8")


def test_no_text_lacks_its_chinese() -> None:
    found = [str(text) for text in translations.missing()]
    assert not found, f"{len(found)} texts have no Chinese, such as {found[0]}. `make check` lists them all."


def test_two_parts_may_share_a_text_in_one_wording(texts: Path) -> None:
    write_part(texts, "a", Save="保存")
    write_part(texts, "b", Save="保存")
    assert translations.merged().get("Save").string == "保存"


def test_two_wordings_of_one_text_are_refused(texts: Path) -> None:
    write_part(texts, "a", Save="保存")
    write_part(texts, "b", Save="存盘")
    with pytest.raises(translations.BadTexts, match=r"b\.po and a\.po word .Save. differently"):
        translations.merged()


def test_a_part_goes_before_the_framework(texts: Path) -> None:
    write_part(texts, "fab", Save="存")
    write_part(texts, "a", Save="保存")
    assert translations.merged().get("Save").string == "保存"


def test_a_lost_placeholder_is_refused(texts: Path) -> None:
    (texts / "a.po").write_text(
        HEAD + '#, python-format\nmsgid "%(count)s rows"\nmsgstr "%(number)s 行"\n', encoding="utf-8"
    )
    with pytest.raises(translations.BadTexts, match="placeholders"):
        translations.merged()


def test_a_lost_placeholder_is_found_without_a_translators_flag(texts: Path) -> None:
    (texts / "a.po").write_text(HEAD + 'msgid "%(count)s rows"\nmsgstr "行"\n', encoding="utf-8")
    with pytest.raises(translations.BadTexts, match="placeholders"):
        translations.merged()


def test_a_broken_file_is_named(texts: Path) -> None:
    (texts / "a.po").write_text(HEAD + 'msgid "Save\nmsgstr "保存"\n', encoding="utf-8")
    with pytest.raises(translations.BadTexts, match=r"a\.po"):
        translations.merged()


def test_an_empty_or_doubtful_entry_counts_as_missing(texts: Path) -> None:
    (texts / "a.po").write_text(
        HEAD + 'msgid "Keep"\nmsgstr ""\n\n#, fuzzy\nmsgid "Doubt"\nmsgstr "疑"\n', encoding="utf-8"
    )
    whole = translations.merged()
    assert not translations.is_translated(whole.get("Keep"))
    assert not translations.is_translated(whole.get("Doubt"))


def test_compiled_texts_are_found_by_gettext(texts: Path) -> None:
    write_part(texts, "a", A_text_of_ours="我们的文字")
    assert translations.compile_texts() == 0
    with (texts / "compiled" / "messages.mo").open("rb") as source:
        ours = gettext.GNUTranslations(source)
    assert ours.gettext("A text of ours") == "我们的文字"
    assert ours.gettext("Add User") == "添加用户"
    with (texts / "compiled" / "admin.mo").open("rb") as source:
        assert gettext.GNUTranslations(source).gettext("Create") != "Create"


def test_a_counted_text_is_chinese_for_every_number(texts: Path) -> None:
    entry = 'msgid "%(num)s sheet"\nmsgid_plural "%(num)s sheets"\nmsgstr[0] "%(num)s 张"\n'
    (texts / "a.po").write_text(HEAD + entry, encoding="utf-8")
    assert translations.compile_texts() == 0
    with (texts / "compiled" / "messages.mo").open("rb") as source:
        found = gettext.GNUTranslations(source)
    assert [found.ngettext("%(num)s sheet", "%(num)s sheets", number) for number in (1, 2)] == [
        "%(num)s 张"
    ] * 2


def test_texts_are_collected_from_code_and_templates(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text('from x import lazy_gettext as _l\na = _l("From code")\n')
    (tmp_path / "page.html").write_text(
        "<p title=\"{{ _('From a page') }}\">{% trans %}From a block{% endtrans %}</p>"
    )
    found = {text.id for text in translations.said_in(tmp_path, "room")}
    assert found == {"From code", "From a page", "From a block"}
