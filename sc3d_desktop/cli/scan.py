"""``sc3d scan``: the table Tc(x) along a doping line."""

from __future__ import annotations

import argparse
import math

from sc3d_desktop.cli.records import (
    ANSWER_HEADINGS,
    ANSWER_WIDTHS,
    Record,
    answer_cells,
    json_line,
    prediction_record,
    table_row,
)
from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import read_cif
from sc3d_desktop.crystal.edits import VACANCY, DopingLine, doping_line
from sc3d_desktop.crystal.elements import is_element
from sc3d_desktop.crystal.symmetry import Orbit, find_symmetry
from sc3d_desktop.errors import CrystalError

_WIDTHS = (8, 24, *ANSWER_WIDTHS)
_MOST_POINTS = 10_000


def run(arguments: argparse.Namespace) -> int:
    from sc3d_desktop.engine.services import model_of

    crystal = read_cif(arguments.file)[0]
    orbit = find_orbit(crystal, arguments.site)
    line = doping_line(crystal, orbit.sites, _dopant(arguments.dopant))
    xs = _points(arguments.start, arguments.stop, arguments.points, line)
    model = model_of(arguments.weights)
    crystals = line.crystals(crystal, xs)
    if not arguments.json:
        share = f"{line.dopant or 'vacancies'} for {line.host} on {orbit.label}"
        print(f"{crystal.name}: {share} ({orbit.multiplicity}{orbit.letter}); {model.name}")
        print(table_row(("x", "formula", *ANSWER_HEADINGS), _WIDTHS))
    notes: dict[str, None] = {}
    for x, at_x, prediction in zip(xs, crystals, model.predict(crystals), strict=True):
        record: Record = {"x": x} | prediction_record(str(arguments.file), at_x, prediction)
        if arguments.json:
            print(json_line(record))
        else:
            cells = (f"{x:.4f}", record["formula"], *answer_cells(record))
            print(table_row(cells, _WIDTHS))
            notes |= dict.fromkeys(record["notes"])
    print("".join(f"{note}\n" for note in notes), end="")
    return 0


def find_orbit(crystal: Crystal, label: str) -> Orbit:
    """The orbit with this label, or with a site of this label, or the only one of an element."""
    orbits = find_symmetry(crystal).orbits
    named = [o for o in orbits if o.label == label]
    named = named or [o for o in orbits if any(crystal.sites[i].label == label for i in o.sites)]
    named = named or [o for o in orbits if label in o.species]
    known = ", ".join(o.label for o in orbits)
    if not named:
        raise CrystalError(f"There is no site “{label}”.", f"The orbits are: {known}.")
    if len(named) > 1:
        which = ", ".join(o.label for o in named)
        raise CrystalError(f"“{label}” is on more than one orbit.", f"Choose one of: {which}.")
    return named[0]


def _dopant(text: str) -> str:
    if text.lower() in ("vacancy", "vac"):
        return VACANCY
    if not is_element(text):
        raise CrystalError(f"“{text}” is not a chemical element.", "Use a symbol such as Sr.")
    return text


def _points(start: float, stop: float, points: int, line: DopingLine) -> list[float]:
    if not 1 <= points <= _MOST_POINTS:
        raise CrystalError(f"{points} points are not possible.", f"Use 1 to {_MOST_POINTS}.")
    if not (math.isfinite(start) and math.isfinite(stop) and 0 <= start <= stop):
        raise CrystalError(f"x from {start:g} to {stop:g} is not a range.", "Use 0 ≤ from ≤ to.")
    if stop > line.maximum + 1e-9:
        raise CrystalError(
            f"x cannot reach {stop:g}: {line.host} and {line.dopant or 'vacancies'} share "
            f"{line.maximum:g} on this site.",
            f"Use --to {line.maximum:g} at most.",
        )
    step = (stop - start) / max(1, points - 1)
    return [min(start + i * step, stop) for i in range(points)]
