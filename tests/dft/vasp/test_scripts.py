"""The scripts beside the inputs, run for real with a stand-in for VASP and made-up potentials."""

from __future__ import annotations

import ast
import os
import subprocess
from pathlib import Path

import pytest
from hand_off_cases import cubic, example, finished, known

from sc3d_desktop.dft import FElectrons, Options, Vasp, hand_off, proposal_for
from sc3d_desktop.dft.vasp.potentials import potential_symbols

FAKE_VASP = """\
#!/bin/sh
echo "$PWD" >> "$LOG"
[ -s POTCAR ] && [ -s INCAR ] && [ -s POSCAR ] || exit 2
[ -e "$BROKEN" ] && exit 3
sed "1s/.*/relaxed by a stand-in/" POSCAR > CONTCAR
echo charge > CHGCAR
echo "reached required accuracy" > OUTCAR
echo "General timing" >> OUTCAR
"""


@pytest.fixture
def machine(tmp_path):
    """A folder of potentials, a VASP and its environment."""
    for symbol in ("Mg_pv", "B", "Ba_sv", "K_sv", "Fe_pv", "As", "Al"):
        folder = tmp_path / "potentials" / symbol
        folder.mkdir(parents=True)
        (folder / "POTCAR").write_text(f"potential of {symbol}\n")
    vasp = tmp_path / "vasp"
    vasp.write_text(FAKE_VASP)
    vasp.chmod(0o755)
    given = {"VASP": str(vasp), "LOG": str(tmp_path / "log"), "BROKEN": str(tmp_path / "broken")}
    return tmp_path, os.environ | given


def sh(folder: Path, env, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", *words], cwd=folder, env=env, capture_output=True, text=True, check=False
    )


def test_potentials_are_put_together_in_the_order_of_the_poscar(machine):
    tmp_path, env = machine
    folder = finished(hand_off(example("MgB2"), tmp_path / "run", Vasp()))
    done = sh(tmp_path, env, str(folder / "make_potcars.sh"), str(tmp_path / "potentials"))
    assert done.returncode == 0, done.stderr
    for step in ("1-relax", "4-bands"):
        assert (folder / step / "POTCAR").read_text() == "potential of Mg_pv\npotential of B\n"
    (tmp_path / "potentials/B/POTCAR").unlink()
    assert sh(
        tmp_path, env, str(folder / "make_potcars.sh"), str(tmp_path / "potentials")
    ).returncode


def test_steps_run_in_order_and_start_from_the_relaxed_cell(machine):
    tmp_path, env = machine
    folder = finished(
        hand_off(example("MgB2"), tmp_path / "run", Vasp(), Options(preset="screening"))
    )
    assert "POTCAR" in sh(folder, env, "run.sh").stderr
    sh(folder, env, "make_potcars.sh", str(tmp_path / "potentials"))
    done = sh(folder, env, "run.sh")
    assert done.returncode == 0, done.stderr
    ran = [Path(line).name for line in (tmp_path / "log").read_text().split()]
    assert ran == ["1-relax", "2-static", "3-dos", "4-bands"]
    assert (folder / "2-static/POSCAR").read_text().startswith("relaxed by a stand-in")
    assert (folder / "4-bands/CHGCAR").read_text() == "charge\n"
    assert sh(folder, env, "run.sh").returncode == 0
    assert len((tmp_path / "log").read_text().split()) == 4


def test_a_run_that_breaks_stops_there_and_goes_on_later(machine):
    tmp_path, env = machine
    folder = finished(hand_off(known("Ba0.6K0.4Fe2As2"), tmp_path / "run", Vasp()))
    sh(folder, env, "make_potcars.sh", str(tmp_path / "potentials"))
    Path(env["BROKEN"]).touch()
    done = sh(folder, env, "run.sh")
    assert done.returncode == 1
    assert "did not finish" in done.stderr
    Path(env["BROKEN"]).unlink()
    assert sh(folder, env, "run.sh").returncode == 0
    assert len(list(folder.rglob("CHGCAR"))) >= 8


