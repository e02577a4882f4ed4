"""From a CIF to a folder of VASP inputs in the window, by mouse and keys."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from disordered_cifs import BAK122, HG1223, LAFESIO, LSCO, MGALB2
from hand_off_window import choose_row, click, finished, opened, type_number
from pytestqt.qtbot import QtBot

from sc3d_desktop.window import MainWindow


def atoms_of(poscar: Path) -> Counter[str]:
    from pymatgen.io.vasp import Poscar

    return Counter(site.specie.symbol for site in Poscar.from_file(poscar).structure)


def shares(composition: dict[str, int]) -> dict[str, float]:
    whole = sum(composition.values())
    return {el: n / whole for el, n in composition.items()}


CASES = {
    # atoms of the cell, whether it is exact, its composition, and the magnetic orders
    "Hg-1223": (HG1223, 179, False, "Ba2Ca2Cu3HgO8.2727", {"afm", "nonmagnetic"}),
    "Al-doped MgB2": (MGALB2, 30, True, "Mg0.9Al0.1B2", {""}),
    "LSCO": (LSCO, 91, False, "Sr0.1538La1.8462CuO4", {"afm", "nonmagnetic"}),
    "K-doped Ba-122": (BAK122, 25, True, "K0.4Ba0.6Fe2As2", {"stripe-afm", "nonmagnetic"}),
    "LaFeSiO0.9": (LAFESIO, 39, True, "LaFeSiO0.9", {"stripe-afm", "nonmagnetic"}),
}


@pytest.mark.parametrize("case", CASES)
def test_a_disordered_crystal_goes_from_cif_to_folders_with_what_was_achieved_in_sight(
    user: Any, window: MainWindow, tmp_path: Path, qtbot: QtBot, case: str
) -> None:
    given, n_atoms, exact, achieved, orders = CASES[case]
    window.session.settings.hand_off_folder = str(tmp_path)
    user.drop(given.write(tmp_path))
    user.answer()
    dialog = opened(window, qtbot)
    cells = dialog.cells
    assert cells is not None
    type_number(cells.limits.count, 1)
    click(dialog.inputs.steps["bands"])  # the longest to write for a large cell
    if cells.chosen is None or cells.chosen.option.n_sites != n_atoms:
        choose_row(dialog, n_atoms)
    shown = cells.cells.selectedItems()
    assert [item.text() for item in shown[:2]] == [str(n_atoms), achieved]
    assert (shown[2].text() == "exact") == exact
    if not exact:
        assert not dialog.export.isEnabled(), "nothing inexact is taken in silence"
        assert achieved in cells.accept.text()
        click(cells.accept)
    folder = dialog.target.path
    click(dialog.export)
    message, hint = finished(window, qtbot)
    assert str(folder) in message
    assert f"achieved {achieved}, {'exact' if exact else 'off by'}" in hint
    check(folder, orders, exact)


def check(folder: Path, orders: set[str], exact: bool) -> None:
    """The atoms of each folder are those of the record, and potentials and moments fit them."""
    record = json.loads((folder / "record.json").read_text())
    assert {c["magnetic"] for c in record["calculations"]} == orders
    assert record["exact"] == exact
    for calculation in record["calculations"]:
        step = folder / calculation["folder"] / "1-relax"
        atoms = atoms_of(step / "POSCAR")
        assert shares(atoms) == pytest.approx(shares(record["achieved"]))
        potentials = (step / "POTCAR.spec").read_text().split()
        assert [name.split("_")[0] for name in potentials] == list(atoms)
        check_moments(step, list(atoms.elements()), "afm" in calculation["magnetic"])


def check_moments(step: Path, symbols: list[str], magnetic: bool) -> None:
    """On every Cu or Fe, as many up as down; none at all in a calculation without spin."""
    from pymatgen.io.vasp import Incar

    incar = Incar.from_file(step / "INCAR")
    assert incar["ISPIN"] == (2 if magnetic else 1)
    assert ("MAGMOM" in incar) == magnetic
    if magnetic:
        moments = dict.fromkeys(symbols, 0.0)
        assert len(incar["MAGMOM"]) == len(symbols)
        assert sum(incar["MAGMOM"]) == pytest.approx(0)
        for el, moment in zip(symbols, incar["MAGMOM"], strict=True):
            moments[el] = max(moments[el], abs(moment))
        assert {el for el, moment in moments.items() if moment} <= {"Cu", "Fe"}
        assert any(moments.values())
