"""Jobs on the catalogue. Each opens it for itself: none depends on what another left open."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from sc3d_desktop.data import Catalogue, Columns, StoredPrediction
from sc3d_desktop.data.alike import find_alike
from sc3d_desktop.data.importers import EntrySource, check_supercon3d
from sc3d_desktop.data.write import ImportOutcome, import_entries
from sc3d_desktop.errors import CatalogueError
from sc3d_desktop.jobs.events import Partial, Progress
from sc3d_desktop.jobs.spec import Job, Priority, Services
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.steps import retell

SUPERCON3D_URL = "https://api.github.com/repos/pincher-chen/SODNet/zipball"
"""The authors' repository, packed by its host as it is asked for."""

_PREDICTED_AT_ONCE = 16


@dataclass(frozen=True)
class LoadColumns(Job[Columns]):
    """Read the facts of all entries, with the predictions of ``model``."""

    path: Path
    model: str = ""
    priority = Priority.INTERACTIVE

    @property
    def title(self) -> str:
        return "Read the catalogue"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Columns]:
        yield Progress(0, 0)
        with Catalogue.open(self.path) as catalogue:
            return (yield from retell(catalogue.load(self.model), lambda at: Progress(*at)))


@dataclass(frozen=True)
class ImportCollection(Job[ImportOutcome]):
    """Bring the entries of a source into the catalogue; one that was stopped goes on."""

    path: Path
    source: EntrySource

    @property
    def title(self) -> str:
        return f"Import {self.source.collection.name}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, ImportOutcome]:
        total = self.source.count()
        yield Progress(0, total)
        with Catalogue.open(self.path) as catalogue:
            steps = import_entries(catalogue, self.source)
            return (yield from retell(steps, lambda so_far: Progress(so_far.done, total)))


@dataclass(frozen=True)
class PredictEntries(Job[int]):
    """Predict entries and keep the answers; returns how many there are. Entries without a structure
    are passed over, and a chunk is kept as soon as it is predicted.
    """

    path: Path
    ids: tuple[int, ...]

    @property
    def title(self) -> str:
        return f"Tc of {len(self.ids):,} entries"

    def run(self, services: Services) -> Generator[Progress | Partial, None, int]:
        yield Progress(0, len(self.ids))
        model = services.tc_model()
        predicted = 0
        with Catalogue.open(self.path) as catalogue:
            for start in range(0, len(self.ids), _PREDICTED_AT_ONCE):
                ids = self.ids[start : start + _PREDICTED_AT_ONCE]
                crystals = {i: c for i in ids if (c := catalogue.crystal(i)) is not None}
                answers = model.predict(list(crystals.values()))
                kept = [(i, _stored(a)) for i, a in zip(crystals, answers, strict=True)]
                catalogue.put_predictions(model.name, kept)
                predicted += len(kept)
                yield Progress(start + len(ids), len(self.ids))
        return predicted


@dataclass(frozen=True)
class FindDuplicates(Job[int]):
    """Group the entries that are one material in one structure; returns the number of groups."""

    path: Path

    @property
    def title(self) -> str:
        return "Find duplicates"

    def run(self, services: Services) -> Generator[Progress | Partial, None, int]:
        yield Progress(0, 0)
        with Catalogue.open(self.path) as catalogue:
            return (yield from retell(find_alike(catalogue), lambda at: Progress(*at)))


@dataclass(frozen=True)
class ExportEntries(Job[Path]):
    """Write entries to a ``.csv``, ``.xlsx`` or ``.zip`` file."""

    path: Path
    ids: tuple[int, ...]
    out: Path
    model: str = ""

    @property
    def title(self) -> str:
        return f"Export {len(self.ids):,} entries"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Path]:
        yield Progress(0, len(self.ids))
        with Catalogue.open(self.path) as catalogue:
            from sc3d_desktop.data.export import export_entries

            steps = export_entries(catalogue, self.ids, self.out, self.model)
            return (yield from retell(steps, lambda done: Progress(done, len(self.ids))))


@dataclass(frozen=True)
class DownloadSuperCon3D(Job[Path]):
    """Get SuperCon3D from its authors' repository, unless it is there; the result is the archive.

    What came is compared with what the program knows of the data set, file by file; anything else
    raises ``CatalogueError`` and is not kept.
    """

    into: Path
    url: str = SUPERCON3D_URL

    @property
    def title(self) -> str:
        return "Download SuperCon3D"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Path]:
        yield Progress(0, 0)
        if not self.into.is_file():
            from sc3d_desktop.data.download import download

            yield from retell(download(self.url, self.into), _bytes)
        yield Progress(0, 0, "checking")
        try:
            check_supercon3d(self.into)
        except CatalogueError:
            self.into.unlink(missing_ok=True)
            raise
        return self.into


def _bytes(at: tuple[int, int]) -> Progress:
    return Progress(*at, f"{at[0] / 1e6:.0f} MB")


def _stored(prediction: TcPrediction) -> StoredPrediction:
    return StoredPrediction(
        tc_kelvin=prediction.tc_kelvin,
        tc_low_kelvin=prediction.tc_low_kelvin,
        tc_high_kelvin=prediction.tc_high_kelvin,
        p_superconductor=prediction.p_superconductor,
        domain=prediction.domain,
        in_training=prediction.in_training,
    )
