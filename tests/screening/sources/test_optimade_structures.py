"""An OPTIMADE structure is the crystal it describes, or is refused with the reason."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from crystal_cases import REPEATABLE, crystals, partners, simple_crystal
from hypothesis import given, settings
from hypothesis import strategies as st
from optimade_server import structure

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.errors import CrystalError
from sc3d_desktop.screening.sources.optimade.structures import crystal_of

CUPRATE = simple_crystal({"La": 0.9, "Sr": 0.1}, {"Cu": 1.0}, {"O": 0.8})


def read(attributes: Any) -> Crystal:
    """As it comes over the wire."""
    return crystal_of(json.loads(json.dumps(attributes)), "x")


def changed(**others: Any) -> dict[str, Any]:
    attributes: dict[str, Any] = structure(CUPRATE, "x")["attributes"]
    return attributes | others


def with_species(*shares: tuple[str, float], **others: Any) -> dict[str, Any]:
    kind = {
        "name": "kind 0",
        "chemical_symbols": [symbol for symbol, _ in shares],
        "concentration": [share for _, share in shares],
    }
    return changed(species=[kind | others, *changed()["species"][1:]])


@given(crystals(most_sites=12))
@settings(REPEATABLE, max_examples=200)
def test_a_disordered_crystal_comes_back_equal(crystal: Crystal) -> None:
    back = read(structure(crystal, "x")["attributes"])
    assert (back.lattice == crystal.lattice).all()
    assert partners(crystal, back) == list(range(len(crystal)))
    for one, other in zip(crystal.sites, back.sites, strict=True):
        assert dict(other.species) == pytest.approx(dict(one.species), abs=1e-12)
    away = back.frac_coords - crystal.frac_coords
    assert abs(away - away.round()).max() < 1e-12
    assert not {f.code for f in back.findings} & {"periodicity", "concentrations below 1"}


def test_a_site_is_named_after_its_first_element_and_place_in_the_list() -> None:
    assert [site.label for site in read(changed()).sites] == ["Sr1", "Cu2", "O3"]


def test_positions_outside_the_cell_are_moved_into_it() -> None:
    moved = [[x - 8.0, y + 4.0, z] for x, y, z in changed()["cartesian_site_positions"]]
    away = read(changed(cartesian_site_positions=moved)).frac_coords - CUPRATE.frac_coords
    assert abs(away - away.round()).max() < 1e-12


def test_a_site_that_is_wholly_vacant_is_left_out_and_noted() -> None:
    crystal = read(with_species(("vacancy", 1.0)))
    assert [site.label for site in crystal.sites] == ["Cu2", "O3"]
    assert "vacancy" in {f.code for f in crystal.findings}


def test_a_symbol_with_no_share_is_no_species() -> None:
    crystal = read(with_species(("La", 1.0), ("Sr", 0.0)))
    assert dict(crystal.sites[0].species) == {"La": 1.0}


def test_a_single_mass_as_of_version_1_0_does_no_harm() -> None:
    crystal = read(with_species(("La", 0.5), ("Sr", 0.5), mass=113.3))
    assert dict(crystal.sites[0].species) == {"La": 0.5, "Sr": 0.5}


def test_a_symbol_given_twice_is_added_up() -> None:
    crystal = read(with_species(("La", 0.25), ("La", 0.5), ("vacancy", 0.25)))
    assert dict(crystal.sites[0].species) == {"La": 0.75}


def test_concentrations_rounded_above_one_are_scaled_and_noted() -> None:
    crystal = read(with_species(("La", 0.67), ("Sr", 0.335)))
    assert crystal.sites[0].species.total == pytest.approx(1.0, abs=1e-12)
    assert "occupancy above 1" in {f.code for f in crystal.findings}


def test_concentrations_below_one_leave_a_doubtful_vacancy() -> None:
    crystal = read(with_species(("La", 0.5)))
    assert crystal.sites[0].species.vacancy == 0.5
    assert "concentrations below 1" in {f.code for f in crystal.findings}
    assert "concentrations below 1" not in {f.code for f in read(changed()).findings}


def test_a_structure_that_does_not_say_that_it_is_periodic_is_doubtful() -> None:
    crystal = read(changed(nperiodic_dimensions=None, dimension_types=None))
    assert "periodicity" in {f.code for f in crystal.findings}
    assert "periodicity" not in {f.code for f in read(changed(dimension_types=None)).findings}


def _without(name: str) -> Callable[[], dict[str, Any]]:
    return lambda: {key: value for key, value in changed().items() if key != name}


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "no attributes": (lambda: None, "The structure is missing"),
    "attributes are text": (lambda: "LaCuO", "The structure is 'LaCuO'"),
    "no lattice": (_without("lattice_vectors"), "lattice_vectors is missing"),
    "lattice null": (lambda: changed(lattice_vectors=None), "lattice_vectors is missing"),
    "an unknown vector": (
        lambda: changed(lattice_vectors=[[4, 0, 0], [0, 4, 0], [None, None, None]]),
        "lattice_vectors.2.0 is missing",
    ),
    "two vectors": (lambda: changed(lattice_vectors=[[4, 0, 0], [0, 4, 0]]), "lattice_vectors"),
    "a flat cell": (
        lambda: changed(lattice_vectors=[[4, 0, 0], [0, 4, 0], [4, 4, 0]]),
        "volume of 0",
    ),
    "a tiny cell": (
        lambda: changed(lattice_vectors=[[0.1, 0, 0], [0, 4, 0], [0, 0, 4]]),
        "cell edges",
    ),
    "a cell not a number": (
        lambda: changed(lattice_vectors=[[math.nan, 0, 0], [0, 4, 0], [0, 0, 4]]),
        "lattice_vectors.0.0 is nan",
    ),
    "an endless cell": (
        lambda: changed(lattice_vectors=[[math.inf, 0, 0], [0, 4, 0], [0, 0, 4]]),
        "lattice_vectors.0.0 is inf",
    ),
    "a cell of texts": (
        lambda: changed(lattice_vectors=[["4", 0, 0], [0, 4, 0], [0, 0, 4]]),
        "lattice_vectors.0.0 is '4'",
    ),
    "no positions": (
        lambda: changed(cartesian_site_positions=None),
        "cartesian_site_positions is missing",
    ),
    "an unknown position": (
        lambda: changed(cartesian_site_positions=[[0, 0, 0], [1, 1, None], [2, 2, 2]]),
        "cartesian_site_positions.1.2 is missing",
    ),
    "a position far away": (
        lambda: changed(cartesian_site_positions=[[0, 0, 0], [1, 1, 1], [2, 2, 1e30]]),
        "Site 3 is at",
    ),
    "too few positions": (
        lambda: changed(cartesian_site_positions=[[0, 0, 0], [1, 1, 1]]),
        "2 sites have a position, 3 are named",
    ),
    "too few sites": (lambda: changed(nsites=7), "7 are counted by nsites"),
    "no sites at all": (
        lambda: changed(cartesian_site_positions=[], species_at_sites=[], nsites=0),
        "no sites",
    ),
    "too many sites": (
        lambda: changed(
            cartesian_site_positions=[[0, 0, 0]] * 20_001,
            species_at_sites=["kind 0"] * 20_001,
            nsites=20_001,
        ),
        "the limit is 20,000",
    ),
    "no species": (lambda: changed(species=None), "species is missing"),
    "species are texts": (lambda: changed(species=["La", "Cu", "O"]), "species.0 is 'La'"),
    "a species that is not there": (
        lambda: changed(species_at_sites=["kind 0", "kind 1", "kind 9"]),
        "no species “kind 9”",
    ),
    "two species of one name": (
        lambda: changed(species=[*changed()["species"], changed()["species"][0]]),
        "same name",
    ),
    "an unknown element": (lambda: with_species(("X", 1.0)), "unknown element"),
    "partly an unknown element": (
        lambda: with_species(("La", 0.5), ("X", 0.5)),
        "unknown element",
    ),
    "no element": (lambda: with_species(("Wat", 1.0)), "“Wat” is not a chemical element"),
    "an element too heavy for the model": (
        lambda: with_species(("Og", 1.0)),
        "“Og” is not a chemical element",
    ),
    "no symbol": (lambda: with_species(), "lacks symbols"),
    "no concentration": (lambda: with_species(("La", 1.0), concentration=[]), "lacks symbols"),
    "a number that no machine holds": (
        lambda: with_species(("La", 10**400)),
        "species.0.concentration.0|concentration of La",
    ),
    "more symbols than concentrations": (
        lambda: with_species(("La", 1.0), concentration=[0.5, 0.5]),
        "species.0.concentration",
    ),
    "a negative concentration": (
        lambda: with_species(("La", 1.5), ("Sr", -0.5)),
        "concentration of La",
    ),
    "an overfull site": (lambda: with_species(("La", 0.9), ("Sr", 0.5)), "above 1"),
    "a concentration not a number": (
        lambda: with_species(("La", math.nan)),
        "concentration of La in “kind 0” is nan",
    ),
    "attached atoms": (
        lambda: with_species(("C", 1.0), attached=["H"], nattached=[3]),
        "atoms without positions",
    ),
    "a slab": (
        lambda: changed(nperiodic_dimensions=2, dimension_types=[1, 1, 0]),
        "periodic in 2 directions",
    ),
    "a molecule": (
        lambda: changed(nperiodic_dimensions=None, dimension_types=[0, 0, 0]),
        "periodic in 0 directions",
    ),
    "periodic or not": (lambda: changed(dimension_types=[1, 1, 0]), "periodic in 2 directions"),
    "assemblies without their feature": (
        lambda: changed(assemblies=[{"sites_in_groups": [[0], [1]]}]),
        "assemblies",
    ),
} | {
    feature: (
        lambda feature=feature: changed(structure_features=["disorder", feature]),
        f"“{feature}”, which is not understood",
    )
    for feature in (
        "assemblies", "implicit_atoms", "site_attachments", "unknown_positions", "of_the_future",
    )
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_crystal_is_refused_with_the_reason(case: str) -> None:
    make, said = REFUSED[case]
    with pytest.raises(CrystalError, match=said):
        read(make())


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.just(10**400)
    | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(name=st.sampled_from(sorted(changed())), value=_JSON)
@settings(REPEATABLE, max_examples=400)
def test_anything_in_place_of_a_field_gives_a_crystal_or_a_reason(name: str, value: Any) -> None:
    with suppress(CrystalError):
        assert len(crystal_of(changed(**{name: value}), "x")) <= 3
