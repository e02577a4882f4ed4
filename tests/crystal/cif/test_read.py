"""CIF texts as they occur, and the crystals they mean."""

from __future__ import annotations

import gemmi
import pytest
from crystal_cases import cif

from sc3d_desktop.crystal import Crystal, Species
from sc3d_desktop.crystal.cif import parse_cif, read_blocks, read_cif
from sc3d_desktop.errors import CifError

HEXAGONAL = (3.086, 3.086, 3.524, 90, 90, 120)
MGB2 = "Mg1 Mg 0 0 0 1\nB1 B 0.33333333 0.66666667 0.5 1"
P6MMM_OPERATIONS = "\n".join(
    ["loop_", "_symmetry_equiv_pos_as_xyz"]
    + [f"'{op.triplet()}'" for op in gemmi.find_spacegroup_by_number(191).operations()]
)


def one(text: str) -> Crystal:
    (crystal,) = parse_cif(text)
    return crystal


def composition(crystal: Crystal) -> dict[str, float]:
    return {el: round(n, 6) for el, n in crystal.composition.items()}


@pytest.mark.parametrize(
    "symmetry",
    [
        "_space_group_name_H-M_alt 'P 6/m m m'",
        "_symmetry_space_group_name_H-M P6/mmm",
        "_space_group_name_Hall '-P 6 2'\n_space_group_name_H-M_alt 'P 6/m m m'",
        "_symmetry_space_group_name_Hall '-P 6 2'\n_symmetry_space_group_name_H-M P6/mmm",
        "_space_group_IT_number 191",
        "_symmetry_Int_Tables_number 191",
        P6MMM_OPERATIONS,
        P6MMM_OPERATIONS.replace("_symmetry_equiv_pos_as_xyz", "_space_group_symop_operation_xyz"),
        P6MMM_OPERATIONS.replace("x,", "X,").replace("-y", " - Y"),
        "_space_group_name_H-M_alt ?\n_space_group_IT_number 191",
        "_space_group_name_Hall 'what'\n_space_group_name_H-M_alt 'P 6/m m m'",
        "_space_group_name_H-M_alt 'P 6/m m m (191)'\n_space_group_IT_number 191",
    ],
)
def test_symmetry_is_taken_from_operations_or_symbols_or_number(symmetry):
    crystal = one(cif(MGB2, HEXAGONAL, symmetry=symmetry))
    assert composition(crystal) == {"Mg": 1, "B": 2}
    assert crystal.notes == ()


def test_listed_operations_go_before_the_name_and_a_doubt_says_so():
    text = cif(
        MGB2, HEXAGONAL, symmetry="_symmetry_space_group_name_H-M 'P 1'\n" + P6MMM_OPERATIONS
    )
    assert composition(one(text)) == {"Mg": 1, "B": 2}
    (finding,) = one(text).findings
    assert finding.code == "symmetry conflict"
    assert "P 1 (1)" in finding.text
    assert "191" in finding.text


def test_operations_that_lack_products_are_completed_and_a_doubt_says_so():
    some = "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n-y,x-y,z\n-x,-y,-z\n"
    crystal = one(cif("B1 B 0.2 0.4 0.3 1", HEXAGONAL, symmetry=some))
    assert len(crystal) == 6
    assert [f.code for f in crystal.findings] == ["operations missing"]


def test_a_group_that_the_cell_does_not_have_is_a_doubt():
    crystal = one(cif(cell=(4, 4, 5, 90, 90, 90), symmetry="_space_group_IT_number 221"))
    assert [f.code for f in crystal.findings] == ["cell and symmetry"]


def test_of_two_origins_the_one_that_makes_the_formula_is_taken():
    rows = "Zn1 Zn 0.125 0.125 0.125 1\nCr1 Cr 0.5 0.5 0.5 1\nSe1 Se 0.26 0.26 0.26 1"
    symmetry = "_space_group_name_H-M_alt 'F d -3 m'\n_chemical_formula_sum 'Cr2 Se4 Zn'"
    crystal = one(cif(rows, (10.5, 10.5, 10.5, 90, 90, 90), symmetry=symmetry))
    assert composition(crystal) == {"Zn": 8, "Cr": 16, "Se": 32}
    (finding,) = crystal.findings
    assert "F d -3 m:2" in finding.text


