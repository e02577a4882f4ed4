"""Files that are no crystal: the error names file, block and line or field."""

from __future__ import annotations

from pathlib import Path

import pytest
from crystal_cases import cif

from sc3d_desktop.crystal.cif import parse_cif, read_cif
from sc3d_desktop.errors import CifError

FIELDS = {
    "a tag with two values": (cif(symmetry="_cell_length_a 5"), "_cell_length_a", "line 8, as 5"),
    "two atom lists": (
        cif() + "loop_\n_atom_site_fract_x\n0.5\n",
        "_atom_site_fract_x is given again",
        "line 17",
    ),
    "a cell edge without value": (cif(cell=(4, "", 4, 90, 90, 90)), "_cell_length_b", "“”"),
    "operations that are no group": (
        cif(symmetry="loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\nx+y,y,z\nx,x+y,z"),
        "_symmetry_equiv_pos_as_xyz",
        "no group",
    ),
    "a name beyond the elements": (
        cif("Uue1 0 0 0", columns="label fract_x fract_y fract_z"),
        "Uue1",
        "not a chemical element",
    ),
    "occupancy above 1": (cif("Mg1 Mg 0 0 0 1.5"), "Mg1", "_atom_site_occupancy is 1.5"),
    "negative occupancy": (cif("Mg1 Mg 0 0 0 -0.1"), "Mg1", "_atom_site_occupancy is -0.1"),
    "occupancy nan": (cif("Mg1 Mg 0 0 0 nan"), "Mg1", "_atom_site_occupancy is nan"),
    "occupancy a word": (cif("Mg1 Mg 0 0 0 full"), "Mg1", "_atom_site_occupancy is full"),
    "all occupancies 0": (cif("Mg1 Mg 0 0 0 0"), "every atom", "occupancy 0"),
    "rows above 1": (cif("Mg1 Mg 0 0 0 0.8\nAl1 Al 0 0 0 0.8"), "site Mg1", "add up to 1.6"),
    "unknown element": (cif("Xx1 Xx 0 0 0 1"), "Xx1", "“Xx” is not a chemical element"),
    "unknown that starts like one": (cif("U1 Uu 0 0 0 1"), "U1", "“Uu” is not"),
    "two elements in one row": (cif("M1 Fe/Co 0 0 0 1"), "M1", "“Fe/Co” is not"),
    "unknown label": (
        cif("Q1 0 0 0", columns="label fract_x fract_y fract_z"),
        "Q1",
        "“Q1” is not a chemical element",
    ),
    "coordinate missing": (cif("Mg1 Mg ? 0 0 1"), "Mg1", "_atom_site_fract_x is “?”"),
    "coordinate nan": (cif("Mg1 Mg 0 nan 0 1"), "Mg1", "_atom_site_fract_y is “nan”"),
    "coordinate huge": (cif("Mg1 Mg 0 0 1e300 1"), "Mg1", "_atom_site_fract_z is “1e300”"),
    "coordinate a word": (cif("Mg1 Mg 0 0 z 1"), "Mg1", "_atom_site_fract_z is “z”"),
    "no z column": (cif("Mg1 0 0", columns="label fract_x fract_y"), "atom list", "coordinate"),
    "no atoms": (cif().split("loop_")[0], "no atoms", "_atom_site_fract_x"),
    "no cell": (cif().replace("_cell_length_b 4.0", ""), "_cell_length_b", "missing"),
    "cell unknown": (cif(cell=(4, 4, "?", 90, 90, 90)), "_cell_length_c", "“?”"),
    "cell inf": (cif(cell=("inf", 4, 4, 90, 90, 90)), "_cell_length_a", "“inf”"),
    "cell nan": (cif(cell=(4, 4, 4, 90, "nan", 90)), "_cell_angle_beta", "“nan”"),
    "cell overflow": (cif(cell=("1e400", 4, 4, 90, 90, 90)), "_cell_length_a", "1e400"),
    "cell a word": (cif(cell=(4, 4, "four", 90, 90, 90)), "_cell_length_c", "“four”"),
    "cell behind a semicolon": (cif(cell=(4, 4, ";4", 90, 90, 90)), "_cell_length_c", "“;4”"),
    "cell a fraction": (cif(cell=(4, 4, "12/3", 90, 90, 90)), "_cell_length_c", "12/3"),
    "cell 0": (cif(cell=(4, 0, 4, 90, 90, 90)), "cell edges are 4, 0, 4", "0.5 and 1000 Å"),
    "cell negative": (cif(cell=(-4, 4, 4, 90, 90, 90)), "cell edges are -4, 4, 4", "Å"),
    "cell 1e6": (cif(cell=(4, 4, "1e6", 90, 90, 90)), "cell edges", "1e+06 Å"),
    "no volume": (cif(cell=(4, 4, 4, 120, 120, 120)), "cell angles", "no volume"),
    "angle 0": (cif(cell=(4, 4, 4, 0, 90, 90)), "cell angles are 0°", "180°"),
    "angle 200": (cif(cell=(4, 4, 4, 90, 90, 200)), "cell angles", "200°"),
    "space group unknown": (
        cif(symmetry="_space_group_name_H-M_alt 'P 99'"),
        "_space_group_name_H-M_alt",
        "“P 99” is not a space group",
    ),
    "space group number 0": (cif(symmetry="_symmetry_Int_Tables_number 0"), "Int_Tables", "“0”"),
    "space group number 231": (cif(symmetry="_space_group_IT_number 231"), "IT_number", "“231”"),
    "space group number endless": (
        cif(symmetry="_space_group_IT_number " + "9" * 5000),
        "IT_number",
        "not a space group",
    ),
    "Hall symbol unknown": (cif(symmetry="_space_group_name_Hall 'what'"), "Hall", "“what”"),
    "operation unreadable": (
        cif(symmetry="loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n'x,y'"),
        "_symmetry_equiv_pos_as_xyz",
        "“x,y” is not a symmetry operation",
    ),
    "operation that folds space": (
        cif(symmetry="loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\nx,x,x"),
        "_symmetry_equiv_pos_as_xyz",
        "“x,x,x”",
    ),
    "endless operations": (
        cif(symmetry="loop_\n_symmetry_equiv_pos_as_xyz\n" + "x,y,z\n" * 1001),
        "_symmetry_equiv_pos_as_xyz",
        "1001 operations",
    ),
}


