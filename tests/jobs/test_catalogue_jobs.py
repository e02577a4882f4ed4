"""Jobs on the catalogue give way, can be cancelled, and keep what they have done."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from catalogue_cases import Drafts, filled, random_drafts
from file_server import serving

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data import Catalogue
from sc3d_desktop.data.importers import StarterSet, SuperCon3D
from sc3d_desktop.data.write import CHUNK
from sc3d_desktop.errors import CatalogueError
from sc3d_desktop.jobs import (
    DownloadSuperCon3D,
    ExportEntries,
    FindDuplicates,
    ImportCollection,
    Job,
    LoadColumns,
    PredictEntries,
    Priority,
    Progress,
)
from sc3d_desktop.models.interface import TcPrediction

SUPERCON3D = Path(__file__).resolve().parents[3] / "shared/data/supercon3d/supercon3d.zip"


class SitesModel:
    """A Tc that is the number of sites."""

    name = "sites model"
    device = "none"
    card_lines = ()

    def predict(self, crystals: Sequence[Crystal]) -> list[TcPrediction]:
        return [
            TcPrediction(float(len(c)), 1.0, 9.0, (), self.name, 0.7, "edge", in_training=True)
            for c in crystals
        ]


class Services:
    def tc_model(self) -> SitesModel:
        return SitesModel()


def finish(job: Job[Any]) -> tuple[list[Any], Any]:
    steps, yielded = job.run(Services()), []
    while True:
        try:
            yielded.append(next(steps))
        except StopIteration as stop:
            return yielded, stop.value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    filled(tmp_path / "c.sqlite", random_drafts(50, seed=3)).close()
    return tmp_path / "c.sqlite"


def jobs(path: Path) -> list[Job[Any]]:
    ids = tuple(range(1, 51))
    return [
        LoadColumns(path),
        ImportCollection(path, Drafts(random_drafts(30, seed=9), edition="other")),
        PredictEntries(path, ids),
        FindDuplicates(path),
        ExportEntries(path, ids, path.with_name("out.csv")),
    ]


@pytest.mark.parametrize("n", range(5))
def test_a_job_gives_way_before_and_while_it_works(path: Path, n: int) -> None:
    yielded, _ = finish(jobs(path)[n])
    assert all(isinstance(event, Progress) for event in yielded)
    assert yielded[0].done == 0
    assert len(yielded) > 1
    assert all(event.done <= event.total for event in yielded if event.total)


@pytest.mark.parametrize("n", range(5))
def test_a_job_that_is_ended_leaves_the_catalogue_usable(path: Path, n: int) -> None:
    steps = jobs(path)[n].run(Services())
    next(steps)
    next(steps)
    steps.close()
    with Catalogue.open(path) as catalogue:
        assert len(catalogue.columns()) >= 50


def test_columns_come_with_the_predictions_of_the_model(path: Path) -> None:
    _, n_predicted = finish(PredictEntries(path, tuple(range(1, 51))))
    _, columns = finish(LoadColumns(path, SitesModel.name))
    predicted = columns.predicted_kelvin == columns.n_sites
    assert predicted.sum() == n_predicted == (columns.n_sites > 0).sum()
    assert (columns.in_training[predicted] == 1).all()
    with Catalogue.open(path) as catalogue:
        row = catalogue.rows(columns.ids[predicted][:1].tolist(), SitesModel.name)[0]
    assert (row.predicted_low_kelvin, row.p_superconductor, row.in_training) == (1.0, 0.7, True)


def test_predictions_made_before_a_cancel_are_kept(path: Path) -> None:
    steps = PredictEntries(path, tuple(range(1, 51))).run(Services())
    next(steps)
    done = next(steps).done
    steps.close()
    assert 0 < done < 50
    _, columns = finish(LoadColumns(path, SitesModel.name))
    assert 0 < (columns.predicted_kelvin > 0).sum() <= done


def test_an_import_tells_how_far_it_is(path: Path) -> None:
    source = Drafts(random_drafts(2 * CHUNK + 1, seed=9), edition="x")
    yielded, outcome = finish(ImportCollection(path, source))
    assert [event.done for event in yielded] == [0, CHUNK, 2 * CHUNK, 2 * CHUNK + 1]
    assert outcome.done == source.count()


def test_only_reading_the_columns_is_urgent(path: Path) -> None:
    assert [job.priority for job in jobs(path)] == [Priority.INTERACTIVE, *[Priority.BULK] * 4]


def test_jobs_can_be_sent_elsewhere(path: Path) -> None:
    for job in (*jobs(path), ImportCollection(path, StarterSet()), DownloadSuperCon3D(path)):
        assert pickle.loads(pickle.dumps(job)).title == job.title


@pytest.mark.skipif(not SUPERCON3D.is_file(), reason="needs shared/data/supercon3d")
def test_supercon3d_is_downloaded_checked_and_imported(tmp_path: Path) -> None:
    into = tmp_path / "downloads" / "supercon3d.zip"
    with serving(SUPERCON3D.read_bytes()) as served:
        served.cut_after = 500_000
        job = DownloadSuperCon3D(into, served.url)
        with pytest.raises(CatalogueError):
            finish(job)
        yielded, result = finish(job)
        assert served.asked == [None, "bytes=500000-"]
        assert yielded[-2].done == SUPERCON3D.stat().st_size
        finish(job)
        assert len(served.asked) == 2, "what is there and right is not fetched again"
    assert SuperCon3D(result).count() == 1578


def test_what_is_not_supercon3d_is_not_kept(tmp_path: Path) -> None:
    into = tmp_path / "supercon3d.zip"
    with serving(b"not an archive") as served, pytest.raises(CatalogueError):
        finish(DownloadSuperCon3D(into, served.url))
    assert not into.exists()
