"""The nearest known superconductors of a composition."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sc3d_desktop.models.known import known_superconductors
from sc3d_desktop.models.sodnet.composition import distances, scaled_features
from sc3d_desktop.models.sodnet.nearest import SHOWN, nearest_known
from sc3d_desktop.training.labels import formula_fractions


def rows(*formulas: str) -> torch.Tensor:
    return torch.from_numpy(np.stack([formula_fractions(f) for f in formulas]))


@pytest.mark.parametrize("formula", ["MgB2", "YBa2Cu3O7", "La1.85Sr0.15CuO4", "Nb3Sn", "LaH10"])
def test_a_known_superconductor_is_nearest_to_itself(formula):
    (found,) = nearest_known(rows(formula))
    assert found[0].formula == formula
    assert found[0].distance == pytest.approx(0, abs=1e-4)


def test_the_list_s_tc_pressure_reference_and_structure_are_handed_on():
    (found,) = nearest_known(rows("LaH10"))
    (known,) = [k for k in known_superconductors() if k.formula == "LaH10"]
    assert found[0].tc_kelvin == known.tc_kelvin
    assert found[0].pressure_gpa == known.pressure_gpa is not None
    assert found[0].reference == known.reference
    assert found[0].structure == known.structure


def test_five_are_given_nearest_first_and_none_is_nearer():
    queries = rows("Mg0.8Al0.2B2", "NaCl", "Ba0.7K0.3Fe2As2", "Cu")
    formulas = [k.formula for k in known_superconductors()]
    features = (scaled_features(x.float()) for x in (queries, rows(*formulas)))
    every = sum(distances(*features)).numpy()
    for found, distance in zip(nearest_known(queries), every, strict=True):
        given = [n.distance for n in found]
        assert len(given) == SHOWN == 5
        np.testing.assert_allclose(given, np.sort(distance)[:5], atol=1e-5)
        for n in found:
            at = [d for f, d in zip(formulas, distance, strict=True) if f == n.formula]
            assert min(abs(d - n.distance) for d in at) < 1e-5


def test_a_doped_compound_is_near_its_parent_and_salt_near_nothing():
    doped, salt = nearest_known(rows("Mg0.8Al0.2B2", "NaCl"))
    assert {n.formula for n in doped[:2]} == {"MgB2", "Mg0.9Al0.1B2"}
    assert salt[0].distance > 3 * doped[0].distance


def test_as_many_are_given_as_asked_for():
    (found,) = nearest_known(rows("MgB2"), count=2)
    assert len(found) == 2
    (everything,) = nearest_known(rows("MgB2"), count=10_000)
    assert len(everything) == len(known_superconductors())


def test_every_known_formula_is_read_as_the_training_reads_it():
    """Each finds itself, so its formula was parsed whole."""
    formulas = [k.formula for k in known_superconductors()]
    for formula, found in zip(formulas, nearest_known(rows(*formulas), count=3), strict=True):
        assert found[0].distance == pytest.approx(0, abs=1e-4), formula
        assert formula in {n.formula for n in found}
