from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sc3d_desktop.crystal import Species
from sc3d_desktop.viz import pies
from sc3d_desktop.viz.legend import legend_of
from sc3d_desktop.viz.theme import element_colour, rgb


def _ends(row: np.ndarray) -> np.ndarray:
    codes = row[8:15, 0].astype(int) * 256 + row[8:15, 1]
    return np.minimum(codes / 65534, 1.0)


def test_wedges_end_at_the_running_sum_of_occupancies() -> None:
    row = pies.species_row(Species({"La": 0.7, "Sr": 0.1}))
    assert _ends(row)[:2] == pytest.approx([0.1, 0.8], abs=1e-4)  # Sr before La, by number
    assert _ends(row)[2] == 1.0
    assert tuple(row[0, :3]) == rgb(element_colour("Sr"))
    assert tuple(row[1, :3]) == rgb(element_colour("La"))
    assert row[2, 3] == 255  # the vacancy


def test_a_site_rounded_to_thirds_has_no_vacancy() -> None:
    row = pies.species_row(Species({"Cu": 0.333, "Ni": 0.333, "Zn": 0.333}))
    assert (row[1:8, 3] == 0).all()


def test_more_species_than_fit_are_merged_into_one_wedge() -> None:
    elements = ["La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy"]
    row = pies.species_row(Species(dict.fromkeys(elements, 0.1)))
    assert row[7, 3] == 255
    assert _ends(row)[6] == pytest.approx(0.9, abs=1e-4)


def test_the_texture_holds_the_rows_in_order(sample: SimpleNamespace) -> None:
    rows = pies.element_rows(sample.scattered(1, count=150))
    texture = pies.as_texture(rows)
    assert texture.shape == (4, 64 * 16, 4)
    assert np.array_equal(texture.reshape(-1, 16, 4)[:150], rows)


def test_marks_do_not_touch_the_rows_they_are_made_from(sample: SimpleNamespace) -> None:
    rows = pies.element_rows(sample.mgb2())
    marked = pies.mark(rows, (1, 99), 0)
    assert marked[:, 0, 3].tolist() == [pies.HOVERED, pies.SELECTED, 0]
    assert (rows[:, 0, 3] == 0).all()


def test_contributions_run_over_the_ramp_and_are_grey_when_unknown(
    sample: SimpleNamespace,
) -> None:
    crystal = sample.mgb2()
    rows = pies.contribution_rows(crystal, [0.0, 0.5, 1.0])
    assert len({tuple(row[0]) for row in rows.tolist()}) == 3
    for unknown in (None, [1.0]):
        grey = pies.contribution_rows(crystal, unknown)
        assert len({tuple(row[0]) for row in grey.tolist()}) == 1


def test_the_legend_lists_elements_and_the_vacancy(sample: SimpleNamespace) -> None:
    names = [name for name, _ in legend_of(sample.hg1223(), "element", None).entries]
    assert names == ["O", "Ca", "Cu", "Ba", "Hg", "vacancy"]
    classes = [name for name, _ in legend_of(sample.lsco(), "disorder", None).entries]
    assert classes == ["O ordered", "SD substitutional"]
    assert legend_of(sample.mgb2(), "contribution", [1.0, 2.0, 3.0]).ramp == (1.0, 3.0)


def test_the_legend_of_contributions_says_what_they_are_not(sample: SimpleNamespace) -> None:
    legend = legend_of(sample.mgb2(), "contribution", [1.0, 2.0, 3.0])
    assert " ".join(legend.caution) == "a sensitivity of the model, not a mechanism"
    assert legend_of(sample.mgb2(), "contribution", None).caution == ()
    assert legend_of(sample.mgb2(), "element", None).caution == ()
