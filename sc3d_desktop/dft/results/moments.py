"""What became of the magnetic order that a calculation began with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sc3d_desktop.dft.results.types import Result

_LOST_UB = 0.1
_NO_MOMENT = 0.005
_MOST = 6


def moment_lines(result: Result) -> Iterator[tuple[str, str]]:
    if result.moment_total is not None:
        total = round(result.moment_total, 3) + 0.0  # no minus before nothing
        yield "Magnetisation", f"{total:.3f} µB in the cell"
    labels = _labels(result)
    if not result.moments or len(labels) != len(result.moments):
        return
    each = zip(labels, result.moments, strict=True)
    told = [f"{label} {m:+.2f}" for label, m in each if abs(m) >= _NO_MOMENT]
    if told:
        yield "Moments in µB", ", ".join(told)
    if len(result.start_moments) == len(labels) and any(result.start_moments):
        yield "Magnetic order", order_words(labels, result.start_moments, result.moments)


def _labels(result: Result) -> list[str]:
    crystal = result.relaxed or result.start
    return [site.label for site in crystal.sites] if crystal is not None else []


def order_words(labels: Sequence[str], start: Sequence[float], moments: Sequence[float]) -> str:
    """Which sites kept the direction they began with. All of them turned together is the same."""
    began, ended = np.array(start), np.array(moments)
    turned, lost = changed_sites(start, moments)
    if len(lost) == np.count_nonzero(began):
        return f"lost: it began with moments and ended without{_on_others(began, ended)}"
    if not len(turned) and not len(lost):
        return "as it was begun"
    said = [f"turned over on {_listed(labels, turned)}"] if len(turned) else []
    said += [f"lost on {_listed(labels, lost)}"] if len(lost) else []
    return f"not as it was begun: {', '.join(said)}"


def changed_sites(
    start: Sequence[float], moments: Sequence[float]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The sites whose moment turned over, and those that lost it, of those that began with one."""
    began, ended = np.array(start), np.array(moments)
    lost = (began != 0) & (np.abs(ended) < _LOST_UB)
    together = 1.0 if float(np.sign(began) @ ended) >= 0 else -1.0
    turned = (began != 0) & ~lost & (np.sign(ended) != together * np.sign(began))
    return tuple(np.flatnonzero(turned).tolist()), tuple(np.flatnonzero(lost).tolist())


def _on_others(began: np.ndarray, ended: np.ndarray) -> str:
    others = np.abs(ended[began == 0])
    return ", but on other sites" if np.any(others >= _LOST_UB) else ""


def _listed(labels: Sequence[str], sites: Sequence[int]) -> str:
    more = f" and {len(sites) - _MOST} more" if len(sites) > _MOST else ""
    return ", ".join(labels[site] for site in sites[:_MOST]) + more
