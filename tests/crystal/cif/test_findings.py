"""What is noticed on reading: repaired or doubtful, in words, at its line of the file."""

from __future__ import annotations

import pytest
from crystal_cases import cif

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import parse_cif
from sc3d_desktop.crystal.cif.doubts import stated_formula
from sc3d_desktop.crystal.findings import Finding, Kind, finding_from_json
from sc3d_desktop.errors import CifError

P1 = "_space_group_name_H-M_alt 'P 1'"


def one(text: str) -> Crystal:
    (crystal,) = parse_cif(text)
    return crystal


def only(text: str) -> Finding:
    (finding,) = one(text).findings
    return finding


def line_of(text: str, finding: Finding) -> str:
    assert finding.line is not None
    return text.splitlines()[finding.line - 1]


# --- repairs ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("atoms", "code"),
    [
        ("A La 0 0 0 0.5\nB Sr 0 0 0 0.505", "occupancy above 1"),
        ("A La 0 0 0 1\nB La 1 0 0 1", "listed twice"),
        ("A La 0 0 0 1\nB O 0.5 0 0 0", "occupancy 0"),
        ("A La 0 0 0 0.5\nB La 1 0 0 0.5", "listed twice"),
        ("A La 1/2 0 0 1", "fraction"),
        ("A La 0 0 0 1/2", "fraction"),
        ("A La3+ 0 0 0 1", "charges"),
        ("A La+3 0 0 0 1", "charges"),
        ("A D 0 0 0 1", "isotope"),
    ],
)
def test_a_repair_is_told_as_one(atoms, code):
    finding = only(cif(atoms))
    assert (finding.kind, finding.code) == (Kind.REPAIRED, code)


@pytest.mark.parametrize("label", ["HO1", "Oap1", "Wax", "CO2"])
def test_a_label_that_may_mean_something_else_is_a_doubt(label):
    finding = only(cif(f"{label} 0 0 0", columns="label fract_x fract_y fract_z"))
    assert (finding.kind, finding.code) == (Kind.DOUBTFUL, "element by label")


def test_the_formula_tells_what_a_label_means():
    text = cif(
        "HO1 0 0 0\nO1 0.5 0.5 0.5",
        symmetry=f"_chemical_formula_sum 'H O'\n{P1}",
        columns="label fract_x fract_y fract_z",
    )
    assert one(text).composition == {"H": 1, "O": 1}
    assert one(text).findings == ()


@pytest.mark.parametrize("neutral", ["La", "La0+", "La0", "LA"])
def test_no_charge_is_no_finding(neutral):
    assert one(cif(f"A {neutral} 0 0 0 1")).findings == ()


# --- doubts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("atoms", "code"),
    [
        ("A La 0 0 0 .", "occupancy unknown"),
        ("A La 0 0 0 ?", "occupancy unknown"),
        ("A O 0 0 0 1\nB O 0.1 0 0 1", "overlap"),
        ("A La 0.01 0 0 0.9\nB Sr 0.06 0 0 0.2", "overlap"),
        ("A La 0 0 0 1\nB Va 0.5 0 0 1", "vacancy"),
        ("A La 0 0 0 1\nVac Vac 0.5 0 0 1", "vacancy"),
        ("A La 0 0 0 1\nO1 Wat 0.5 0 0 1", "molecule"),
        ("A La 0 0 0 1\nN1 NH3 0.5 0 0 1", "molecule"),
    ],
)
def test_a_doubt_is_told_as_one_and_changes_nothing(atoms, code):
    finding = only(cif(atoms))
    assert (finding.kind, finding.code) == (Kind.DOUBTFUL, code)


def test_atoms_close_together_that_are_never_both_there_are_no_doubt():
    assert one(cif("A O 0 0 0 0.5\nB O 0.1 0 0 0.5")).findings == ()


def test_an_overlap_over_the_border_of_the_cell_is_seen():
    assert only(cif("A O 0.01 0 0 1\nB O 0.97 0 0 1")).code == "overlap"


