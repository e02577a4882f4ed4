"""INCAR and KPOINTS against references written by hand, and magnetic orders against neighbours."""

from __future__ import annotations

import numpy as np
import pytest
from hand_off_cases import cubic, example, finished, known

from sc3d_desktop.dft import FElectrons, Options, Vasp, hand_off
from sc3d_desktop.dft.cells import cell_of
from sc3d_desktop.dft.magnetism import family, magnetic_orders
from sc3d_desktop.errors import HandOffError


def incar(folder, step="1-relax"):
    from pymatgen.io.vasp import Incar

    return dict(Incar.from_file(folder / step / "INCAR"))


def written(crystal, out, **options):
    return finished(hand_off(crystal, out, Vasp(), Options(**options)))


PAPER = {
    "METAGGA": "Scan",
    "ENCUT": 500,
    "EDIFF": 1e-4,
    "EDIFFG": -0.001,
    "KSPACING": pytest.approx(2 * np.pi * 0.04, abs=1e-4),
    "KGAMMA": True,
    "IBRION": 2,
    "ISIF": 3,
    "ISPIN": 1,
    "PREC": "Accurate",
    "LASPH": True,
}
RECOMMENDED = {"METAGGA": "R2scan", "ENCUT": 680, "EDIFF": 1e-6, "EDIFFG": -0.005, "KSPACING": 0.2}
SCREENING = {"GGA": "Pe", "ENCUT": 520, "EDIFF": 1e-5, "EDIFFG": -0.02, "KSPACING": 0.28}


@pytest.mark.parametrize(
    ("preset", "expected"),
    [("paper", PAPER), ("recommended", RECOMMENDED), ("screening", SCREENING)],
)
def test_the_relaxation_has_the_settings_of_its_preset(preset, expected, tmp_path):
    tags = incar(written(example("MgB2"), tmp_path / "run", preset=preset))
    assert {tag: tags.get(tag) for tag in expected} == expected
    assert ("GGA" in tags) == (preset == "screening")
    assert "MAGMOM" not in tags
    assert "LDAU" not in tags


def test_the_paper_preset_notes_that_its_energy_criterion_is_loose(tmp_path):
    text = (written(example("MgB2"), tmp_path / "run", preset="paper") / "README.txt").read_text()
    assert "is loose for forces" in " ".join(text.split())


def test_static_and_dos_do_not_move_atoms_and_the_dos_has_a_denser_mesh(tmp_path):
    folder = written(example("MgB2"), tmp_path / "run")
    static, dos = incar(folder, "2-static"), incar(folder, "3-dos")
    assert static["NSW"] == dos["NSW"] == 0
    assert static["EDIFF"] < incar(folder)["EDIFF"]
    assert dos["KSPACING"] < static["KSPACING"]
    assert dos["NEDOS"] >= 3000
    assert static["ISMEAR"] == dos["ISMEAR"] == -5


LINES = """\
Band path of Setyawan and Curtarolo
20
Line_mode
Reciprocal
0.00000000 0.00000000 0.00000000 ! \\Gamma
0.50000000 0.00000000 0.00000000 ! M

0.50000000 0.00000000 0.00000000 ! M
0.33333333 0.33333333 0.00000000 ! K

0.33333333 0.33333333 0.00000000 ! K
0.00000000 0.00000000 0.00000000 ! \\Gamma

0.00000000 0.00000000 0.00000000 ! \\Gamma
0.00000000 0.00000000 0.50000000 ! A
"""


def test_the_bands_of_pbe_follow_lines_from_the_kept_charge(tmp_path):
    folder = written(example("MgB2"), tmp_path / "run", preset="screening")
    assert (folder / "4-bands/KPOINTS").read_text().startswith(LINES)
    assert incar(folder, "4-bands")["ICHARG"] == 11
    assert "KSPACING" not in incar(folder, "4-bands")


