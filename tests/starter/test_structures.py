"""The hand-written structures: what they state, what they hold, and what they are made from."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections import Counter
from pathlib import Path

import gemmi
import numpy as np
import pytest
from reference_cells import atomic_fractions

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.elements import element
from sc3d_desktop.crystal.graph import periodic_graph
from sc3d_desktop.crystal.symmetry import find_symmetry
from sc3d_desktop.models.known import (
    known_non_superconductors,
    known_structure,
    known_superconductors,
    predicted_superconductors,
)
from sc3d_desktop.paths import resources

ROOT = Path(__file__).resolve().parents[2]
FOLDER = resources() / "known"
LISTED = (*known_superconductors(), *predicted_superconductors(), *known_non_superconductors())
DRAWN = tuple(k for k in LISTED if k.structure)


@pytest.fixture(scope="module")
def crystals() -> dict[str, Crystal]:
    return {k.structure: known_structure(k.structure) for k in DRAWN}


def stated_groups() -> dict[str, gemmi.SpaceGroup]:
    document = gemmi.cif.read(str(FOLDER / "structures.cif"))
    tag = "_space_group_name_H-M_alt"
    names = {block.name: gemmi.cif.as_string(block.find_value(tag)) for block in document}
    return {name: gemmi.find_spacegroup_by_name(group) for name, group in names.items()}


def test_every_structure_belongs_to_exactly_one_compound():
    assert Counter(k.structure for k in DRAWN) == Counter(list(stated_groups()))


def test_every_structure_has_the_composition_of_its_formula(crystals: dict[str, Crystal]):
    for k in DRAWN:
        composition = crystals[k.structure].composition
        found = {el: amount / sum(composition.values()) for el, amount in composition.items()}
        assert found == pytest.approx(atomic_fractions(k.formula), rel=1e-3), k


def test_every_structure_has_the_space_group_it_states_occupancies_regarded(
    crystals: dict[str, Crystal],
):
    stated = stated_groups()
    found = {name: find_symmetry(crystal).number for name, crystal in crystals.items()}
    assert {n: g for n, g in found.items() if g != stated[n].number} == {}


def test_no_atoms_lie_closer_or_further_from_each_other_than_in_real_crystals(
    crystals: dict[str, Crystal],
):
    """Distances as shares of the sum of covalent radii; titanium at 248 GPa and lanthanum in
    LaRh3B2, whose c is 3.14 Å, are the shortest.
    """
    for name, crystal in crystals.items():
        graph = periodic_graph(crystal)
        radii = [
            element(next(iter(site.species))).covalent_radius_angstrom for site in crystal.sites
        ]
        shares = [
            distance / (radii[i] + radii[j])
            for i, j, distance in zip(graph.target, graph.source, graph.distances, strict=True)
        ]
        assert 0.68 < min(shares) < 1.22, name


def test_spheres_of_the_covalent_radii_fill_as_much_of_the_cell_as_in_real_crystals(
    crystals: dict[str, Crystal],
):
    """Graphite's layers lie far apart; titanium at 248 GPa is twice as dense."""
    outside = set()
    for name, crystal in crystals.items():
        atoms = [pair for site in crystal.sites for pair in site.species.items()]
        spheres = sum(w * element(el).covalent_radius_angstrom ** 3 for el, w in atoms)
        filled = 4 / 3 * np.pi * spheres / abs(np.linalg.det(crystal.lattice))
        outside |= set() if 0.28 < filled < 1.35 else {name}
    assert outside == {"C-graphite", "Ti-248GPa"}


def test_reading_repairs_and_assumes_nothing(crystals: dict[str, Crystal]):
    notes = {note for crystal in crystals.values() for note in crystal.notes}
    assert notes == {"D is kept as an isotope of hydrogen."}


def test_every_site_was_written_on_its_own_no_two_orbits_fell_together(
    crystals: dict[str, Crystal],
):
    for block in gemmi.cif.read(str(FOLDER / "structures.cif")):
        labels = set(block.find_values("_atom_site_label"))
        assert {site.label for site in crystals[block.name].sites} == labels


def test_a_structure_under_pressure_and_only_such_a_one_says_so_in_its_name(
    crystals: dict[str, Crystal],
):
    for k in DRAWN:
        name = crystals[k.structure].name
        pressure = getattr(k, "pressure_gpa", None)
        said = re.fullmatch(r".+ (?:at ([\d.]+) GPa|under pressure)", name)
        assert bool(said) == (pressure is not None), k
        assert not said or not said[1] or float(said[1]) == pressure, k


def test_doped_compounds_have_their_dopant_on_a_shared_site():
    crystal = known_structure("La1.85Sr0.15CuO4")
    shared = [site.species for site in crystal.sites if len(site.species) > 1]
    assert {tuple(species.items()) for species in shared} == {(("Sr", 0.075), ("La", 0.925))}
    assert known_structure("CsV2.79Nb0.21Sb5").sites[1].species["Nb"] == 0.07


def test_the_committed_file_is_what_the_tables_make():
    script = ROOT / "packaging" / "make_known_structures.py"
    spec = importlib.util.spec_from_file_location("make_known_structures", script)
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = generator
    spec.loader.exec_module(generator)
    del sys.modules[spec.name]
    tables = (generator.TABLES / f"{name}.txt" for name in ("types", "structures"))
    made = generator.make(*(path.read_text(encoding="utf-8") for path in tables))
    assert made == (FOLDER / "structures.cif").read_text(encoding="utf-8")
