"""Two changes from one version: both are kept where they do not contradict each other."""

from dataclasses import replace

from models.wiring.merge import merged, stamp
from models.wiring.nouns import Entity, Label
from tests.models.wiring.test_versions import made


def base() -> Entity:
    return made().entities["customers"]


def relabelled(entity: Entity, column: str, words: str) -> Entity:
    field = replace(entity.fields[column], label=Label(words))
    return replace(entity, fields={**entity.fields, column: field})


def test_what_only_one_changed_is_kept() -> None:
    mine, theirs = (
        relabelled(base(), "phone", "Telephone"),
        replace(base(), label=Label("Clients"), icon="user"),
    )
    found = merged(base(), theirs, mine)
    assert found.places == ()
    assert found.both is not None
    assert (found.both.label, found.both.icon) == (Label("Clients"), "user")
    assert found.both.fields["phone"].label == Label("Telephone")
    assert list(found.both.fields) == list(base().fields)


def test_the_same_change_twice_is_no_conflict() -> None:
    both = relabelled(base(), "name", "Called")
    found = merged(base(), both, relabelled(base(), "name", "Called"))
    assert (found.places, stamp(found.both)) == ((), stamp(both))


def test_a_contradiction_is_named_and_mine_stands() -> None:
    found = merged(base(), relabelled(base(), "name", "Theirs"), relabelled(base(), "name", "Mine"))
    assert found.places == ("fields.name.label.en",)
    assert found.both is not None
    assert found.both.fields["name"].label.en == "Mine"


def test_fields_added_and_taken_out_by_either_come_together() -> None:
    without = {name: field for name, field in base().fields.items() if name != "phone"}
    added = {**base().fields, "fax": replace(base().fields["phone"], name="fax")}
    found = merged(base(), replace(base(), fields=without), replace(base(), fields=added))
    assert found.places == ()
    assert found.both is not None
    assert ("phone" in found.both.fields, "fax" in found.both.fields) == (False, True)


def test_a_title_that_the_other_took_out_is_no_title_any_more() -> None:
    without = {name: field for name, field in base().fields.items() if name != "phone"}
    found = merged(base(), replace(base(), fields=without), replace(base(), title="phone", code="phone"))
    assert found.both is not None
    assert found.both.title in found.both.fields
    assert found.both.code == ""


def test_taken_out_here_and_changed_there_is_a_question() -> None:
    changed = replace(base(), icon="user")
    assert merged(base(), changed, None).places == ("table",)
    assert merged(base(), None, changed).places == ("table",)
    assert merged(base(), base(), None).places == ()
    assert merged(base(), None, None).places == ()
    assert merged(None, None, changed).places == ()


def test_what_the_database_says_is_nobodys_conflict() -> None:
    found = merged(base(), replace(base(), row_estimate=5), replace(base(), row_estimate=7))
    assert found.places == ()
    assert stamp(replace(base(), row_estimate=5)) == stamp(base())
