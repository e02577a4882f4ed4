from __future__ import annotations

from sc3d_desktop.panels.parts.text import space_group_html
from sc3d_desktop.panels.structure_editor.cell import tied

HEXAGONAL = (3.09, 3.09, 3.52, 90.0, 90.0, 120.0)
CUBIC = (5.1, 5.1, 5.1, 90.0, 90.0, 90.0)


def test_a_and_b_go_together_in_a_hexagonal_cell() -> None:
    assert tied(0, HEXAGONAL, 191) == (0, 1)
    assert tied(2, HEXAGONAL, 191) == (2,)


def test_all_edges_go_together_in_a_cubic_cell() -> None:
    assert tied(1, CUBIC, 225) == (0, 1, 2)


def test_nothing_is_tied_in_an_orthorhombic_cell_even_when_two_edges_agree() -> None:
    assert tied(0, CUBIC, 47) == (0,)


def test_a_cell_doubled_along_one_edge_ties_only_equal_edges() -> None:
    assert tied(0, (5.1, 5.1, 10.2, 90.0, 90.0, 90.0), 225) == (0, 1)


def test_the_angles_of_a_rhombohedral_cell_go_together() -> None:
    assert tied(3, (4.0, 4.0, 4.0, 60.0, 60.0, 60.0), 166) == (3, 4, 5)
    assert tied(5, HEXAGONAL, 166) == (5,)


def test_space_groups_are_set_as_printed() -> None:
    assert space_group_html("P6_3/mmc") == "<i>P</i>6<sub>3</sub>/<i>mmc</i>"
    assert space_group_html("R-3m") == "<i>R</i>3\u0305<i>m</i>"
