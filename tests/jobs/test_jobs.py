"""Jobs are frozen, can be sent elsewhere, give way before they work, and return their result."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from crystal_cases import simple_crystal

from sc3d_desktop import jobs
from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import read_cif
from sc3d_desktop.crystal.edits import doping_line
from sc3d_desktop.dft import Options, Qe, Vasp
from sc3d_desktop.errors import CrystalError, HandOffError, ModelError
from sc3d_desktop.jobs import (
    Export,
    ExportMany,
    ExportVasp,
    Job,
    LoadModel,
    ModelInfo,
    Partial,
    PlanHandOff,
    PredictTc,
    Priority,
    Progress,
    SaveCrystal,
    ScanTc,
    TcCurve,
)
from sc3d_desktop.models.interface import TcPrediction

CRYSTAL = dataclasses.replace(simple_crystal({"Mg": 1.0}, {"B": 1.0}), name="MgB")
XS = (0.0, 0.25, 0.5)
ALONG = doping_line(CRYSTAL, (0,), "Al").crystals(CRYSTAL, XS)


class CountingModel:
    """A Tc that tells the crystals apart, and a record of what was asked."""

    name = "counting model"
    device = "none"
    card_lines = (("Data", "none"),)

    def __init__(self) -> None:
        self.asked: list[list[Crystal]] = []

    def predict(self, crystals: Sequence[Crystal]) -> list[TcPrediction]:
        self.asked.append(list(crystals))
        return [TcPrediction(c.composition["Mg"] * 40, 1.0, 90.0, (), self.name) for c in crystals]


class OneModel:
    def __init__(self) -> None:
        self.model = CountingModel()

    def tc_model(self) -> CountingModel:
        return self.model


class NoModel:
    def tc_model(self) -> CountingModel:
        raise ModelError("The weights are missing.", "Install them.")


def all_jobs(out: Path) -> list[Job[Any]]:
    return [
        LoadModel(),
        PredictTc(CRYSTAL, 3),
        ScanTc(XS, ALONG, 4),
        SaveCrystal(CRYSTAL, out.with_suffix(".cif")),
        PlanHandOff(ALONG[1]),
        ExportVasp(CRYSTAL, out),
        Export(CRYSTAL, out, Qe()),
    ]


def finish(job: Job[Any], services: Any) -> tuple[list[Progress | Partial], Any]:
    """Everything a job yields, and what it returns."""
    generator, yielded = job.run(services), []
    while True:
        try:
            yielded.append(next(generator))
        except StopIteration as stop:
            return yielded, stop.value


@pytest.mark.parametrize("n", range(7))
def test_a_job_is_frozen_hashable_and_equal_after_pickling(n, tmp_path):
    job = all_jobs(tmp_path)[n]
    again = pickle.loads(pickle.dumps(job))
    assert again == job
    assert hash(again) == hash(job)
    with pytest.raises(dataclasses.FrozenInstanceError):
        job.priority = Priority.BULK


@pytest.mark.parametrize("n", range(7))
def test_a_job_gives_way_before_it_does_anything(n, tmp_path):
    services = OneModel()
    generator = all_jobs(tmp_path / "run")[n].run(services)
    assert isinstance(next(generator), Progress)
    generator.close()
    assert services.model.asked == []
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("n", range(7))
def test_progress_never_goes_beyond_its_total(n, tmp_path):
    yielded, _ = finish(all_jobs(tmp_path / "run")[n], OneModel())
    steps = [y for y in yielded if isinstance(y, Progress)]
    assert steps
    assert all(0 <= s.done <= s.total for s in steps)


def test_titles_say_what_is_done_to_which_crystal(tmp_path):
    assert [job.title for job in all_jobs(tmp_path)] == [
        "Load the Tc model",
        "Tc of MgB",
        "Tc(x), 3 points",
        f"Save {tmp_path.name}.cif",
        "Cells for MgB",
        "VASP folder of MgB",
        "Quantum ESPRESSO folder of MgB",
    ]
    nameless = dataclasses.replace(CRYSTAL, name="")
    assert PredictTc(nameless, 0).title == "Tc of the crystal"


def test_what_someone_waits_for_goes_before_what_nobody_does(tmp_path):
    priorities = [job.priority for job in all_jobs(tmp_path)]
    assert priorities == [Priority.INTERACTIVE] * 5 + [Priority.BULK] * 2
    assert Priority.INTERACTIVE < Priority.BULK


def test_loading_returns_name_device_and_card_of_the_model():
    expected = ModelInfo("counting model", "none", (("Data", "none"),))
    assert finish(LoadModel(), OneModel())[1] == expected


def test_a_prediction_is_the_models_answer_for_that_crystal():
    services = OneModel()
    _, answer = finish(PredictTc(CRYSTAL, 7), services)
    assert answer.tc_kelvin == 40
    assert services.model.asked == [[CRYSTAL]]


def test_a_scan_asks_once_for_all_points_and_keeps_their_order():
    services = OneModel()
    _, curve = finish(ScanTc(XS, ALONG, 1), services)
    assert isinstance(curve, TcCurve)
    assert curve.x == XS
    assert [p.tc_kelvin for p in curve.predictions] == pytest.approx([40, 30, 20])
    assert services.model.asked == [list(ALONG)]
    assert all(np.array_equal(c.frac_coords, CRYSTAL.frac_coords) for c in ALONG)


@pytest.mark.parametrize("job", [LoadModel(), PredictTc(CRYSTAL, 0), ScanTc(XS, ALONG, 0)])
def test_a_model_that_cannot_be_loaded_is_the_error_of_the_job(job):
    with pytest.raises(ModelError, match="missing"):
        finish(job, NoModel())


def test_an_export_writes_the_folder_and_returns_it(tmp_path):
    events, folder = finish(
        ExportVasp(CRYSTAL, tmp_path / "run", Options(preset="screening")), NoModel()
    )
    assert all(isinstance(event, Progress) for event in events)
    assert folder == tmp_path / "run"
    assert (folder / "4-bands" / "KPOINTS").is_file()


def test_a_disordered_crystal_is_exported_as_ordered_ones_when_asked_so(tmp_path):
    job = ExportVasp(ALONG[1], tmp_path / "run", Options(tolerance=0.1, count=2))
    _, folder = finish(job, NoModel())
    assert "achieved" in next(folder.rglob("POSCAR")).read_text()


def test_the_cells_that_could_stand_for_a_crystal_are_told_before_any_is_made():
    _, proposal = finish(PlanHandOff(ALONG[1]), NoModel())
    assert proposal.usual.option.composition == {"Mg": 3, "Al": 1, "B": 4}
    assert pickle.loads(pickle.dumps(proposal)).usual == proposal.usual


def test_many_crystals_are_exported_into_one_archive_with_those_refused_in_its_index(tmp_path):
    strict = Options(tolerance=0.0, max_sites=4)
    job = ExportMany((CRYSTAL, ALONG[1]), tmp_path / "all.zip", Vasp(), strict)
    assert pickle.loads(pickle.dumps(job)) == job
    _, rows = finish(job, NoModel())
    assert [bool(row.refused) for row in rows] == [False, True]
    assert (tmp_path / "all.zip").is_file()


def test_an_export_that_is_cancelled_leaves_nothing(tmp_path):
    steps = ExportVasp(ALONG[1], tmp_path / "run", Options(tolerance=0.1)).run(NoModel())
    next(steps)
    next(steps)
    steps.close()
    assert list(tmp_path.iterdir()) == []


def test_saving_writes_the_file_and_returns_it(tmp_path):
    _, path = finish(SaveCrystal(CRYSTAL, tmp_path / "a.cif"), NoModel())
    assert path == tmp_path / "a.cif"
    assert read_cif(path)[0].composition == CRYSTAL.composition
    with pytest.raises(CrystalError, match="disordered"):
        finish(SaveCrystal(ALONG[1], tmp_path / "POSCAR"), NoModel())


def test_an_export_that_cannot_be_is_the_error_of_the_job(tmp_path):
    with pytest.raises(HandOffError, match="disordered"):
        finish(ExportVasp(ALONG[1], tmp_path / "run"), NoModel())
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "event",
    [
        jobs.Queued(),
        jobs.Started(),
        Progress(1, 2, "text"),
        Partial(1.5),
        jobs.Finished("result"),
        jobs.Cancelled(),
        jobs.Failed("error", "hint", "traceback"),
    ],
)
def test_events_are_frozen_and_exactly_the_last_three_are_terminal(event):
    assert pickle.loads(pickle.dumps(event)) == event
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.added = 1
    assert isinstance(event, jobs.Event)
    terminal = isinstance(event, jobs.Terminal)
    assert terminal == (type(event).__name__ in ("Finished", "Cancelled", "Failed"))
