"""``sc3d generate``: candidates for a target Tc, into a folder that can be gone on with."""

from __future__ import annotations

import argparse
import sys

from sc3d_desktop.cli.generate_choices import request_of
from sc3d_desktop.cli.progress import do
from sc3d_desktop.cli.records import json_line, kelvin, table_row
from sc3d_desktop.data import catalogue_file
from sc3d_desktop.errors import RecipeError
from sc3d_desktop.generation.candidate import Candidate
from sc3d_desktop.generation.folder import read_run
from sc3d_desktop.generation.record import candidate_as_json
from sc3d_desktop.generation.request import check
from sc3d_desktop.jobs.generate import Generate

_WIDTHS = (5, 18, 9, 9, 6, 12, 8, 40)
_HEADINGS = ("no.", "formula", "Tc / K", "low / K", "P(SC)", "space group", "novel", "faults")


def run(arguments: argparse.Namespace) -> int:
    if arguments.resume and arguments.recipe:
        raise RecipeError("A run that goes on has been asked for already.", "Leave out --recipe.")
    request = None if arguments.resume else request_of(arguments)
    for warning in check(request) if request is not None else ():
        print(warning, file=sys.stderr)
    catalogue = arguments.catalogue or catalogue_file()
    if arguments.catalogue is None and not catalogue.is_file():
        catalogue = None
    job = Generate(arguments.out, request, catalogue, arguments.resume, animate=False)
    try:
        outcome = do(job)
    except KeyboardInterrupt:
        print(f"Stopped. “sc3d generate --resume --out {job.folder}” goes on.", file=sys.stderr)
        raise
    candidates = read_run(outcome.folder).candidates
    if arguments.json:
        for candidate in candidates:
            print(json_line(candidate_as_json(candidate)))
    else:
        _print_table(candidates)
        print(f"{outcome.made} made, {outcome.valid} valid, {outcome.dropped} came to nothing")
        print(outcome.folder)
    return 0


def _print_table(candidates: tuple[Candidate, ...]) -> None:
    print(table_row(_HEADINGS, _WIDTHS))
    best = sorted(candidates, key=lambda c: (not c.judgement.valid, -(c.judgement.tc_kelvin or 0)))
    for candidate in best:
        said = candidate.judgement
        p, tc, low = said.p_superconductor, said.tc_kelvin, said.tc_low_kelvin
        cells = (
            str(candidate.index),
            candidate.formula,
            "–" if tc is None else kelvin(tc),
            "–" if low is None else kelvin(low),
            "–" if p is None else f"{p:.0%}",
            said.space_group_symmetrised or said.space_group,
            {True: "yes", False: "no", None: "unknown"}[said.novel],
            " ".join(said.faults) or ("" if said.valid else "charges do not balance"),
        )
        print(table_row(cells, _WIDTHS))
