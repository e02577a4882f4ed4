"""The report's sections on doping trends and on the paper's recent superconductors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sc3d_desktop.training.checks import RECENT_FILE, TRENDS_FILE

Row = dict[str, Any]


def load_checks(runs: Path) -> Row:
    """What ``training.checks`` left in ``runs``: trends by name, and recent rows."""
    read = {
        name: json.loads(path.read_text(encoding="utf-8"))
        if (path := runs / file).is_file()
        else {}
        for name, file in (("trends", TRENDS_FILE), ("recent", RECENT_FILE))
    }
    return read | {"recent": read["recent"] or []}


def trends_lines(trends: Row) -> Iterator[str]:
    if not trends:
        return
    yield "## Doping trends"
    yield ""
    yield "Series of the literature: share of flanks (a dome has two) and of series whose change of"
    yield "Tc has the right sign, and Spearman's rank correlation along a series."
    yield ""
    yield "| trained | series | right flanks | right series | mean rank corr. | median |"
    yield "|---|---|---|---|---|---|"
    for name, t in trends.items():
        yield (
            f"| {name} | {t['series']} | {t['right_flanks']:.0%} of {t['flanks']} "
            f"| {t['right_series']:.0%} | {t['rank_correlation']:.2f} "
            f"| {t['median_rank_correlation']:.2f} |"
        )
    yield ""


def recent_lines(rows: list[Row]) -> Iterator[str]:
    if not rows:
        return
    yield "## The paper's seven recent superconductors"
    yield ""
    yield "Tc in K: measured, the paper's (its Table 3), and ours with the 90 % interval,"
    yield "on structures written from the literature. What was trained on is remembered, not"
    yield "predicted; the program's model knows no pressure."
    yield ""
    yield "| | pressure / GPa | measured | paper | ours | 90 % interval | in our training set |"
    yield "|---|---|---|---|---|---|---|"
    for r in rows:
        pressure = "–" if r["pressure_gpa"] is None else f"{r['pressure_gpa']:g}"
        yield (
            f"| {r['formula']} | {pressure} | {r['measured_kelvin']:g} | {r['paper_kelvin']:g} "
            f"| {r['tc_kelvin']:.3g} | {r['tc_low_kelvin']:.2g} – {r['tc_high_kelvin']:.3g} "
            f"| {'yes' if r['in_training'] else 'no'} |"
        )
    yield ""
