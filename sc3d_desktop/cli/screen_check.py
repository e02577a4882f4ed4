"""``sc3d screen check``: the candidates of the paper's own screening, ours beside theirs."""

from __future__ import annotations

import argparse

from sc3d_desktop.cli.records import json_line, kelvin, percent, table_row
from sc3d_desktop.engine.services import LocalServices
from sc3d_desktop.screening.paper import Checked, check_paper

_HEADINGS = ("candidate", "paper/K", "Tc / K", "90 % interval / K", "P(SC)", "domain")
_WIDTHS = (28, 8, 7, 17, 5, 8)


def run(arguments: argparse.Namespace) -> int:
    rows = check_paper(LocalServices().tc_model())
    if arguments.json:
        for row in rows:
            print(json_line(_record(row)))
        return 0
    print(table_row(_HEADINGS, _WIDTHS))
    for row in rows:
        print(_line(row))
    return 0


def _line(row: Checked) -> str:
    theirs, ours = row.candidate, row.ours
    start = (theirs.formula, kelvin(theirs.paper_kelvin))
    if ours is None:
        return f"{table_row(start, _WIDTHS[:2])}\n    Not built. {theirs.not_built}"
    ends = f"{kelvin(ours.tc_low_kelvin)} – {kelvin(ours.tc_high_kelvin)}"
    answer = (kelvin(ours.tc_kelvin), ends, percent(ours.p_superconductor), ours.domain or "–")
    said = f"\n    {theirs.judgement}" if row.disagrees else ""
    return table_row((*start, *answer), _WIDTHS) + said


def _record(row: Checked) -> dict[str, object]:
    theirs, ours = row.candidate, row.ours
    record: dict[str, object] = {
        "formula": theirs.formula,
        "icsd": theirs.icsd,
        "type": theirs.type,
        "paper_kelvin": theirs.paper_kelvin,
        "not_built": theirs.not_built or None,
    }
    if ours is not None:
        record |= {
            "tc_kelvin": ours.tc_kelvin,
            "tc_low_kelvin": ours.tc_low_kelvin,
            "tc_high_kelvin": ours.tc_high_kelvin,
            "p_superconductor": ours.p_superconductor,
            "domain": ours.domain,
            "disagrees": row.disagrees,
            "judgement": theirs.judgement,
        }
    return record