def test_of_many_overlaps_three_are_told_and_the_rest_counted():
    rows = "\n".join(f"A{i} O {i / 10} 0 0 1\nB{i} O {i / 10 + 0.02} 0 0 1" for i in range(5))
    findings = one(cif(rows, (20, 4, 4, 90, 90, 90))).findings
    assert [f.code for f in findings] == ["overlap"] * 4
    assert findings[-1].text == "So are 2 more pairs of atoms."


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("'Mg B2'", False),
        ("'B2 Mg'", False),
        ("'Mg2 B4'", False),
        ("MgB2", False),
        ("'Mg0.98 B2'", False),
        ("'Mg0.8 B2'", True),
        ("'Mg B2 O'", True),
        ("'Al B2'", True),
        ("'Mg B2(O H)'", False),
        ("'Mg1-x B2'", False),
        ("?", False),
        ("'Mg B2 Xx'", False),
    ],
)
def test_the_formula_of_the_file_is_compared_where_it_can_be_read(formula, told):
    atoms = "Mg1 Mg 0 0 0 1\nB1 B 0.3 0.3 0.5 1\nB2 B 0.6 0.6 0.5 1"
    text = cif(atoms, symmetry=f"_chemical_formula_sum {formula}\n{P1}")
    assert [f.code for f in one(text).findings] == (["formula"] if told else [])


def test_hydrogen_that_only_the_formula_has_is_told_as_missing():
    text = cif(
        "Ni1 Ni 0 0 0 1\nO1 O 0.5 0 0 1\nO2 O 0 0.5 0 1",
        symmetry=f"_chemical_formula_sum 'H2 Ni O2'\n{P1}",
    )
    finding = only(text)
    assert finding.code == "hydrogen missing"
    assert line_of(text, finding).startswith("_chemical_formula_sum")


def test_deuterium_is_the_hydrogen_of_the_formula():
    text = cif("Pd1 Pd 0 0 0 1\nD1 D 0.5 0 0 1", symmetry=f"_chemical_formula_sum 'H Pd'\n{P1}")
    assert [f.code for f in one(text).findings] == ["isotope"]


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("La1.85 Sr0.15 Cu O4", {"La": 1.85, "Sr": 0.15, "Cu": 1, "O": 4}),
        ("MgB2", {"Mg": 1, "B": 2}),
        ("O.5 Ti", {"O": 0.5, "Ti": 1}),
        ("C2 H6 O C", {"C": 3, "H": 6, "O": 1}),
        ("(Mg B)2", None),
        ("Mgx B2", None),
        ("", None),
        ("what", None),
    ],
)
def test_a_plain_formula_is_read_and_any_other_is_not(text, amounts):
    assert stated_formula(text) == amounts


# --- where --------------------------------------------------------------------------------------


def test_a_finding_points_at_its_row_in_its_block():
    first = cif("X1 La 0 0 0 1\nX2 O 0.5 0 0 ?", block="one")
    text = first + cif("Y1 La 0 0 0 1\n'X2' O 0.5 0 0 .\nX22 O 0.2 0 0 1", block="two")
    lines = [line_of(text, c.findings[0]) for c in parse_cif(text)]
    assert lines == ["X2 O 0.5 0 0 ?", "'X2' O 0.5 0 0 ."]


def test_a_symbol_that_leaves_the_origin_open_points_at_its_line():
    text = cif("Si1 Si 0 0 0 1", symmetry="_space_group_name_H-M_alt 'F d -3 m'")
    finding = only(text)
    assert (finding.kind, finding.code) == (Kind.DOUBTFUL, "origin")
    assert "F d -3 m" in line_of(text, finding)


def test_findings_survive_being_written_as_json():
    for finding in one(cif("A La3+ 0 0 0 ?")).findings:
        assert finding_from_json(finding.as_json()) == finding


# --- more than a crystal ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tag",
    [
        "_cell_modulation_dimension 1",
        "_space_group_ssg_name 'P2(a0g)0s'",
        "_cell_subsystems_number 2",
    ],
)
def test_a_modulated_structure_is_refused_as_such(tag):
    with pytest.raises(CifError, match="is modulated") as caught:
        parse_cif(cif(symmetry=f"{tag}\n{P1}"))
    assert "average structure" in caught.value.hint


@pytest.mark.parametrize(
    "tags",
    [
        "_space_group_magn.number_BNS 1.1",
        "loop_\n_space_group_symop_magn_operation.xyz\nx,y,z,+1",
        "loop_\n_atom_site_moment.label\n_atom_site_moment.crystalaxis_x\nMg1 1.0",
    ],
)
def test_a_magnetic_structure_is_refused_as_such(tags):
    with pytest.raises(CifError, match="magnetic structure"):
        parse_cif(cif(symmetry=f"{tags}\n{P1}"))
