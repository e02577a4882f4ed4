"""What a user may choose of a hand-off: steps, moments, meshes, job scripts, the cell."""

from __future__ import annotations

import json
import subprocess

import pytest
from hand_off_cases import example, finished, known

from sc3d_desktop.dft import Magnetism, Options, Qe, Scripts, Vasp, hand_off, proposal_for
from sc3d_desktop.dft.approximants import Method, plan
from sc3d_desktop.errors import HandOffError
from sc3d_desktop.jobs import PlanHandOff


def written(crystal, out, code=None, **options):
    return finished(hand_off(crystal, out, code or Vasp(), Options(**options)))


def folders(folder):
    return sorted({p.parent.relative_to(folder).as_posix() for p in folder.rglob("INCAR")})


@pytest.mark.parametrize("code", [Vasp(), Qe()])
def test_only_the_steps_that_were_chosen_are_written(code, tmp_path):
    folder = written(known("MgB2"), tmp_path / "run", code, steps=("static", "bands"))
    there = {p.name for p in folder.iterdir() if p.is_dir()}
    assert there - {"pseudo", "5-phonons", "6-epw"} == {"2-static", "4-bands"}
    assert not (folder / "flow.py").exists()
    text = (folder / "README.txt").read_text()
    assert "3-dos:" not in text
    assert "flow.py" not in text


def test_the_script_runs_the_steps_there_are_from_the_cell_that_was_handed_off(tmp_path):
    folder = written(known("MgB2"), tmp_path / "run", steps=("static", "bands"), preset="screening")
    asked = (folder / "4-bands/POSCAR").read_text()
    for step in ("2-static", "4-bands"):
        (folder / step / "POTCAR").write_text("potential")
    vasp = tmp_path / "vasp"
    vasp.write_text("#!/bin/sh\necho charge > CHGCAR\necho General timing > OUTCAR\n")
    vasp.chmod(0o755)
    done = subprocess.run(
        ["sh", "run.sh"], cwd=folder, env={"VASP": str(vasp), "PATH": "/usr/bin:/bin"}, check=False
    )
    assert done.returncode == 0
    assert (folder / "4-bands/OUTCAR").is_file()
    assert (folder / "4-bands/CHGCAR").read_text() == "charge\n"
    assert (folder / "4-bands/POSCAR").read_text() == asked


@pytest.mark.parametrize("steps", [(), ("relax", "phonons"), ("relax", "bands"), ("dos",)])
def test_steps_that_cannot_be_are_refused(steps):
    with pytest.raises(HandOffError) as caught:
        Options(steps=steps)
    assert caught.value.hint


ORDERS = {
    Magnetism.AUTO: ["nonmagnetic", "stripe-afm"],
    Magnetism.MAGNETIC: ["."],
    Magnetism.NONE: ["."],
}


@pytest.mark.parametrize("choice", ORDERS)
def test_the_moments_are_a_choice_and_iron_stays_with_pbe(choice, tmp_path):
    folder = written(example("BaFe2As2"), tmp_path / "run", magnetism=choice, steps=("static",))
    record = json.loads((folder / "record.json").read_text())
    spins = {}
    for at in folders(folder):
        text = (folder / at / "INCAR").read_text()
        assert "GGA = PE" in text
        spins[at] = "MAGMOM" in text
    if choice is Magnetism.AUTO:
        assert spins == {"nonmagnetic/2-static": False, "stripe-afm/2-static": True}
    else:
        assert list(spins.values()) == [choice is Magnetism.MAGNETIC]
    assert record["options"]["magnetism"] == choice.value


def test_meshes_are_written_out_on_request_as_vasp_would_make_them(tmp_path):
    from pymatgen.io.vasp import Kpoints

    folder = written(known("MgB2"), tmp_path / "run", kpoints_files=True)
    for step, mesh in (
        ("1-relax", (12, 12, 9)),
        ("2-static", (12, 12, 9)),
        ("3-dos", (20, 20, 15)),
    ):
        assert "KSPACING" not in (folder / step / "INCAR").read_text()
        found = Kpoints.from_file(folder / step / "KPOINTS")
        assert found.style.name == "Gamma"
        assert tuple(found.kpts[0]) == mesh
    assert "KSPACING" in (folder / "flow.py").read_text()


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Scripts.ALL, {"run.sh", "run.slurm", "run.pbs"}),
        (Scripts.SLURM, {"run.sh", "run.slurm"}),
        (Scripts.PBS, {"run.sh", "run.pbs"}),
        (Scripts.PLAIN, {"run.sh"}),
    ],
)
def test_job_scripts_are_those_of_the_batch_system_and_the_readme_names_no_other(
    choice, expected, tmp_path
):
    folder = written(known("MgB2"), tmp_path / "run", scripts=choice)
    assert {p.name for p in folder.glob("run.*")} == expected
    text = (folder / "README.txt").read_text()
    for name in ("run.slurm", "run.pbs"):
        assert (name in text) == (name in expected)


def test_a_cell_that_is_asked_for_is_taken_and_its_difference_is_told(tmp_path):
    crystal = known("Mg0.9Al0.1B2")
    folder = written(crystal, tmp_path / "run", size=8, count=1)
    record = json.loads((folder / "record.json").read_text())
    assert record["achieved"] == {"Mg": 7, "Al": 1, "B": 16}
    assert (record["target_formula"], record["achieved_formula"]) == (
        "Mg0.9Al0.1B2",
        "Mg0.875Al0.125B2",
    )
    assert "0.0250 of the sites" in " ".join((folder / "README.txt").read_text().split())
    with pytest.raises(HandOffError, match="11 primitive") as caught:
        plan(crystal, size=11)
    assert "10: 30 atoms" in caught.value.hint


def test_a_proposal_chooses_nothing_inexact():
    exact = finished(proposal_for(known("Mg0.9Al0.1B2"), Vasp(), Options()))
    assert exact.usual is not None
    assert exact.usual.option.size == 10
    assert [way.option.size for way in exact.ways] == [6, 7, 8, 9, 10]
    rough = finished(proposal_for(known("Mg0.9Al0.1B2"), Vasp(), Options(max_sites=27)))
    assert rough.usual is None
    assert all(way.method is Method.ENUMERATION for way in rough.ways)
    assert "POTCAR" in rough.supplies


def test_what_is_to_be_brought_along_counts_in_the_other_crystals():
    others = (known("MgB2"), known("Al"))
    proposal = finished(PlanHandOff(example("Nb3Sn"), Qe(), Options(), others).run(None))
    assert "put Nb.UPF, Sn.UPF, Mg.UPF, B.UPF, Al.UPF into" in proposal.supplies


def test_a_method_that_would_not_end_is_refused_for_its_cells_alone():
    asked = Options(method=Method.ENUMERATION, max_sites=400)
    proposal = finished(proposal_for(known("CsV2.79Nb0.21Sb5"), Vasp(), asked))
    ends = {way.option.size: way.method for way in proposal.ways}
    assert Method.ENUMERATION in ends.values()
    refused = [way for way in proposal.ways if way.method is None]
    assert refused
    assert "are enumerated" in refused[-1].why
    assert "quasirandom" in refused[-1].why


def test_a_step_is_told_for_each_calculation_so_that_others_get_their_turn(tmp_path):
    steps = list(hand_off(example("BaFe2As2"), tmp_path / "run", Vasp(), Options()))
    texts = [step.text for step in steps]
    for name in ("stripe-afm", "nonmagnetic"):
        assert f"cell 1 of 1 {name}" in texts
        assert f"writing {name}" in texts
    assert all(0 <= step.done <= step.total for step in steps)
