from __future__ import annotations

from dataclasses import replace

import pytest
from compare_cases import along_c, mgb2, shuffled_and_moved

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.difference import difference_of
from sc3d_desktop.crystal.matching import match
from sc3d_desktop.crystal.symmetry import find_symmetry
from sc3d_desktop.panels.compare.rows import Line, lines_of, signed, species_text


def lines(a: Crystal, b: Crystal, known: bool = True) -> dict[str, Line]:
    matching = match(a, b) if known else None
    group_b = find_symmetry(b)
    groups = (find_symmetry(a) if known else None, group_b)
    found = lines_of((a, b), groups, difference_of(a, b, matching, group_b), matching)
    return {line.name: line for line in found}


def test_a_dopant_is_told_first_and_what_is_the_same_steps_back() -> None:
    said = lines(mgb2(), mgb2(0.1))
    assert [*said][:2] == ["Formula", "Mg1 (1a)"]
    assert said["Formula"].cells == ("Formula", "MgB2", "Mg0.9Al0.1B2", "", "")
    assert said["Mg1 (1a)"].cells[1:4] == ("Mg 1", "Mg 0.9, Al 0.1", "Mg −0.1, Al +0.1")
    assert said["Space group"].cells[1:4] == ("P6/mmm (191)", "P6/mmm (191)", "same")
    assert said["Mg, in the cell"].cells[1:] == ("1", "0.9", "−0.1", "−10 %")
    assert said["Al, in the cell"].cells[1:] == ("0", "0.1", "+0.1", "")
    changed = {name for name, line in said.items() if line.changed}
    assert changed == {"Formula", "Mg1 (1a)", "Mg, in the cell", "Al, in the cell"}


def test_the_cell_is_told_in_its_units() -> None:
    said = lines(mgb2(), mgb2(a=3.1))
    assert said["a (Å)"].cells[1:] == ("3.0860", "3.1000", "+0.014", "+0.45 %")
    assert said["γ (°)"].cells[1:] == ("120.000", "120.000", "same", "")
    assert said["Volume (Å³)"].percent == "+0.91 %"
    assert said["Largest displacement"].change == "none"


def test_displacements_are_told_with_the_site_whatever_the_order() -> None:
    said = lines(mgb2(), shuffled_and_moved(mgb2()))
    assert said["Largest displacement"].change == "0.0705 Å (B2)"
    assert said["Rms displacement"].change == "0.0498 Å, of 3 sites"
    assert said["Shift of all sites, taken away"].change == "0.0352 Å"


def test_of_a_supercell_it_is_said_that_sites_are_not_matched() -> None:
    said = lines(mgb2(), along_c(mgb2(), 2))
    assert "B has 2 times as many sites" in said["Positions"].said
    assert "Largest displacement" not in said
    assert said["Volume an atom (Å³)"].change == "same"
    assert said["Mg, % of atoms"].cells[1:3] == ("33.33", "33.33")


def test_sites_without_a_partner_are_counted() -> None:
    more = replace(mgb2(), sites=(*mgb2().sites, Site("O1", Species({"O": 0.5}), (0.5, 0.5, 0))))
    said = lines(mgb2(), more)
    assert said["Without a partner within 1 Å"].cells[1:3] == ("0 of 3", "1 of 4")
    name = next(name for name in said if name.startswith("O1"))
    assert said[name].cells[1:4] == ("no such site", "O 0.5, vacancy 0.5", "new")


def test_what_is_not_known_yet_is_not_called_different() -> None:
    said = lines(mgb2(), mgb2(0.1), known=False)
    assert said["Space group"].a == "…"
    assert not said["Space group"].changed
    assert said["Positions"].cells[1:3] == ("…", "…")


@pytest.mark.parametrize(
    ("value", "text"), [(0.014, "+0.014"), (-1.0, "−1"), (0.00001, "0"), (100.0, "+100")]
)
def test_a_change_has_a_sign(value: float, text: str) -> None:
    assert signed(value, 4) == text


def test_species_are_named_by_their_share() -> None:
    assert species_text(Species({"Al": 0.3, "Mg": 0.6})) == "Mg 0.6, Al 0.3, vacancy 0.1"
