"""``sc3d generate``: candidates for a target Tc, into a folder that can be gone on with."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sc3d_desktop.cli.progress import do
from sc3d_desktop.cli.records import json_line, kelvin, table_row
from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data import catalogue_file
from sc3d_desktop.errors import GenerationError
from sc3d_desktop.generation.candidate import Candidate
from sc3d_desktop.generation.folder import read_run
from sc3d_desktop.generation.record import candidate_as_json
from sc3d_desktop.generation.request import Request, Seed, check
from sc3d_desktop.jobs.generate import Generate
from sc3d_desktop.screening.filters import RADIOACTIVE, TOXIC

_WIDTHS = (5, 18, 9, 9, 6, 12, 8, 40)
_HEADINGS = ("no.", "formula", "Tc / K", "low / K", "P(SC)", "space group", "novel", "faults")


def run(arguments: argparse.Namespace) -> int:
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


def request_of(arguments: argparse.Namespace) -> Request:
    """What the options ask for."""
    fewest, most = arguments.atoms
    asked = {*arguments.elements, *arguments.only}
    barred = () if arguments.all_elements else sorted({*RADIOACTIVE, *TOXIC} - asked)
    request = Request(
        count=arguments.count,
        tc_kelvin=arguments.tc,
        required=arguments.elements,
        allowed=arguments.only,
        excluded=tuple(dict.fromkeys((*arguments.without, *barred))),
        fewest_atoms=fewest,
        most_atoms=most,
        formula=arguments.formula,
        start=_seed(arguments),
        guidance=arguments.guidance,
        energy=arguments.energy,
        sampling="paper" if arguments.paper else "quick",
        steps=arguments.steps,
        seed=arguments.seed,
    )
    if request.formula:  # what is asked for by name is meant
        kept = set(request.formula_unit())
        excluded = tuple(el for el in request.excluded if el in arguments.without or el not in kept)
        return Request(**{**vars(request), "excluded": excluded})
    return request


def _seed(arguments: argparse.Namespace) -> Seed | None:
    if arguments.like is None:
        return None
    return Seed(
        _crystal(arguments.like), arguments.change, arguments.keep_symmetry, arguments.keep_elements
    )


def _crystal(path: Path) -> Crystal:
    from sc3d_desktop.crystal.files import Read, read_all

    reason = "."
    for outcome in read_all([path]):
        if isinstance(outcome, Read):
            return outcome.crystal
        reason = f": {outcome.error.message}"
    raise GenerationError(f"{path} holds no structure to start from{reason}", "Choose another.")


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
