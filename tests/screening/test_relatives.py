"""Known superconductors, their parents and their relatives among candidates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from catalogue_cases import filled, import_all, random_drafts
from line_cases import line_of

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.formula import formula, parse_formula
from sc3d_desktop.data import Catalogue, Columns
from sc3d_desktop.data.elements import composition_hash
from sc3d_desktop.data.importers import StarterSet
from sc3d_desktop.models.known import known_structure
from sc3d_desktop.screening.prototype import same_type
from sc3d_desktop.screening.relatives import (
    LIMIT,
    MOST_MATCHED,
    Kin,
    distance,
    kin_of,
    known_compositions,
    matched,
)
from sc3d_desktop.screening.store import Line


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Catalogue, Columns]]:
    with Catalogue.open(tmp_path_factory.mktemp("catalogue") / "c.sqlite") as catalogue:
        import_all(catalogue, StarterSet())
        yield catalogue, catalogue.columns()


def kin(starter: tuple[Catalogue, Columns], text: str, disorder: str = "O") -> Kin:
    return kin_of([(1, line_of(text, disorder=disorder))], *starter)[1]


def after_matching(kin: Kin, crystal: Crystal, catalogue: Catalogue) -> tuple[Kin, int]:
    steps, n = matched(kin, crystal, catalogue), 0
    while True:
        try:
            next(steps)
            n += 1
        except StopIteration as stop:
            found: Kin = stop.value
            return found, n


@pytest.mark.parametrize(
    ("parent", "doped"),
    [
        ("La2CuO4", "La1.85Sr0.15CuO4"),
        ("La2CuO4", "La1.85Ba0.15CuO4"),
        ("BaFe2As2", "Ba0.6K0.4Fe2As2"),
        ("BaFe2As2", "BaFe1.8Co0.2As2"),
        ("Nd2CuO4", "Nd1.85Ce0.15CuO4"),
        ("YBa2Cu3O6", "YBa2Cu3O6.6"),
        ("LaFeAsO", "LaFeAsO0.89F0.11"),
    ],
)
def test_the_parent_of_a_known_superconductor_is_found(
    starter: tuple[Catalogue, Columns], parent: str, doped: str
) -> None:
    found = kin(starter, parent)
    assert doped in [relative.formula for relative in found.parent_of]
    assert "parent of known" in found.badges


@pytest.mark.parametrize("text", ["NaCl", "SiO2", "La2O3", "Cu2O", "Fe2O3", "SrTiO2", "BaAs2"])
def test_what_only_shares_elements_is_no_relative(
    starter: tuple[Catalogue, Columns], text: str
) -> None:
    found = kin(starter, text)
    assert (found.known, found.parent_of, found.relatives) == ((), (), ())


def test_a_known_one_comes_with_the_spread_of_what_was_reported(
    starter: tuple[Catalogue, Columns],
) -> None:
    (known,) = kin(starter, "LaFeAsO0.89F0.11", "SD").known
    assert (known.tc_low_kelvin, known.tc_high_kelvin) == (26.0, 43.0)
    assert known.distance == 0.0
    assert kin(starter, "La0.89FeAsO0.9F0.11", "SD").known == ()


def test_pressure_is_told_of_what_is_known_under_pressure(
    starter: tuple[Catalogue, Columns],
) -> None:
    (known,) = kin(starter, "BaFe2As2").known
    assert known.pressure_gpa == 4.0


def test_a_doped_candidate_is_a_relative_and_no_parent(starter: tuple[Catalogue, Columns]) -> None:
    found = kin(starter, "La1.9Sr0.1CuO4", "SD")
    assert found.parent_of == ()
    assert "La1.85Sr0.15CuO4" in [relative.formula for relative in found.relatives]
    assert found.badges == ("relative of known",)


def test_a_compound_without_superconductivity_makes_nothing_known(
    starter: tuple[Catalogue, Columns],
) -> None:
    assert kin(starter, "YBa2Cu3O6").known == ()


def test_training_is_a_badge_of_its_own(starter: tuple[Catalogue, Columns]) -> None:
    line = line_of("NaCl", in_training=True)
    assert kin_of([(4, line)], *starter)[4].badges == ("in training",)


def test_relatives_of_another_element_are_told_by_their_structure(
    starter: tuple[Catalogue, Columns],
) -> None:
    """EuFe2As2 is Ba0.6K0.4Fe2As2's cousin: other elements, the same arrangement."""
    catalogue, _ = starter
    crystal = known_structure("BaFe2As2")
    replaced = {"Ba": "Eu", "Fe": "Fe", "As": "As"}
    eu = crystal.with_sites(
        {
            i: type(site)(
                site.label, {replaced[el]: w for el, w in site.species.items()}, site.frac
            )
            for i, site in enumerate(crystal.sites)
        }
    )
    found, _ = after_matching(kin(starter, "EuFe2As2"), eu, catalogue)
    alike = [r for r in found.relatives if r.same_type]
    assert "CsFe2As2" in [r.formula for r in alike]
    assert all(r.distance > LIMIT for r in alike)
    assert found.possible == ()


