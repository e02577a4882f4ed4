"""k-hot features: made from element properties, different for elements that differ."""

from __future__ import annotations

import numpy as np

from sc3d_desktop.crystal.elements import atomic_number, element, symbols
from sc3d_desktop.models.sodnet.features import khot_table


def test_one_row_for_each_atomic_number_and_an_empty_first():
    table = khot_table()
    assert table.shape[0] == len(symbols())
    assert not table[0].any()


def test_every_property_sets_at_most_one_bin():
    table = khot_table()
    assert set(np.unique(table)) == {0.0, 1.0}
    for start, stop in ((0, 18), (18, 25), (25, 29), (29, 46)):
        assert (table[1:, start:stop].sum(axis=1) == 1).all()
    for start in range(46, table.shape[1], 10):
        assert (table[1:, start : start + 10].sum(axis=1) <= 1).all()


def test_group_and_period_are_where_the_table_says():
    table = khot_table()
    for symbol in ("H", "Cu", "La", "O", "Hg"):
        row, e = table[atomic_number(symbol)], element(symbol)
        assert row[e.group - 1] == 1
        assert row[18 + e.period - 1] == 1


def test_an_unknown_value_sets_no_bin():
    helium = khot_table()[atomic_number("He")]
    assert element("He").electronegativity is None
    assert not helium[46:56].any()


def test_elements_of_known_superconductors_are_told_apart():
    rows = khot_table()[1:84]
    assert len(np.unique(rows, axis=0)) >= 80
