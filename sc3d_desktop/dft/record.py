"""The record of a hand-off, for programs: what was asked for, what was made, with what seed."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

from sc3d_desktop.crystal.cif import write_cif
from sc3d_desktop.dft.approximants import Method
from sc3d_desktop.dft.options import Options
from sc3d_desktop.dft.work import Work


def outcome(folder: Path) -> str:
    """What was asked for and what is in the folder of a hand-off, in a sentence."""
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    n = len(record["calculations"])
    made = f"{n} calculation{'s' if n > 1 else ''} ({record['method']})"
    target, achieved = record["target_formula"], record["achieved_formula"]
    if record["method"] == Method.ORDERED:
        return f"{target}: {made}."
    off = "exact" if record["exact"] else f"off by {100 * record['deviation']:.2f} % of the sites"
    atoms = sum(record["achieved"].values())
    return f"Asked for {target}, achieved {achieved}, {off}: {made}, cells of {atoms} atoms."


def record_text(work: Work, code: str, options: Options) -> str:
    """JSON with the crystal handed off as CIF, so that the folder says all by itself."""
    plan, made = work.made.plan, work.made
    return json.dumps(
        {
            "format": 1,
            "code": code,
            "crystal": {
                "name": work.crystal.name,
                "sha256": work.crystal.key,
                "cif": write_cif(work.crystal),
            },
            "options": dict(options.as_json()),
            "recipe": options.recipe or None,
            "family": work.family,
            "target_formula": plan.target_formula,
            "achieved_formula": plan.chosen.achieved,
            "target": dict(plan.target),
            "achieved": dict(plan.chosen.composition),
            "cells_of_the_primitive": plan.chosen.size,
            "exact": plan.chosen.exact,
            "deviation": plan.chosen.deviation,
            "sites": [
                {"site": site, "species": el, "target": wanted, "achieved": got}
                for site, el, wanted, got in plan.rows()
            ],
            "method": plan.method.value,
            "configurations": str(plan.chosen.configurations),
            "inequivalent": made.inequivalent,
            "complete": made.complete,
            "seed": made.seed,
            "calculations": [
                {
                    "folder": item.folder,
                    "weight": item.approximant.weight,
                    "degeneracy": item.approximant.degeneracy,
                    "pair_error": item.approximant.pair_error,
                    "electrostatic_ev_per_atom": item.approximant.energy_ev,
                    "atoms": len(item.cell.structure),
                    "magnetic": item.order.name,
                    "moments": list(item.order.moments) if item.order.moments else None,
                }
                for item in work.calculations
            ],
            "written_with": {
                name: version(name) for name in ("pymatgen", "spglib", "sqsgenerator")
            },
        },
        indent=1,
        ensure_ascii=True,
    )