def test_without_symmetry_the_atoms_are_the_whole_cell_and_a_note_says_so():
    crystal = one(cif("Mg1 Mg 0.1 0.2 0.3 1", symmetry=""))
    assert len(crystal) == 1
    assert "no symmetry" in crystal.notes[0]


@pytest.mark.parametrize(
    ("symmetry", "x", "sites"),
    [
        ("_space_group_name_H-M_alt 'F d -3 m:1'", 0, 8),
        ("_space_group_name_H-M_alt 'F d -3 m:2'", 0.125, 8),
        ("_space_group_name_H-M_alt 'F d -3 m:2'", 0, 16),
        ("_symmetry_space_group_name_H-M 'F d -3 m S'", 0, 8),
        ("_symmetry_space_group_name_H-M 'F d -3 m Z'", 0, 16),
    ],
)
def test_the_origin_of_a_space_group_is_the_one_stated(symmetry, x, sites):
    crystal = one(cif(f"Si1 Si {x} {x} {x} 1", symmetry=symmetry))
    assert len(crystal) == sites
    assert crystal.notes == ()


@pytest.mark.parametrize(
    "symmetry", ["_symmetry_Int_Tables_number 227", "_space_group_name_H-M_alt 'F d -3 m'"]
)
def test_an_origin_that_is_not_stated_is_noted(symmetry):
    crystal = one(cif("Si1 Si 0 0 0 1", symmetry=symmetry))
    assert len(crystal) == 8
    assert "F d -3 m:1" in crystal.notes[0]


@pytest.mark.parametrize(
    ("cell", "sites"), [((4, 4, 10, 90, 90, 120), 3), ((4, 4, 4, 60, 60, 60), 1)]
)
def test_a_rhombohedral_group_follows_the_axes_of_the_cell(cell, sites):
    for symmetry in ("_symmetry_Int_Tables_number 166", "_symmetry_space_group_name_H-M 'R -3 m'"):
        assert len(one(cif("Bi1 Bi 0 0 0 1", cell, symmetry=symmetry))) == sites


def test_species_in_rows_of_their_own_share_one_site():
    rows = "La1 La 0 0 0.36 0.925\nSr1 Sr 0 0 0.36 0.075\nCu1 Cu 0 0 0 1"
    crystal = one(
        cif(rows, (3.8, 3.8, 13.2, 90, 90, 90), symmetry="_symmetry_Int_Tables_number 139")
    )
    assert len(crystal) == 6
    assert crystal.sites[0].species == Species({"La": 0.925, "Sr": 0.075})
    assert crystal.sites[0].label == "La1"


def test_rows_a_rounding_apart_share_one_site_and_rows_further_apart_do_not():
    near = "La1 La 0 0 0.3600 0.9\nSr1 Sr 0 0 0.3602 0.1"
    split = "O1 O 0 0 0.36 0.5\nO2 O 0 0 0.40 0.5"
    assert len(one(cif(near, (4, 4, 13, 90, 90, 90)))) == 1
    assert len(one(cif(split, (4, 4, 13, 90, 90, 90)))) == 2


def test_rows_on_symmetry_copies_of_one_position_share_its_sites():
    rows = "La1 La 0.2 0 0 0.6\nSr1 Sr -0.2 0 0 0.4"
    crystal = one(cif(rows, symmetry="_symmetry_Int_Tables_number 2"))
    assert [s.species for s in crystal.sites] == [Species({"La": 0.6, "Sr": 0.4})] * 2


@pytest.mark.parametrize("third", ["0.333", "0.3333", "0.33333", "0.333333", "0.33333333"])
def test_a_special_position_written_in_few_digits_keeps_its_multiplicity(third):
    two_thirds = f"{1 - float(third):.{len(third) - 2}f}"
    rows = f"Mg1 Mg 0 0 0 1\nB1 B {third} {two_thirds} 0.5 1"
    crystal = one(cif(rows, HEXAGONAL, symmetry="_symmetry_Int_Tables_number 191"))
    assert composition(crystal) == {"Mg": 1, "B": 2}