def test_matching_says_whether_a_relative_has_the_structure(
    starter: tuple[Catalogue, Columns],
) -> None:
    catalogue, _ = starter
    found, n = after_matching(kin(starter, "BaFe2As2"), known_structure("BaFe2As2"), catalogue)
    said = {r.formula: r.same_type for r in found.parent_of}
    assert said["Ba0.6K0.4Fe2As2"] is True
    assert n <= MOST_MATCHED
    cubic, _ = after_matching(kin(starter, "BaFe2As2"), known_structure("Nb"), catalogue)
    assert {r.same_type for r in cubic.parent_of} == {False}
    assert [r.formula for r in cubic.parent_of] == [r.formula for r in found.parent_of]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("La1.85Sr0.15CuO4", "La1.85Ba0.15CuO4", True),
        ("KFe2As2", "Ba0.6K0.4Fe2As2", True),
        ("YBa2Cu3O7", "YBa2Cu3O6.9", True),
        ("YBa2Cu3O7", "YBa2Cu4O8", False),
        ("Nb", "Ta", True),
        ("Nb", "Al", False),
        ("LiFeAs", "KFe2As2", False),
    ],
)
def test_structure_types_are_told_apart(one: str, other: str, alike: bool) -> None:
    assert same_type(known_structure(one), known_structure(other)) is alike


def scattered(seed: int, elements: str, n_sites: int) -> Crystal:
    rng = np.random.default_rng(seed)
    names = elements.split()
    sites = (
        Site(f"{i}", Species({names[i % len(names)]: 1.0}), tuple(rng.random(3)))
        for i in range(n_sites)
    )
    return Crystal(np.diag([8.0, 8.5, 9.0]), tuple(sites))


@pytest.mark.parametrize(("elements", "n_sites"), [("La Sr Cu O F As", 36), ("Cu O", 60)])
def test_what_would_take_long_to_compare_is_not(elements: str, n_sites: int) -> None:
    assert same_type(scattered(1, elements, n_sites), scattered(2, elements, n_sites)) is None


def plain_distance(one: dict[str, float], other: dict[str, float]) -> float:
    n, m = sum(one.values()), sum(other.values())
    return 0.5 * sum(abs(one.get(e, 0) / n - other.get(e, 0) / m) for e in set(one) | set(other))


def plain_near(line: Line, catalogue: Catalogue) -> dict[int, float]:
    """Entries with a Tc of another composition, a tenth or less away and one element apart, each
    composition once.
    """
    ours = parse_formula(line.formula)
    assert ours is not None
    found, seen = {}, set()
    columns = catalogue.columns()
    for row in catalogue.rows(columns.ids.tolist()):
        theirs = parse_formula(row.formula)
        if theirs is None or row.tc_high_kelvin is None:
            continue
        apart = plain_distance(ours, theirs)
        one_apart = max(len(set(ours) - set(theirs)), len(set(theirs) - set(ours))) <= 1
        name = composition_hash(theirs)
        if 1e-6 < apart <= 0.1 and one_apart and name not in seen:
            found[row.id] = apart
            seen.add(name)
    return found


def test_random_candidates_have_the_relatives_a_plain_loop_finds(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    drafts = random_drafts(250, 4)
    with filled(tmp_path / "c.sqlite", drafts) as catalogue:
        columns = catalogue.columns()
        n = 0
        for draft in drafts[:40]:
            composition = parse_formula(draft.formula)
            assert composition is not None
            moved = {el: a * float(rng.uniform(0.85, 1.15)) for el, a in composition.items()}
            line = line_of(formula(moved), disorder="SD")
            plain = plain_near(line, catalogue)
            found = kin_of([(1, line)], catalogue, columns)[1].relatives
            nearest = sorted(plain.values())[: len(found)]
            assert len(found) == min(6, len(plain))
            np.testing.assert_allclose([r.distance for r in found], nearest, atol=1e-7)
            n += len(found)
        assert n > 20


def test_deuterium_is_hydrogen() -> None:
    assert distance({"Pd": 1, "D": 1}, {"Pd": 1, "H": 1}) == 0


def test_distance_is_half_the_difference_of_the_atomic_fractions() -> None:
    assert distance({"Mg": 1, "B": 1}, {"Mg": 2, "B": 2}) == 0
    assert distance({"Mg": 1}, {"B": 3}) == 1
    assert distance({"Mg": 1, "B": 1}, {"Mg": 3, "B": 1}) == 0.25


def test_known_compositions_are_those_with_a_tc(starter: tuple[Catalogue, Columns]) -> None:
    _, columns = starter
    known = set(known_compositions(columns).tolist())
    for text, expected in (("MgB2", True), ("YBa2Cu3O6", False), ("Mg2B4", True)):
        assert (line_of(text).composition in known) is expected
