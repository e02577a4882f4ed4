"""The table of colours behind the spheres: for each site its wedges, its bond colour, its state.

One site takes 16 RGBA texels: eight colours, then seven ends of wedges as fractions of the turn
(16 bits in red and green), then the colour of its bonds. The alpha of the first texel holds
whether the site is selected or hovered, that of the others marks a vacancy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal, Species
from sc3d_desktop.crystal.disorder import classify_site
from sc3d_desktop.viz.theme import (
    DISORDER_COLOURS,
    UNKNOWN_COLOUR,
    element_colour,
    ramp_rgb,
    rgb,
)

Bytes = NDArray[np.uint8]

TEXELS = 16
MAX_WEDGES = 8
SITES_PER_ROW = 64
SELECTED, HOVERED = 255, 128
VACANCY_SHOWN_FROM = 2e-3
"""A site that is this full counts as full: files round thirds."""
_VACANT = (255, 255, 255, 255)


@lru_cache(maxsize=4096)
def species_row(species: Species) -> Bytes:
    """The 16 texels of a site by element. Of more than seven species the least are merged."""
    wedges = [(rgb(element_colour(el)), w) for el, w in species.items()]
    if len(wedges) > MAX_WEDGES - 1:
        by_size = sorted(wedges, key=lambda wedge: -wedge[1])
        kept = by_size[: MAX_WEDGES - 2]
        rest = sum(w for _, w in by_size[MAX_WEDGES - 2 :])
        wedges = [wedge for wedge in wedges if wedge in kept] + [(rgb(UNKNOWN_COLOUR), rest)]
    total = max(1.0, species.total)
    fractions = [w / total for _, w in wedges]
    colours = [(*colour, 0) for colour, _ in wedges]
    if species.vacancy > VACANCY_SHOWN_FROM:
        colours.append(_VACANT)
    main = max(wedges, key=lambda wedge: wedge[1])[0]
    return _row(colours, np.cumsum(fractions)[: len(colours) - 1], main)


def plain_row(colour: tuple[int, int, int]) -> Bytes:
    """The 16 texels of a site in a single colour."""
    return _row([(*colour, 0)], np.zeros(0), colour)


def _row(
    colours: Sequence[tuple[int, int, int, int]],
    ends: NDArray[np.float64],
    bond: tuple[int, int, int],
) -> Bytes:
    row = np.zeros((TEXELS, 4), dtype=np.uint8)
    row[: len(colours)] = colours
    codes = np.full(MAX_WEDGES - 1, 65535, dtype=np.int64)
    codes[: len(ends)] = np.round(np.clip(ends, 0, 1) * 65534)
    row[MAX_WEDGES:-1, 0], row[MAX_WEDGES:-1, 1] = codes // 256, codes % 256
    row[-1, :3] = bond
    row.setflags(write=False)
    return row


def element_rows(crystal: Crystal) -> Bytes:
    """Rows by element, shape (sites, 16, 4)."""
    return np.array([species_row(site.species) for site in crystal.sites])


def disorder_rows(crystal: Crystal) -> Bytes:
    """Rows by disorder class of each site."""
    classes = [classify_site(site.species) for site in crystal.sites]
    return np.array([plain_row(rgb(DISORDER_COLOURS[kind])) for kind in classes])


def contribution_rows(
    crystal: Crystal, values: Sequence[float] | None, ends: tuple[float, float] | None = None
) -> Bytes:
    """Rows by a value for each site on a common ramp; grey where there are none. ``ends`` are those
    of the values, if they are not given.
    """
    if values is None or len(values) != len(crystal):
        return np.array([plain_row(rgb(UNKNOWN_COLOUR))] * len(crystal))
    low, high = ends or (min(values), max(values))
    span = (high - low) or 1.0
    flat = high == low
    return np.array([plain_row(ramp_rgb(0.5 if flat else (v - low) / span)) for v in values])


def mark(rows: Bytes, selected: Iterable[int], hovered: int) -> Bytes:
    """A copy of the rows with the state of each site written in."""
    marked = rows.copy()
    if 0 <= hovered < len(marked):
        marked[hovered, 0, 3] = HOVERED
    chosen = [site for site in selected if 0 <= site < len(marked)]
    marked[chosen, 0, 3] = SELECTED
    return marked


def as_texture(rows: Bytes) -> Bytes:
    """The rows folded into one picture of shape (height, 16 × 64, 4), a power of two high."""
    lines = 1 << max(0, int(np.ceil(np.log2(max(1, -(-len(rows) // SITES_PER_ROW))))))
    texture = np.zeros((lines * SITES_PER_ROW, TEXELS, 4), dtype=np.uint8)
    texture[: len(rows)] = rows
    return texture.reshape(lines, SITES_PER_ROW * TEXELS, 4)
