"""The part of the report on SODNet alone: what leaving out a part of it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from sc3d_desktop.training.ablations import ALONE, WORDS
from sc3d_desktop.training.report.series import Series, errors, paired

Row = dict[str, Any]


def ablation_rows(series: Sequence[Series]) -> list[Row]:
    """Every variant of SODNet alone that ran, with its difference to the whole of it."""
    found = {(s.split, s.variant): s for s in series if s.labels == "supercon3d"}
    rows = []
    for (split, variant), s in found.items():
        whole = found.get((split, ALONE))
        if variant not in WORDS or whole is None:
            continue
        compared = paired(s, whole) if s is not whole else None
        measured = errors(s)
        assert measured is not None
        row = {"split": split, "variant": variant, "words": WORDS[variant]} | asdict(measured)
        rows.append(row | {"paired": asdict(compared) if compared else None})
    order = list(WORDS)
    return sorted(rows, key=lambda r: (r["split"], order.index(r["variant"])))


def ablation_lines(rows: Sequence[Row]) -> Iterator[list[str]]:
    """Split, words, folds, errors and difference of every row, as cells of a table."""
    for r in rows:
        compared = r["paired"]
        yield [
            r["split"],
            f"{r['words']} (`{r['variant']}`)",
            str(r["folds"]),
            _spread(r["mae"], r["mae_std"]),
            _spread(r["r2"], r["r2_std"]),
            f"{compared['difference']:+.3f}" if compared else "–",
            f"{compared['better_in']} of {compared['folds']}" if compared else "–",
        ]


def _spread(value: float | None, std: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if std is None else f"{value:.3f} ± {std:.3f}"