def test_the_bands_of_a_meta_gga_have_the_whole_mesh_and_a_path_of_weight_zero(tmp_path):
    from pymatgen.io.vasp import Kpoints

    folder = written(example("MgB2"), tmp_path / "run")
    kpoints = Kpoints.from_file(folder / "4-bands/KPOINTS")
    weights = np.array(kpoints.kpts_weights)
    assert weights.sum() == 12 * 12 * 9
    path = np.array(kpoints.kpts)[weights == 0]
    assert np.allclose(path[0], 0)
    assert any(np.allclose(k, (1 / 3, 1 / 3, 0.5)) for k in path)
    assert "ICHARG" not in incar(folder, "4-bands")


def test_corners_of_the_path_that_coincide_are_one(tmp_path):
    folder = written(known("Ba0.6K0.4Fe2As2"), tmp_path / "run")
    text = (folder / "stripe-afm/4-bands/KPOINTS").read_text()
    for lines in text.split("Reciprocal\n")[1].split("\n\n"):
        one, other = (line.split("!")[0] for line in lines.splitlines())
        assert one != other


def test_the_mesh_is_the_one_that_vasp_takes_from_kspacing():
    (order,) = magnetic_orders(example("MgB2"))
    a, c = 3.086, 3.521
    spacing = 0.2
    expected = [int(np.ceil(2 * np.pi / x / spacing)) for x in (a * np.sqrt(3) / 2,) * 2 + (c,)]
    assert list(cell_of(order).mesh(spacing)) == expected


FAMILIES = {
    "cuprate": ["YBa2Cu3O7", "La1.85Sr0.15CuO4", "HgBa2Ca2Cu3O8"],
    "iron-based": ["FeSe", "BaFe2As2"],
    "other": ["MgB2", "Nb3Sn"],
}


@pytest.mark.parametrize(("kind", "name"), [(k, n) for k, names in FAMILIES.items() for n in names])
def test_families_are_told_by_what_the_crystal_is_made_of(kind, name):
    crystal = example(name)
    if not crystal.is_ordered:
        from sc3d_desktop.dft.approximants import approximants, plan

        crystal = finished(approximants(plan(crystal), 1)).items[0].crystal
    assert family(crystal) == kind


def neighbours(structure, element, cutoff):
    """Signs of the products of the moments of neighbours, by direction."""
    moments = structure.site_properties["magmom"]
    for i, j, distance in zip(
        *(structure.get_neighbor_list(cutoff)[k] for k in (0, 1, 3)), strict=True
    ):
        if structure[i].specie.symbol == structure[j].specie.symbol == element:
            yield moments[i] * moments[j], distance


def test_neighbouring_copper_in_the_planes_of_a_cuprate_is_antiparallel():
    order, without = magnetic_orders(example("YBa2Cu3O7"))
    structure = cell_of(order).structure
    products = [p for p, d in neighbours(structure, "Cu", 3.95) if d > 3.7]
    assert products
    assert all(p < 0 for p in products)
    assert sum(structure.site_properties["magmom"]) == pytest.approx(0)
    assert (order.name, without.name, without.moments) == ("afm", "nonmagnetic", None)
    assert "antiferromagnetic insulator" in order.why


@pytest.mark.parametrize("name", ["FeSe", "BaFe2As2"])
def test_stripes_are_parallel_along_one_direction_and_antiparallel_along_the_other(name):
    stripes, without = magnetic_orders(example(name))
    products = [p for p, _ in neighbours(cell_of(stripes).structure, "Fe", 2.9)]
    assert sum(p > 0 for p in products) == sum(p < 0 for p in products) == len(products) / 2
    assert sum(stripes.moments) == pytest.approx(0)
    assert stripes.pbe
    assert without.pbe
    assert (stripes.name, without.name) == ("stripe-afm", "nonmagnetic")


