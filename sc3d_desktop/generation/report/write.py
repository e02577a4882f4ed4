"""The whole report, from folders of runs: ``report.json``, ``report.md`` and ``report.html``."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data.tables import whole
from sc3d_desktop.errors import GenerationError
from sc3d_desktop.generation.folder import StoredRun, read_run
from sc3d_desktop.generation.report.blocks import Figure, html, markdown
from sc3d_desktop.generation.report.facts import predicted, set_facts, success
from sc3d_desktop.generation.report.goals import FIRST, JUDGES, goals
from sc3d_desktop.generation.report.metrics import TOPS, thresholds
from sc3d_desktop.generation.report.pages import sections
from sc3d_desktop.generation.report.paper_candidates import compare, read_theirs
from sc3d_desktop.generation.report.plots import judge_figures, success_chart
from sc3d_desktop.generation.report.samples import (
    Known,
    SampleSet,
    TrainingSet,
    of_crystals,
    of_run,
    training_set,
)
from sc3d_desktop.generation.report.second_judge import (
    NAME,
    Judged,
    SecondJudge,
    independent,
)
from sc3d_desktop.generation.report.substitution import substituted
from sc3d_desktop.models.interface import TcModel
from sc3d_desktop.training.generator.data import load_superconductors
from sc3d_desktop.training.labels import load_labels
from sc3d_desktop.training.metrics import mean_absolute_error

Row = dict[str, Any]
JudgeOf = Callable[[Sequence[Crystal]], Judged]
TITLE = "What the generator reaches"


@dataclass(frozen=True)
class ReportOf:
    """``run`` is reported; ``beside`` are runs of other models or settings, by name. ``curve`` is
    what ``sc3d generate curve`` wrote, if anything.
    """

    run: Path
    data: Path
    out: Path
    beside: Mapping[str, Path] = field(default_factory=dict)
    curve: Path | None = None
    substitutions: int = 1000
    trees: int = 200


@dataclass(frozen=True)
class _Material:
    """All that the sets are compared with."""

    training: TrainingSet
    with_draws: TrainingSet
    known: Known
    second: SecondJudge
    judges: Mapping[str, JudgeOf]


def write_report(wanted: ReportOf, model: TcModel) -> Generator[str, None, Path]:
    """Write the three files and return the page; yields what is being done. Raises ``Sc3dError``
    where runs or data cannot be read.
    """
    yield "reading runs"
    run = _read(wanted.run)
    beside = {name: _read(path) for name, path in wanted.beside.items()}
    curve = read_curve(wanted.curve)
    yield "reading the training set"
    material = _material(wanted, model)
    yield "judging samples"
    sets = [*_sets(wanted, run, beside, material)]
    judged = [{name: judge(s.crystals) for name, judge in material.judges.items()} for s in sets]
    yield "measuring the second judge's own error"
    report = _report(run, sets, judged, material) | {
        "predictor": model.name,
        "weights": run.model,
        "paper": _paper_rows(wanted.data),
        "curve": curve,
        "paper_candidates": compare(read_theirs(wanted.data), sets[0].crystals, material.judges),
    }
    yield "writing"
    write_files(wanted.out, report, _figures(report, sets[0], judged[0]))
    return wanted.out / "report.html"


def _read(folder: Path) -> StoredRun:
    run = read_run(folder)
    if not run.candidates:
        raise GenerationError(f"{folder} holds no candidates.", "Let the run go on with --resume.")
    return run


def _material(wanted: ReportOf, model: TcModel) -> _Material:
    training = training_set(load_superconductors(wanted.data))
    with_draws = training_set(load_superconductors(wanted.data, drawn=True))
    second = SecondJudge(load_labels(wanted.data), independent(wanted.data), wanted.trees)
    judges: dict[str, JudgeOf] = {FIRST: partial(predicted, model), NAME: second.judge}
    return _Material(training, with_draws, Known(with_draws.crystals), second, judges)


def _sets(
    wanted: ReportOf, run: StoredRun, beside: Mapping[str, StoredRun], material: _Material
) -> list[SampleSet]:
    """The run first; the training set and its top decile last."""
    training, known = material.training, material.known
    top = training.above(thresholds(training.tc_kelvin)[TOPS[0]])
    swapped = substituted(training.crystals, wanted.substitutions)

    def plain(name: str, note: str, crystals: Sequence[Crystal]) -> SampleSet:
        return of_crystals(name, note, crystals, known)

    return [
        _of_stored(wanted.run.name, run, known),
        *(_of_stored(name, stored, known) for name, stored in beside.items()),
        plain("random substitution", "alike elements put into training structures", swapped),
        plain("training set", "the ordered superconductors learned from", training.crystals),
        plain("training set, top decile", "of these the tenth of highest measured Tc", top),
    ]


def _of_stored(name: str, stored: StoredRun, known: Known) -> SampleSet:
    return of_run(name, stored.candidates, stored.dropped, stored.request, known)


def _report(
    run: StoredRun, sets: Sequence[SampleSet], judged: Sequence[Row], material: _Material
) -> Row:
    above = thresholds(material.training.tc_kelvin)
    harder = thresholds(material.with_draws.tc_kelvin)
    rows = [set_facts(s, j, above, material.training) for s, j in zip(sets, judged, strict=True)]
    return {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "request": run.request.as_json(),
        "training": {
            "crystals": len(material.training.crystals),
            "with_draws": len(material.with_draws.crystals),
        },
        "thresholds_kelvin": _by_name(above),
        "thresholds_with_draws_kelvin": _by_name(harder),
        "goals": goals(rows[0], rows[-1]),
        "sets": rows,
        "success_with_draws": {name: success(sets[0], judged[0][name], harder) for name in JUDGES},
        "second_judge": {
            key: _by_name(value) if isinstance(value, dict) else value
            for key, value in asdict(material.second.error(above)).items()
        },
        "judges_on_training": {
            name: {"mae_ln_kelvin": _error(judged[-2][name], material.training)} for name in JUDGES
        },
    }


def _error(judged: Judged, training: TrainingSet) -> float:
    return mean_absolute_error(np.log(judged.tc_kelvin), np.log(training.tc_kelvin))


def _by_name(values: Mapping[int, float]) -> dict[str, float]:
    """JSON has no numbers for keys."""
    return {str(key): value for key, value in values.items()}


def _figures(report: Row, samples: SampleSet, judged: Row) -> list[Figure]:
    charts = [
        success_chart(report["sets"], f"{kind}{top}", f"{kind.upper()}{top}", base)
        for kind, top, base in (("sr", 10, 0.1), ("nsr", 10, 0.0), ("sr", 50, 0.5))
    ]
    return [*charts, *judge_figures(samples, judged[FIRST], judged[NAME])]


def _paper_rows(data: Path) -> list[list[str]]:
    """Tables 4, 9 and 5: model, data, SR and NSR; “–” where the paper gives none."""
    folder = data / "paper_tables"
    sr = _table(folder / "table_04_generation_sr.csv")
    nsr = {(r["model"], r["data"]): r for r in _table(folder / "table_09_generation_nsr.csv")}
    rows = []
    for row in sr:
        more = nsr.get((row["model"], row["data"]), {})
        values = [row[f"sr{t}"] for t in TOPS] + [more.get(f"nsr{t}", "–") for t in TOPS]
        rows.append([row["model"], row["data"], *values])
    for row in _table(folder / "table_05_diffcsp_sc_ablation.csv"):
        if row["group"]:
            rows.append([row["variant"], "Table 5", *(row[f"sr{t}"] for t in TOPS), *["–"] * 3])
    return rows


def _table(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))
    except FileNotFoundError:
        message = f"There is no {path}."
        raise GenerationError(message, "Give the data folder with --data.") from None


def read_curve(path: Path | None) -> Row | None:
    """What ``sc3d generate curve`` wrote. Raises ``GenerationError`` for anything else."""
    if path is None:
        return None
    try:
        found: Row = json.loads(path.read_text(encoding="utf-8"))
        return {"about": found["about"], "curve": found["curve"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GenerationError(
            f"{path.name} is no curve: {error}.", "Make one with `sc3d generate curve`."
        ) from error


def write_files(out: Path, report: Row, figures: Sequence[Figure]) -> None:
    texts = {
        "report.json": json.dumps(report, indent=1, allow_nan=False) + "\n",
        "report.md": markdown(TITLE, sections(report, ())),
        "report.html": html(TITLE, sections(report, figures)),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            with whole(out / name) as path:
                path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise GenerationError(
            f"The report could not be written to {out}: {error.strerror or error}.",
            "Choose another folder, or free some space.",
        ) from error