def test_uncertainties_in_brackets_are_left_out():
    rows = "La1 La 0.25(3) 0 0 0.925(12)\nSr1 Sr 0.25(3) 0 0 0.075(12)"
    crystal = one(cif(rows, ("4.012(3)", 4, 4, 90, "90.5(1)", 90)))
    assert crystal.sites[0].frac == (0.25, 0, 0)
    assert crystal.sites[0].species == Species({"La": 0.925, "Sr": 0.075})
    assert crystal.cell_parameters == pytest.approx((4.012, 4, 4, 90, 90.5, 90))


def test_a_number_may_stand_in_quotes_or_in_a_text_field():
    text = cif(cell=("'4.1'", '"4.2(1)"', "\n;\n4.3\n;", 90, 90, 90))
    assert one(text).cell_parameters[:3] == pytest.approx((4.1, 4.2, 4.3))


@pytest.mark.parametrize("symbol", ["Cu", "Cu2+", "CU", "cu", "Cu+2", "Cu2.5+", "Cu1"])
def test_ions_and_capitals_are_the_element(symbol):
    assert composition(one(cif(f"X1 {symbol} 0 0 0 1"))) == {"Cu": 1}


@pytest.mark.parametrize(
    ("label", "element"),
    [
        ("Cu1", "Cu"),
        ("O", "O"),
        ("O1A", "O"),
        ("OW1", "O"),
        ("LA1", "La"),
        ("H12", "H"),
        ("B", "B"),
    ],
)
def test_without_a_type_the_label_tells_the_element(label, element):
    for columns, row in (
        ("label fract_x fract_y fract_z", f"{label} 0 0 0"),
        ("label type_symbol fract_x fract_y fract_z", f"{label} ? 0 0 0"),
    ):
        assert composition(one(cif(row, columns=columns))) == {element: 1}


def test_deuterium_stays_an_isotope_with_a_note():
    crystal = one(cif("D1 D 0 0 0 0.5\nH1 H 0 0 0 0.5"))
    assert crystal.sites[0].species == Species({"H": 0.5, "D": 0.5})
    assert crystal.notes == ("D is kept as an isotope of hydrogen.",)


def test_a_file_without_occupancies_has_full_sites():
    crystal = one(cif("Mg1 Mg 0 0 0", columns="label type_symbol fract_x fract_y fract_z"))
    assert crystal.is_ordered
    assert crystal.notes == ()


@pytest.mark.parametrize("unknown", [".", "?"])
def test_an_unknown_occupancy_is_one_and_noted(unknown):
    crystal = one(cif(f"Mg1 Mg 0 0 0 {unknown}"))
    assert crystal.is_ordered
    assert crystal.notes == ("The occupancy of Mg1 is unknown; taken as 1.",)


def test_an_atom_with_occupancy_zero_is_left_out_and_noted():
    crystal = one(cif("Mg1 Mg 0 0 0 1\nO1 O 0.5 0 0 0"))
    assert composition(crystal) == {"Mg": 1}
    assert crystal.notes == ("O1 has occupancy 0 and was left out.",)


def test_occupancies_rounded_to_above_one_are_scaled_and_noted():
    crystal = one(cif("A La 0 0 0 0.334\nB Sr 0 0 0 0.334\nC Ba 0 0 0 0.334"))
    assert crystal.sites[0].species.total == pytest.approx(1, abs=1e-12)
    assert "scaled to 1" in crystal.notes[0]


def test_halves_of_one_element_on_one_site_add_up():
    crystal = one(cif("O1 O 0 0 0 0.25\nO2 O 0 0 0 0.5"))
    assert crystal.sites[0].species == Species({"O": 0.75})
    assert crystal.notes == ()


def test_an_atom_listed_again_counts_once_and_is_noted():
    crystal = one(cif("Hf1 Hf 0 0 0 1\nHf2 Hf 1 0 0 1\nHf3 Hf 0 0 0.0001 1"))
    assert composition(crystal) == {"Hf": 1}
    assert "counted once" in crystal.notes[0]


def test_each_data_block_is_a_crystal_in_order():
    text = cif(block="first") + cif("Al1 Al 0 0 0 1", block="second")
    assert [(c.block, composition(c)) for c in parse_cif(text)] == [
        ("first", {"Mg": 1}),
        ("second", {"Al": 1}),
    ]


