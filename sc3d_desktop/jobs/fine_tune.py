"""Jobs on versions of the Tc model: improve one on records, and compare two."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.jobs.events import Partial, Progress
from sc3d_desktop.jobs.spec import Job, Priority, Services
from sc3d_desktop.models import registry
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.steps import retell
from sc3d_desktop.training.fine_tune import work
from sc3d_desktop.training.fine_tune.verdict import Verdict
from sc3d_desktop.training.fine_tune.work import Stopped, Work

if TYPE_CHECKING:
    from sc3d_desktop.training.fine_tune.observation import Observation

_WENT_ON = "Went on with one that was stopped: of its parts {} were done."


@dataclass(frozen=True)
class RecordSource:
    """Where records come from: a CSV ``file``, and ``collections`` of a catalogue."""

    catalogue: Path | None = None
    collections: tuple[str, ...] = ()
    file: Path | None = None

    @property
    def words(self) -> str:
        parts = [*self.collections, *([self.file.name] if self.file else [])]
        return ", ".join(parts) or "nothing"


@dataclass(frozen=True)
class FineTuned:
    """The new version, what became of it, and what was passed over."""

    name: str
    path: Path
    verdict: Verdict
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class FineTune(Job[FineTuned]):
    """Improve the version ``parent`` on records. The new version is ``name``, or one of today,
    among the user's versions, or the file ``out``; nothing that is there is replaced, and the
    version in use stays in use. The networks are tried as well where ``network`` says so, on the
    ``device`` auto, cpu or cuda. One that was stopped goes on, or begins ``afresh``.
    """

    source: RecordSource
    parent: str = registry.SHIPPED
    name: str = ""
    out: Path | None = None
    network: bool = True
    device: str = "auto"
    afresh: bool = False
    priority = Priority.BACKGROUND

    @property
    def title(self) -> str:
        return f"Improve the model on {self.source.words}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, FineTuned]:
        yield Progress(0, 0, "reading the records")
        parent = registry.find(self.parent)
        name = registry.free_name(self.name or f"mine-{date.today().isoformat()}")
        out = self.out or registry.weights_file(name)
        records, remarks = _records(self.source)
        yield Progress(0, 0, "preparing")
        from sc3d_desktop.training.fine_tune.network import device_for
        from sc3d_desktop.training.fine_tune.run import Task, fine_tune, task_key

        words = f"{len(records):,} records of {self.source.words}"
        task = Task(parent, records, name, out, words, self.network, device_for(self.device))
        kept = Work(work.folder(), task_key(task), self._about(words))
        if self.afresh:
            kept.remove()
        if kept.parts:
            remarks = (_WENT_ON.format(kept.parts), *remarks)
            yield Progress(0, 0, remarks[0])
        verdict = yield from retell(fine_tune(task, kept), lambda at: Progress(*at))
        return FineTuned(name, out, verdict, remarks)

    def _about(self, words: str) -> dict[str, Any]:
        """From which ``go_on`` makes this job again."""
        return {
            "data": words,
            "catalogue": str(self.source.catalogue or ""),
            "collections": list(self.source.collections),
            "file": str(self.source.file.absolute()) if self.source.file else "",
            "parent": self.parent,
            "network": self.network,
            "device": self.device,
        }


def go_on(stopped: Stopped) -> FineTune:
    """The job that was stopped; it gets a name of the day. Begins anew where its records or its
    parent are no longer what they were.
    """
    about = stopped.about
    catalogue, file = (str(about.get(name, "")) for name in ("catalogue", "file"))
    source = RecordSource(
        Path(catalogue) if catalogue else None,
        tuple(map(str, about.get("collections", ()))),
        Path(file) if file else None,
    )
    parent, device = str(about.get("parent", registry.SHIPPED)), str(about.get("device", "auto"))
    return FineTune(source, parent, network=bool(about.get("network", True)), device=device)


@dataclass(frozen=True)
class Compared:
    """Two versions: their names with hash, what each says of the open crystal, and the mean error
    of ln Tc of each on ``n_records`` records with a Tc, which one may have been improved on.
    """

    models: tuple[str, str]
    of_crystal: tuple[TcPrediction, TcPrediction] | None
    mae_ln_kelvin: tuple[float, float] | None
    n_records: int


@dataclass(frozen=True)
class CompareVersions(Job[Compared]):
    """Compare two versions on the open crystal and on records."""

    versions: tuple[str, str]
    crystal: Crystal | None = None
    source: RecordSource = RecordSource()

    @property
    def title(self) -> str:
        return f"Compare {self.versions[0]} with {self.versions[1]}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, Compared]:
        yield Progress(0, 0, "reading")
        paths = [registry.find(name).path for name in self.versions]
        records = [r for r in _records(self.source)[0] if r.superconducts]
        from sc3d_desktop.models.sodnet import load_model

        names, predictions, errors = [], [], []
        for done, path in enumerate(paths):
            yield Progress(done, len(paths), "predicting")
            model = load_model(path, "cpu")
            names.append(model.name)
            if self.crystal is not None:
                predictions += model.predict([self.crystal])
            if records:
                errors.append(_mean_error(path, records))
        return Compared(
            (names[0], names[1]),
            (predictions[0], predictions[1]) if predictions else None,
            (errors[0], errors[1]) if errors else None,
            len(records),
        )


def _records(source: RecordSource) -> tuple[list[Observation], tuple[str, ...]]:
    from sc3d_desktop.data import Catalogue
    from sc3d_desktop.training.fine_tune.from_catalogue import observations
    from sc3d_desktop.training.fine_tune.observation import read_records

    records = read_records(source.file) if source.file else []
    if not source.collections:
        return records, ()
    with Catalogue.open(source.catalogue) as catalogue:
        found = observations(catalogue, source.collections)
    return records + found.records, found.remarks


def _mean_error(path: Path, records: list[Observation]) -> float:
    import numpy as np

    from sc3d_desktop.models.sodnet import load_weights
    from sc3d_desktop.training.fine_tune.base import say
    from sc3d_desktop.training.fine_tune.observation import fractions

    said = say(load_weights(path), fractions(records), [r.crystal for r in records])
    return float(np.abs(said.ln_tc - [r.ln_kelvin for r in records]).mean())