@pytest.mark.parametrize("name", ["run.sh", "run.slurm", "run.pbs", "make_potcars.sh"])
def test_scripts_are_valid_shell(name, tmp_path):
    folder = finished(hand_off(example("MgB2"), tmp_path / "run", Vasp()))
    assert subprocess.run(["sh", "-n", str(folder / name)], check=False).returncode == 0


def test_the_flow_is_valid_python_with_the_settings_of_the_incar(tmp_path):
    folder = finished(hand_off(known("Ba0.6K0.4Fe2As2"), tmp_path / "run", Vasp()))
    tree = ast.parse((folder / "flow.py").read_text())
    (settings,) = (
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "SETTINGS"
    )
    assert set(settings) == {"stripe-afm", "nonmagnetic"}
    stripes = settings["stripe-afm"]
    assert stripes["relax"]["ENCUT"] == 680
    assert len(stripes["magmom"]) == 50
    assert stripes["potentials"]["Fe"] == "Fe_pv"
    names = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert {"jobflow", "atomate2.vasp.jobs.core"} <= names


@pytest.fixture
def potentials(tmp_path, monkeypatch):
    """A folder of potentials, as pymatgen keeps them, with two of them."""
    library = tmp_path / "library" / "POT_GGA_PAW_PBE_54"
    library.mkdir(parents=True)
    for symbol in ("Mg_pv", "B"):
        (library / f"POTCAR.{symbol}").write_text(POTCAR.replace("NAME", symbol))
    monkeypatch.setenv("PMG_VASP_PSP_DIR", str(tmp_path / "library"))
    from pymatgen.core import SETTINGS

    monkeypatch.setitem(SETTINGS, "PMG_VASP_PSP_DIR", str(tmp_path / "library"))
    return library


def test_potentials_of_the_users_pymatgen_folder_are_written(tmp_path, potentials):
    folder = finished(hand_off(example("MgB2"), tmp_path / "run", Vasp()))
    text = (folder / "2-static/POTCAR").read_text()
    assert text.index("PAW_PBE Mg_pv") < text.index("PAW_PBE B ")
    assert not list(folder.rglob("POTCAR.spec"))
    assert not (folder / "make_potcars.sh").exists()
    proposal = finished(proposal_for(example("MgB2"), Vasp(), Options()))
    assert proposal.supplies.startswith("POTCAR files are taken from the folder of potentials")


def test_a_potential_that_the_folder_lacks_is_named_before_and_leaves_recipes(tmp_path, potentials):
    (potentials / "POTCAR.B").unlink()
    proposal = finished(proposal_for(example("MgB2"), Vasp(), Options()))
    assert "no PBE_54 potential B. So POTCAR.spec and the script" in proposal.supplies
    folder = finished(hand_off(example("MgB2"), tmp_path / "run", Vasp()))
    assert (folder / "make_potcars.sh").is_file()
    assert (folder / "2-static/POTCAR.spec").read_text() == "Mg_pv\nB\n"
    assert not list(folder.rglob("POTCAR"))
    said = " ".join((folder / "README.txt").read_text().split())
    assert "The folder of potentials set up in pymatgen lacks B." in said


@pytest.mark.parametrize("choice", list(FElectrons))
def test_potentials_told_before_are_those_of_the_recipes(tmp_path, choice):
    crystal = cubic(({"Nd": 1.0}, (0, 0, 0)), ({"W": 1.0}, (0.5, 0.5, 0.5)), edge=3.6)
    options = Options(f_electrons=choice, steps=("static",))
    folder = finished(hand_off(crystal, tmp_path / "run", Vasp(), options))
    written = next(folder.rglob("POTCAR.spec")).read_text().split()
    assert sorted(potential_symbols(["Nd", "W"], choice)) == sorted(written)


POTCAR = """\
  PAW_PBE NAME 01Jan2000
   2.00000000000000
 parameters from PSCTR are:
   VRHFIN =NAME: made up
   LEXCH  = PE
   EATOM  =    10.0000 eV,     1.0000 Ry
   TITEL  = PAW_PBE NAME 01Jan2000
   ENMAX  =  200.000; ENMIN  =  100.000 eV
END of PSCTR-controll parameters
 local part
  0.10000000E+01  0.20000000E+01
 End of Dataset
"""