@pytest.mark.parametrize(("text", "where", "what"), FIELDS.values(), ids=FIELDS)
def test_a_bad_field_is_named_with_its_file_and_block(tmp_path, text, where, what):
    path = tmp_path / "bad.cif"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CifError) as caught:
        read_cif(path)
    assert caught.value.message.startswith("bad.cif, block test")
    assert where in caught.value.message
    assert what in caught.value.message
    assert caught.value.hint


LINES = {
    "not a CIF": ("hello\nworld\n", "line 1"),
    "JSON": ('{"lattice": 1}\n', "line 1"),
    "loop cut short": (cif() + "loop_\n_a\n_b\n1 2\n3\n", "line 17"),
    "atom row cut short": (cif("Mg1 Mg 0 0 0 1\nB1 B 0.3"), "line 9"),
    "quote never closed": (cif() + "_x 'abc\n_y 1\n", "line 17"),
    "text field never closed": (cif() + "_x\n;abc\n", "line 19"),
}


@pytest.mark.parametrize(("text", "where"), LINES.values(), ids=LINES)
def test_broken_syntax_is_named_with_file_and_line(tmp_path, text, where):
    path = tmp_path / "broken.cif"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CifError) as caught:
        read_cif(path)
    assert caught.value.message.startswith("broken.cif is not a CIF: ")
    assert where in caught.value.message
    assert "string:" not in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"", "is empty"),
        (b"  \n\t\r\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\x00" * 100, "not a text file"),
        (cif().encode().replace(b"test", b"te\x00st"), "not a text file"),
        (cif().encode("utf-16"), "is written in UTF-16"),
        (bytes(range(1, 256)) * 10, "not a CIF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "not a text file"),
        (b"data_empty\n", "no crystal"),
        (b"# only a comment\n", "no crystal"),
        (b"data_a\n_publ_author_name 'A'\n", "no crystal"),
    ],
)
def test_what_is_no_cif_at_all_is_named_with_the_file(tmp_path, raw, what):
    path = tmp_path / "odd.cif"
    path.write_bytes(raw)
    with pytest.raises(CifError, match=what) as caught:
        read_cif(path)
    assert caught.value.message.startswith("odd.cif")
    assert caught.value.hint


def test_a_missing_file_a_folder_and_a_name_too_long_are_errors(tmp_path):
    for path in (tmp_path / "missing.cif", tmp_path, tmp_path / ("x" * 5000)):
        with pytest.raises(CifError) as caught:
            read_cif(path)
        assert caught.value.message.startswith(path.name)


def test_a_file_that_may_not_be_read_is_an_error(tmp_path, monkeypatch):
    path = tmp_path / "secret.cif"
    path.write_text(cif())

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(CifError, match=r"secret\.cif cannot be read: Permission denied"):
        read_cif(path)


def test_an_enormous_file_is_refused_unread(tmp_path):
    path = tmp_path / "big.cif"
    with path.open("wb") as file:
        file.truncate(60_000_000)
    with pytest.raises(CifError, match=r"60 MB; the limit is 50 MB"):
        read_cif(path)


def test_a_cell_of_too_many_sites_is_refused():
    rows = "\n".join(f"Mg{i} Mg {i / 997:.5f} {i / 331:.5f} 0.{i:04d}1 1" for i in range(200))
    text = cif(rows, (90, 90, 90, 90, 90, 90), symmetry="_symmetry_Int_Tables_number 225")
    with pytest.raises(CifError, match="more than 20000 sites"):
        parse_cif(text)


def test_the_first_of_several_bad_blocks_is_reported():
    text = cif("Xx1 Xx 0 0 0 1", block="one") + cif("Mg1 Mg 0 0 0 7", block="two")
    with pytest.raises(CifError, match=r"block one.*Xx"):
        parse_cif(text, "both.cif")


def test_a_block_without_a_name_is_still_named():
    with pytest.raises(CifError, match=r"x\.cif, block \(unnamed\), atom Mg1"):
        parse_cif(cif("Mg1 Mg 0 0 0 7", block=""), "x.cif")
