"""What can be left out of SODNet or done otherwise: symmetries kept, and what each does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation
from sodnet_cases import network, random_crystal

from sc3d_desktop.crystal import Crystal, Species
from sc3d_desktop.crystal.edits import doping_line
from sc3d_desktop.crystal.graph import periodic_graph
from sc3d_desktop.models.sodnet.batch import graph_batch, join

ROUNDING = 1e-9
OPTIONS = pytest.mark.parametrize(
    "options",
    [
        {"mixing": "embedding"},
        {"mixing": "nonlinear"},
        {"node_occupancy": False},
        {"edge_occupancy": False},
        {"equivariant": False},
        {"composition_context": False},
    ],
    ids=lambda o: next(iter(o.items())),
)


def batch_of(crystal: Crystal):
    return graph_batch(crystal, periodic_graph(crystal)).to(torch.device("cpu"), torch.float64)


def ln_tcs(net, crystals) -> np.ndarray:
    with torch.no_grad():
        return net.predict(join([batch_of(c) for c in crystals]))[1].numpy()


def ln_tc(net, crystal: Crystal) -> float:
    return float(ln_tcs(net, [crystal])[0])


@OPTIONS
def test_every_option_changes_the_answer_and_keeps_its_symmetries(options):
    net, crystal = network(2, **options), random_crystal(3)
    value = ln_tc(net, crystal)
    assert abs(value - ln_tc(network(2), crystal)) > 1e-4
    turn = -Rotation.random(random_state=3).as_matrix()
    order = np.random.default_rng(1).permutation(len(crystal))
    for same in (
        replace(crystal, lattice=crystal.lattice @ turn.T),
        replace(crystal, sites=tuple(crystal.sites[i] for i in order)),
        replace(
            crystal,
            sites=tuple(
                replace(s, frac=tuple(np.add(s.frac, [0.31, 0.77, 0.123]))) for s in crystal.sites
            ),
        ),
    ):
        assert ln_tc(net, same) == pytest.approx(value, abs=ROUNDING)


@pytest.mark.parametrize("mixing", ["embedding", "nonlinear"])
def test_a_mixing_is_continuous_and_takes_halves_for_the_whole(mixing, example):
    net = network(mixing=mixing)
    line = doping_line(example, (0,), "Cs")
    changes = np.abs(ln_tcs(net, line.crystals(example, (1e-1, 1e-3, 1e-5))) - ln_tc(net, example))
    assert changes[2] < 1e-4
    assert changes[2] < changes[1] / 20
    batch = batch_of(random_crystal(5))
    halves = replace(
        batch,
        species_site=batch.species_site.repeat_interleave(2),
        species_number=batch.species_number.repeat_interleave(2),
        species_occupancy=batch.species_occupancy.repeat_interleave(2) / 2,
    )
    with torch.no_grad():
        assert float(net(halves)[1]) == pytest.approx(float(net(batch)[1]), abs=ROUNDING)


def test_the_mixings_agree_with_the_paper_s_where_every_site_has_one_species():
    crystal = random_crystal(1)
    pure = replace(
        crystal, sites=tuple(replace(s, species=Species({"Cu": 1.0})) for s in crystal.sites)
    )
    usual = network()
    for mixing in ("embedding", "nonlinear"):
        net = network(mixing=mixing)
        net.load_state_dict(usual.state_dict(), strict=False)
        assert ln_tc(net, pure) == pytest.approx(ln_tc(usual, pure), abs=ROUNDING)
        assert abs(ln_tc(net, crystal) - ln_tc(usual, crystal)) > 1e-4


def test_without_both_occupancies_nothing_is_known_of_them():
    crystal = random_crystal(3)
    changed = replace(
        crystal,
        sites=tuple(
            replace(s, species=Species({el: 0.9 * w for el, w in s.species.items()}))
            for s in crystal.sites[:3]
        )
        + crystal.sites[3:],
    )
    blind = network(node_occupancy=False, edge_occupancy=False)
    assert ln_tc(blind, changed) == pytest.approx(ln_tc(blind, crystal), abs=ROUNDING)
    for one in ({"node_occupancy": False}, {"edge_occupancy": False}):
        assert abs(ln_tc(network(**one), changed) - ln_tc(network(**one), crystal)) > 1e-5


def test_without_equivariance_only_distances_are_known():
    batch = batch_of(random_crystal(3))
    directions = torch.nn.functional.normalize(torch.randn_like(batch.vectors), dim=1)
    turned = replace(batch, vectors=directions * batch.vectors.norm(dim=1, keepdim=True))
    with torch.no_grad():
        for net, same in ((network(equivariant=False), True), (network(), False)):
            change = abs(float(net(turned)[1]) - float(net(batch)[1]))
            assert (change < ROUNDING) is same
