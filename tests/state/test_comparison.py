from __future__ import annotations

from compare_cases import mgb2, shuffled_and_moved

from sc3d_desktop.crystal.matching import match
from sc3d_desktop.crystal.symmetry import find_symmetry
from sc3d_desktop.jobs.compare import Matched
from sc3d_desktop.state.comparison import Comparison, Reference
from sc3d_desktop.state.document import Document


def opened() -> tuple[Document, Comparison]:
    document = Document()
    comparison = Comparison(document)
    document.open(mgb2())
    return document, comparison


def matched(document: Document, reference: Reference) -> Matched:
    a, b = reference.crystal, document.crystal
    assert b is not None
    return Matched(a, b, find_symmetry(a), match(a, b))


def test_as_opened_comes_first_once_the_crystal_is_edited() -> None:
    document, comparison = opened()
    comparison.offer([Reference(mgb2(a=3.0), "as given")])
    assert [r.what for r in comparison.references] == ["as given", "as opened"]
    document.substitute((0,), "Mg", "Al", 0.1)
    assert [r.what for r in comparison.references] == ["as opened", "as given"]
    assert comparison.references[0].crystal == mgb2()


def test_what_was_offered_for_another_crystal_is_not_offered() -> None:
    document, comparison = opened()
    comparison.offer([Reference(mgb2(a=3.0), "as given")])
    document.open(mgb2(0.5))
    assert [r.what for r in comparison.references] == ["as opened"]


def test_a_matching_lasts_while_only_occupancies_change() -> None:
    document, comparison = opened()
    reference = Reference(mgb2(), "as opened")
    comparison.compare(reference)
    assert comparison.matching is None
    comparison.learn_matching(matched(document, reference))
    document.substitute((0,), "Mg", "Al", 0.1)
    difference = comparison.difference()
    assert comparison.matching is not None
    assert difference is not None
    assert [o.label for o in difference.occupied] == ["Mg1"]
    document.set_cell(3.2, 3.2, 3.5, 90, 90, 120)
    assert comparison.matching is None
    difference = comparison.difference()
    assert difference is not None
    assert difference.moved is None  # not known, rather than that of another cell


def test_another_reference_starts_anew() -> None:
    document, comparison = opened()
    first, second = Reference(mgb2(), "one"), Reference(shuffled_and_moved(mgb2()), "other")
    told: list[str] = []
    comparison.changed.connect(lambda: told.append("changed"))
    comparison.compare(first)
    comparison.learn_matching(matched(document, first))
    comparison.compare(second)
    assert comparison.matching is None
    comparison.learn_matching(matched(document, first))  # late: it was asked for the first
    assert comparison.matching is None
    comparison.compare(None)
    assert comparison.difference() is None
    assert told == ["changed"] * 3
