"""What is known like a candidate: in its run, the catalogue, and the training data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from catalogue_cases import filled
from crystal_cases import simple_crystal, supercell

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.data import Catalogue, Draft
from sc3d_desktop.data.elements import composition_hash
from sc3d_desktop.generation.candidate import Candidate, Judgement, Match
from sc3d_desktop.generation.judge.novelty import TRAINING, Known, duplicate_of
from sc3d_desktop.models.diffcsp_sc.fingerprint import Fingerprint


def two(a: str, b: str, edge: float = 3.2) -> Crystal:
    """The structure of CsCl."""
    return simple_crystal({a: 1}, {b: 1}, edge=edge)


def layered(a: str, b: str) -> Crystal:
    """Two atoms in another arrangement."""
    sites = two(a, b).sites
    return Crystal(np.diag([3.0, 3.0, 6.0]), (sites[0], replace(sites[1], frac=(0.5, 0.5, 0.33))))


ALLOY = simple_crystal({"Fe": 0.9, "Co": 0.1}, {"Al": 1}, edge=2.9)


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    drafts = [
        Draft("NiAl", two("Ni", "Al")),
        Draft("YCu"),
        Draft(formula(ALLOY.composition), ALLOY),
    ]
    with filled(tmp_path / "c.sqlite", drafts) as open_catalogue:
        yield open_catalogue


def fingerprint(*pairs: tuple[dict[str, float], int]) -> Fingerprint:
    rows = sorted((composition_hash(composition), group) for composition, group in pairs)
    hashes, groups = zip(*rows, strict=True)
    return Fingerprint(np.array(hashes, np.int64), np.array(groups, np.uint8), "test")


def test_the_same_structure_in_another_cell_is_not_new(catalogue: Catalogue) -> None:
    known = Known(catalogue, None).novelty(supercell(two("Al", "Ni", 3.3), (2, 1, 1)), {221})
    (match,) = known.matches
    assert (match.kind, match.name, match.where) == ("structure", "NiAl", "cases")
    assert match.entry is not None
    assert catalogue.entry(match.entry).row.formula == "NiAl"
    assert known.novel is False


def test_another_structure_of_a_known_composition_is_new_and_says_so(catalogue: Catalogue) -> None:
    known = Known(catalogue, None).novelty(layered("Ni", "Al"), {99})
    assert [match.kind for match in known.matches] == ["composition"]
    assert known.novel is True


def test_nothing_is_claimed_beside_an_entry_without_a_structure(catalogue: Catalogue) -> None:
    known = Known(catalogue, None).novelty(two("Y", "Cu"), {221})
    assert [match.kind for match in known.matches] == ["composition"]
    assert known.novel is None


def test_what_nothing_is_like_is_new(catalogue: Catalogue) -> None:
    known = Known(catalogue, fingerprint(({"Y": 1, "Rh": 1}, 221))).novelty(two("Sc", "Ir"), {221})
    assert (known.matches, known.novel, known.notes) == ((), True, ())


def test_without_anything_to_compare_with_nothing_is_claimed() -> None:
    known = Known(None, None).novelty(two("Ni", "Al"), {221})
    assert (known.matches, known.novel) == ((), None)


def test_an_ordered_child_of_a_disordered_entry_is_not_new(catalogue: Catalogue) -> None:
    known = Known(catalogue, None).novelty(two("Fe", "Al"), {221})
    (match,) = known.matches
    assert match.kind == "ordered child"
    assert match.name == formula(ALLOY.composition)
    assert known.novel is False


def test_a_composition_far_from_the_parent_is_no_child_of_it(catalogue: Catalogue) -> None:
    assert Known(catalogue, None).novelty(two("Co", "Al"), {221}).matches == ()


@pytest.mark.parametrize(("groups", "kind", "novel"), [({221, 1}, "structure", False),
                                                       ({1, 99}, "composition", None)])  # fmt: skip
def test_composition_and_space_group_of_the_training_data_decide_together(
    groups: set[int], kind: str, novel: bool | None
) -> None:
    learned = fingerprint(({"Ni": 3, "Al": 3}, 221), ({"Ni": 1, "Al": 1}, 225), ({"Ni": 1}, 99))
    known = Known(None, learned).novelty(two("Ni", "Al"), groups)
    (match,) = known.matches
    assert match == Match(kind, formula({"Ni": 1, "Al": 1}), TRAINING)  # type: ignore[arg-type]
    assert known.novel is novel
    assert len(known.notes) == 1
    assert ("221, 225" in known.notes[0]) == (kind == "composition")


def test_a_duplicate_is_the_first_candidate_of_that_structure() -> None:
    crystals = [layered("Ni", "Al"), two("Al", "Co"), two("Ni", "Al"), two("Al", "Ni", 3.1)]
    earlier = [Candidate(i + 1, c, "", Judgement()) for i, c in enumerate(crystals)]
    assert duplicate_of(supercell(two("Ni", "Al"), (1, 2, 1)), earlier) == 3
    assert duplicate_of(two("Ni", "Ga"), earlier) is None
    assert duplicate_of(two("Ni", "Al"), earlier[:2]) is None


def test_deuterium_is_looked_up_as_hydrogen() -> None:
    heavy = two("Pd", "D", 3.0)
    learned = fingerprint(({"Pd": 1, "H": 1}, 221))
    assert [m.kind for m in Known(None, learned).novelty(heavy, {221}).matches] == ["structure"]


def test_sites_of_a_parent_may_be_named_in_any_order(catalogue: Catalogue) -> None:
    turned = Crystal(ALLOY.lattice, tuple(reversed(two("Fe", "Al").sites)))
    found = Known(catalogue, None).novelty(turned, {221})
    assert [match.kind for match in found.matches] == ["ordered child"]


def test_every_space_group_of_a_composition_is_found() -> None:
    rng = np.random.default_rng(0)
    pairs = {(el, int(g)) for el in "HBCNOFPSKVYI" for g in rng.integers(1, 231, 9)}
    held = fingerprint(*(({el: 1.0}, g) for el, g in pairs))
    for el in "HBCNOFPSKVYI":
        expected = {g for name, g in pairs if name == el}
        assert held.space_groups_of(composition_hash({el: 2.0})) == expected
    assert held.space_groups_of(composition_hash({"U": 1.0})) == frozenset()
