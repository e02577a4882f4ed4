"""A table of what was handed off: one line a calculation, or the reason why there is none."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.dft.work import Work
from sc3d_desktop.errors import Sc3dError


@dataclass(frozen=True)
class IndexRow:
    """``deviation`` is a share of the sites of a sublattice; ``electrostatic_ev`` is an atom."""

    folder: str
    name: str
    sha256: str
    target: str
    achieved: str = ""
    deviation: float | None = None
    atoms: int | None = None
    method: str = ""
    weight: float | None = None
    degeneracy: int | None = None
    pair_error: float | None = None
    electrostatic_ev: float | None = None
    seed: int | None = None
    family: str = ""
    magnetic: str = ""
    refused: str = ""


def rows_of(work: Work, folder: str) -> Iterator[IndexRow]:
    """``folder`` is where the hand-off of the crystal lies, “” for here."""
    plan = work.made.plan
    for item in work.calculations:
        parts = [part for part in (folder, item.folder) if part not in ("", ".")]
        yield IndexRow(
            "/".join(parts) or ".",
            work.crystal.name,
            work.crystal.key,
            plan.target_formula,
            plan.chosen.achieved,
            round(plan.chosen.deviation, 6),
            len(item.cell.structure),
            plan.method.value,
            round(item.approximant.weight, 6),
            item.approximant.degeneracy,
            round(item.approximant.pair_error, 6),
            _rounded(item.approximant.energy_ev),
            work.made.seed,
            work.family,
            item.order.name or ("moments" if item.order.moments else "nonmagnetic"),
        )


def refused_row(crystal: Crystal, folder: str, error: Sc3dError) -> IndexRow:
    target = formula(crystal.composition)
    return IndexRow(folder, crystal.name, crystal.key, target, refused=str(error))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def csv_text(rows: Iterable[IndexRow]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_HEADS)
    writer.writerows(astuple(row) for row in rows)
    return stream.getvalue()


def html_text(rows: Iterable[IndexRow], title: str) -> str:
    """One table that can be read without a network; folders are links."""
    head = "".join(f"<th>{html.escape(name.replace('_', ' '))}</th>" for name in _HEADS)
    body = "\n".join(f"<tr>{''.join(_cells(row))}</tr>" for row in rows)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}'
        "</title><style>body{font-family:sans-serif}table{border-collapse:collapse}"
        "td,th{border:1px solid #bbb;padding:.2em .5em;text-align:left}</style></head><body>\n"
        f"<h1>{html.escape(title)}</h1>\n<table><tr>{head}</tr>\n{body}\n</table></body></html>\n"
    )


def _cells(row: IndexRow) -> Iterator[str]:
    for name, value in zip(_HEADS, astuple(row), strict=True):
        shown = "" if value is None else str(value)
        text = html.escape(shown[:12] if name == "sha256" else shown)
        linked = name == "folder" and value and not row.refused
        yield f'<td><a href="{text}/">{text}</a></td>' if linked else f"<td>{text}</td>"


_HEADS = tuple(field.name for field in fields(IndexRow))
