"""Random crystals in random flavours of CIF read back the same, here and elsewhere."""

from __future__ import annotations

from collections import Counter

import gemmi
import numpy as np
import pytest
from cif_flavours import GROUPS, Written, written
from crystal_cases import REPEATABLE
from hypothesis import HealthCheck, given, settings

from sc3d_desktop.crystal.cif import parse_cif, write_cif
from sc3d_desktop.crystal.overlaps import close_pairs
from sc3d_desktop.crystal.text import decoded

MANY = settings(REPEATABLE, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
FAR_APART_ANGSTROM = 0.8
MAY_BE_TOLD = {"Hall symbol", "special position", "overlap", "isotope", "occupancy above 1"}


def read(case: Written):
    (crystal,) = parse_cif(decoded(case.text.encode()))
    return crystal


def assert_same(one, other) -> None:
    """The same species at the same places; the order of sites is free."""
    assert len(one) == len(other)
    assert one.cell_parameters == pytest.approx(other.cell_parameters, abs=1e-3)
    apart = one.frac_coords[:, None] - other.frac_coords[None]
    distances = np.abs(apart - np.round(apart)).max(axis=-1)
    partner = distances.argmin(axis=1)
    assert sorted(partner.tolist()) == list(range(len(one)))
    assert distances.min(axis=1).max() < 1e-5
    for i, j in enumerate(partner.tolist()):
        wanted = pytest.approx(dict(other.sites[j].species), abs=1e-5)
        assert dict(one.sites[i].species) == wanted


@MANY
@given(written())
def test_a_crystal_in_any_flavour_reads_back_the_same(case):
    crystal = read(case)
    assert_same(crystal, case.crystal)
    assert {f.code for f in crystal.findings} <= MAY_BE_TOLD


@MANY
@given(written())
def test_what_was_read_is_written_and_read_back_the_same(case):
    crystal = read(case)
    (again,) = parse_cif(write_cif(crystal))
    assert_same(again, crystal)


@MANY
@given(written())
def test_gemmi_counts_the_same_atoms_where_it_joins_none(case):
    """Gemmi knows no number alone, and takes images closer than 0.4 Å for one atom."""
    document = gemmi.cif.read_string(decoded(case.text.encode()))
    small = gemmi.make_small_structure_from_block(document.sole_block())
    if small.spacegroup is None:
        return
    found: Counter[str] = Counter()
    for site in small.get_all_unit_cell_sites():
        found[site.element.name] += site.occ
    crystal = read(case)
    pairs, _ = close_pairs(crystal.frac_coords, crystal.lattice, FAR_APART_ANGSTROM)
    if not len(pairs):
        assert found == pytest.approx(crystal.composition, abs=1e-3)


@pytest.mark.filterwarnings("ignore:Issues encountered:UserWarning")
@pytest.mark.parametrize("number", sorted(GROUPS))
def test_pymatgen_counts_the_same_atoms_where_operations_are_listed(number):
    from pymatgen.io.cif import CifParser

    a, b, c, alpha, beta, gamma = GROUPS[number]
    operations = gemmi.find_spacegroup_by_number(number).operations()
    text = (
        f"data_x\n_cell_length_a {a}\n_cell_length_b {b}\n_cell_length_c {c}\n"
        f"_cell_angle_alpha {alpha}\n_cell_angle_beta {beta}\n_cell_angle_gamma {gamma}\n"
        "loop_\n_symmetry_equiv_pos_as_xyz\n"
        + "".join(f"'{op.triplet()}'\n" for op in operations)
        + "loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n"
        "_atom_site_fract_y\n_atom_site_fract_z\n_atom_site_occupancy\n"
        "Cu1 Cu 0 0 0 0.9\nO1 O 0.1123 0.2371 0.3119 0.5\n"
    )
    structure = CifParser.from_str(text).parse_structures(primitive=False)[0]
    (crystal,) = parse_cif(text)
    theirs = {str(el): float(n) for el, n in structure.composition.items()}
    assert theirs == pytest.approx(crystal.composition, abs=1e-6)
