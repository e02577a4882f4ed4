"""What becomes of a piece: lines with facts; refused or passed over, with the reason."""

from __future__ import annotations

import pytest
from crystal_cases import cif, simple_crystal

from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.filters import Filters, filters_from_json, flags
from sc3d_desktop.screening.prepare import Prepared, prepare
from sc3d_desktop.screening.sources import Piece

MGB2 = cif("Mg1 Mg 0 0 0 1\nB1 B 0.5 0.5 0.25 1\nB2 B 0.5 0.5 0.75 1", block="abc")


def lines(content: str, filters: Filters | None = None, name: str = "x.cif") -> list[Prepared]:
    piece = Piece(name, content.encode(), "folder/x.cif", "in/x.cif")
    return prepare([(3, piece)], filters or Filters())


def test_a_structure_comes_with_its_facts() -> None:
    (line,) = lines(MGB2)
    assert (line.piece, line.part, line.identifier, line.status) == (3, 0, "abc", "ready")
    assert (line.formula, line.chemical_system, line.disorder) == ("MgB2", "B-Mg", "O")
    assert line.n_sites == 3
    assert line.crystal is not None
    assert len(line.key) == 16


@pytest.mark.parametrize(
    ("tag", "identifier"),
    [
        ("_database_code_ICSD 12345", "ICSD 12345"),
        ("_database_code_icsd  '77'", "ICSD 77"),
        ("_cod_database_code 1000041", "COD 1000041"),
        ("# from mp-763 of the project", "mp-763"),
    ],
)
def test_the_database_s_own_number_is_kept(tag: str, identifier: str) -> None:
    assert lines(MGB2.replace("data_abc", f"data_abc\n{tag}"))[0].identifier == identifier


def test_doubts_are_kept_with_the_line() -> None:
    doubtful = MGB2.replace("data_abc", "data_abc\n_chemical_formula_sum 'Mg B3'")
    assert "formula" in lines(doubtful)[0].doubts[0]


def test_several_structures_of_one_file_are_parts_of_the_piece() -> None:
    bad = cif(block="bad").replace("_cell_length_a 4.0", "_cell_length_a -4.0")
    found = lines(MGB2 + bad + cif(block="third"))
    assert [(line.part, line.status) for line in found] == [
        (0, "ready"), (1, "refused"), (2, "ready"),
    ]  # fmt: skip
    assert "bad" in found[1].reason


def test_what_cannot_be_read_is_refused_with_the_reason() -> None:
    assert lines("nonsense")[0].status == "refused"
    (gone,) = prepare([(0, Piece("a.cif", None, "a.cif", error="It is gone."))], Filters())
    assert (gone.status, gone.reason, gone.identifier) == ("refused", "It is gone.", "a.cif")


def test_a_crystal_is_taken_as_it_is() -> None:
    piece = Piece("entry 7", simple_crystal({"Nb": 1.0}), "c.sqlite", identifier="entry 7")
    (line,) = prepare([(0, piece)], Filters())
    assert (line.status, line.formula, line.identifier) == ("ready", "Nb", "entry 7")


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        (Filters(), ""),
        (Filters(must=("Mg",)), ""),
        (Filters(must=("Mg", "Al")), "without Al"),
        (Filters(must_not=("B", "C")), "with B"),
        (Filters(may=("Mg", "B", "Al")), ""),
        (Filters(must=("Mg",), may=("Al",)), "with B"),
        (Filters(disorders=("SD", "PD")), "of class O"),
        (Filters(most_sites=2), "3 sites"),
        (Filters(fewest_sites=4), "3 sites"),
    ],
)
def test_filters_pass_over_with_the_reason(filters: Filters, reason: str) -> None:
    (line,) = lines(MGB2, filters)
    assert (line.status, line.reason) == ("skipped" if reason else "ready", reason)
    assert (line.crystal is None) == bool(reason)
    assert filters_from_json(filters.as_json()) == filters


def test_radioactive_elements_are_left_out_unless_asked_for() -> None:
    plutonium, uranium = cif("Pu1 Pu 0 0 0 1"), cif("U1 U 0 0 0 1")
    assert lines(plutonium)[0].reason == "radioactive: Pu"
    assert lines(plutonium, Filters(radioactive=True))[0].status == "ready"
    assert lines(uranium)[0].status == "ready"


def test_what_to_know_before_making_it_is_flagged() -> None:
    assert flags({"Hg", "Ba", "O"}) == ("toxic", "air-sensitive")
    assert flags({"U", "Rh"}) == ("scarce", "radioactive")
    assert flags({"Nb", "Sn"}) == ()


def test_what_are_no_filters_is_said() -> None:
    with pytest.raises(ScreeningError, match="no filters"):
        filters_from_json({"colour": "red"})