def test_an_order_that_fits_no_cell_is_told_and_moments_start_parallel():
    corners = [(0, 0, 0), (0.5, 0.5, 0), (0.5, 0, 0.5), (0, 0.5, 0.5)]
    quarters = [x for x in np.ndindex(4, 4, 4) if sorted(n % 2 for n in x) == [0, 1, 1]]
    midway = [x for x in quarters if sum(x) % 2 == 0]
    sites = [({"Cu": 1.0}, x) for x in corners]
    sites += [({"O": 1.0}, tuple(n / 4 for n in x)) for x in midway]
    order, _ = magnetic_orders(cubic(*sites, edge=5.4))  # every three Cu are neighbours
    assert order.name == "afm-does-not-fit"
    assert "cannot tell the energy of the ordered state" in order.why
    assert len({m for m in order.moments if m}) == 1


def test_iron_compounds_are_run_with_pbe_and_their_moments_follow_the_poscar(tmp_path):
    folder = written(known("Ba0.6K0.4Fe2As2"), tmp_path / "run")
    tags = incar(folder / "stripe-afm")
    assert tags["GGA"] == "Pe"
    assert "METAGGA" not in tags
    assert (tags["ISPIN"], tags["LMAXMIX"]) == (2, 4)
    assert tags["MAGMOM"] == [0] * 10 + [m for m in tags["MAGMOM"] if m] + [0] * 20
    assert sum(tags["MAGMOM"]) == 0
    assert incar(folder / "nonmagnetic")["ISPIN"] == 1


def test_an_odd_number_of_copper_atoms_gets_a_doubled_cell(tmp_path):
    folder = written(example("La1.85Sr0.15CuO4"), tmp_path / "run")
    counts = [
        (folder / n / "1-relax/POSCAR").read_text().splitlines()[6] for n in ("afm", "nonmagnetic")
    ]
    assert [sum(map(int, line.split())) for line in counts] == [98, 49]
    assert sum(incar(folder / "afm")["MAGMOM"]) == pytest.approx(0)


CHOICES = [
    (FElectrons.AUTO, "Ce", 2, True),
    (FElectrons.VALENCE, "Ce", 2, True),
    (FElectrons.CORE, "Ce_3", 2, False),
]


@pytest.mark.parametrize(("choice", "potential", "spin", "moment"), CHOICES)
def test_where_the_f_electrons_are_is_a_choice(choice, potential, spin, moment, tmp_path):
    folder = written(known("CeCoIn5"), tmp_path / "run", f_electrons=choice)
    assert potential in (folder / "1-relax/POTCAR.spec").read_text().split()
    tags = incar(folder)
    assert tags["ISPIN"] == spin  # Co carries a moment
    assert (1.0 in tags["MAGMOM"]) == moment
    assert "f electrons" in (folder / "README.txt").read_text()


def test_a_hubbard_u_is_set_for_its_element_only_and_on_request(tmp_path):
    folder = written(example("YBa2Cu3O7"), tmp_path / "run", hubbard=(("Cu", 4.0),))
    tags = incar(folder / "afm")
    order = (folder / "afm/1-relax/POSCAR").read_text().splitlines()[5].split()
    at = order.index("Cu")
    assert (tags["LDAU"], tags["LDAUTYPE"]) == (True, 2)
    assert [u for n, u in enumerate(tags["LDAUU"]) if n != at] == [0, 0, 0]
    assert (tags["LDAUU"][at], tags["LDAUL"][at]) == (4.0, 2)
    assert "it is a parameter" in " ".join((folder / "README.txt").read_text().split())


@pytest.mark.parametrize("wrong", [("Cu", 40.0), ("Cu", 0.0), ("O", 3.0), ("Xx", 3.0)])
def test_a_senseless_u_is_refused(wrong):
    with pytest.raises(HandOffError):
        Options(hubbard=(wrong,))


def test_each_comment_of_an_incar_leaves_the_tags_as_pymatgen_set_them(tmp_path):
    text = (written(example("MgB2"), tmp_path / "run") / "1-relax/INCAR").read_text()
    assert "#" in text
    assert "plane-wave cut-off" in text
    assert incar(tmp_path / "run")["ENCUT"] == 680
