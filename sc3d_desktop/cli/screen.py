"""``sc3d screen``: predict everything in sources, into a run that can be gone on with."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sc3d_desktop.cli.progress import do
from sc3d_desktop.cli.records import json_line, kelvin, table_row
from sc3d_desktop.cli.screen_choices import filters_of
from sc3d_desktop.data import Query, catalogue_file
from sc3d_desktop.errors import RecipeError
from sc3d_desktop.jobs.screening import Screen, usual_workers
from sc3d_desktop.screening.filters import Filters, filters_from_json
from sc3d_desktop.screening.ranking import ranking_of
from sc3d_desktop.screening.sources import CatalogueEntries, Files, PieceSource, Sources
from sc3d_desktop.screening.sources.optimade import Asked, Optimade
from sc3d_desktop.screening.store import RunStore

CATALOGUE = "catalogue"
_SHOWN = 20
_WIDTHS = (28, 22, 5, 9, 7, 5, 8)
_HEADINGS = ("identifier", "formula", "class", "Tc low/K", "Tc / K", "P(SC)", "domain")


def run(arguments: argparse.Namespace) -> int:
    job = _job(arguments)
    try:
        outcome = do(job)
    except KeyboardInterrupt:
        print(f"Stopped. “sc3d screen --resume --run {job.path}” goes on.", file=sys.stderr)
        raise
    if arguments.json:
        print(json_line({"run": str(outcome.path)} | outcome.counts))
    else:
        print(", ".join(f"{n:,} {status}" for status, n in outcome.counts.items()))
        _print_best(outcome.path)
    return 1 if outcome.counts["refused"] else 0


def _job(arguments: argparse.Namespace) -> Screen:
    """With ``--resume`` the run itself says what it was of."""
    workers = usual_workers() if arguments.workers is None else arguments.workers
    if arguments.resume and not arguments.sources:
        if arguments.recipe:
            said = "A run that goes on has its filters already."
            raise RecipeError(said, "Leave out --recipe.")
        with RunStore.read(arguments.run) as store:
            spec = store.spec
        filters = filters_from_json(spec.filters)
        return Screen(arguments.run, spec.sources, filters, True, workers, arguments.dask)
    filters = filters_of(arguments)
    sources = Sources([_source(text, filters) for text in arguments.sources])
    return Screen(
        arguments.run, sources.as_json(), filters, arguments.resume, workers, arguments.dask
    )


def _source(text: str, filters: Filters) -> PieceSource:
    if text.startswith(("http://", "https://")):
        asked = Asked(
            all_of=filters.must, none_of=filters.must_not, n_sites=(None, filters.most_sites)
        )
        return Optimade(text, asked)
    if text == CATALOGUE and not Path(text).exists():
        return CatalogueEntries(catalogue_file(), Query())
    return Files([Path(text)])


def _print_best(path: Path) -> None:
    with RunStore.read(path) as store:
        ids = ranking_of(store).find()[:_SHOWN].tolist()
        print(table_row(_HEADINGS, _WIDTHS))
        for _, line in store.lines(ids):
            p = "–" if line.p_superconductor is None else f"{line.p_superconductor:.0%}"
            cells = (line.identifier, line.formula, line.disorder, kelvin(line.tc_low))
            print(table_row((*cells, kelvin(line.tc), p, line.domain or "–"), _WIDTHS))