def test_blocks_that_describe_no_crystal_are_passed_over():
    text = "data_global\n_publ_author_name 'A. Author'\n" + cif(block="real")
    assert [c.block for c in parse_cif(text)] == ["real"]


def test_a_bad_block_beside_a_good_one_is_mentioned_in_its_notes():
    text = cif(block="good") + cif("Mg1 Mg 0 0 0 7", block="bad")
    (crystal,) = parse_cif(text, "two.cif")
    assert crystal.block == "good"
    assert len(crystal.notes) == 1
    assert "two.cif, block bad" in crystal.notes[0]
    assert "_atom_site_occupancy" in crystal.notes[0]


def test_read_blocks_gives_bad_blocks_in_their_place(tmp_path):
    path = tmp_path / "three.cif"
    path.write_text(cif(block="a") + cif(cell=(0,) * 6, block="b") + cif(block="c"))
    first, second, third = read_blocks(path)
    assert (first.block, third.block) == ("a", "c")
    assert isinstance(second, CifError)
    assert "three.cif, block b" in second.message


@pytest.mark.parametrize(
    ("tags", "name"),
    [
        ("", "file"),
        ("_chemical_formula_sum 'Mg B2'", "Mg B2"),
        ("_chemical_formula_sum 'Mg B2'\n_chemical_name_common 'diboride'", "diboride"),
        ("_chemical_name_common ?\n_chemical_formula_structural MgB2", "MgB2"),
    ],
)
def test_a_crystal_is_named_after_what_the_file_says_it_is(tags, name):
    text = cif(block="", symmetry=f"{tags}\n_symmetry_Int_Tables_number 1")
    assert parse_cif(text, "file.cif")[0].name == name


MESSY = """# a comment
#\tanother
data_messy   # here too
_cell_length_a\t4
_cell_length_b   4 _cell_length_c 4
_cell_angle_alpha 90
_cell_angle_beta 90
_CELL_ANGLE_GAMMA 90
_space_group_name_H-M_alt
;
P 1
;
loop_
 _atom_site_label _atom_site_fract_z
 _atom_site_fract_y  _atom_site_fract_x
 _atom_site_occupancy # order is free
\tMg1\t0.3 0.2 0.1
 .5
 'B1'  "0" 0 0 1 # last
_publ_section_title
;
 A title with _cell_length_a and loop_ in it
;
"""


def write(path, raw: bytes) -> Crystal:
    path.write_bytes(raw)
    (crystal,) = read_cif(path)
    return crystal


def test_comments_tabs_text_fields_and_the_order_of_columns_do_not_matter():
    crystal = one(MESSY)
    assert crystal.sites[0].frac == (0.1, 0.2, 0.3)
    assert [dict(s.species) for s in crystal.sites] == [{"Mg": 0.5}, {"B": 1.0}]


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.rstrip(b"\n"),
        lambda raw: b"\n\n" + raw + b"\n\n\n",
        lambda raw: raw.replace(b"A title", "Ein Titel von Müller, Å".encode("latin-1")),
        lambda raw: raw.replace(b"A title", "Ein Titel von Müller, Å".encode()),
    ],
    ids=["CRLF", "BOM", "no last line end", "blank lines", "latin-1", "UTF-8"],
)
def test_line_ends_marks_and_encodings_do_not_matter(tmp_path, change):
    crystal = write(tmp_path / "messy.cif", change(MESSY.encode()))
    assert crystal == one(MESSY)


def test_a_name_in_latin_1_is_read(tmp_path):
    text = cif(symmetry="_chemical_name_common 'Müllerite'\n_symmetry_Int_Tables_number 1")
    assert write(tmp_path / "a.cif", text.encode("latin-1")).name == "Müllerite"


def test_a_single_atom_may_be_written_without_a_loop():
    text = cif().split("loop_")[0] + (
        "_atom_site_label Mg1\n_atom_site_fract_x 0\n_atom_site_fract_y 0\n_atom_site_fract_z 0.5\n"
    )
    assert one(text).sites[0].frac == (0, 0, 0.5)


def test_the_shipped_examples_are_read_without_notes(example):
    assert example.notes == ()
    assert example.name
