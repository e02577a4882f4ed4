"""The known superconductors nearest to a composition, by the distance of the composition branch."""

from __future__ import annotations

import re
from functools import cache

import torch
from torch import Tensor

from sc3d_desktop.crystal.elements import atomic_number
from sc3d_desktop.models.interface import NearestKnown
from sc3d_desktop.models.known import KnownSuperconductor, known_superconductors
from sc3d_desktop.models.sodnet.composition import Scaled, distances, scaled_features
from sc3d_desktop.models.sodnet.features import N_ELEMENTS

SHOWN = 5
_TERM = re.compile(r"([A-Z][a-z]?)(\d*\.?\d*)")


def nearest_known(fractions: Tensor, count: int = SHOWN) -> list[tuple[NearestKnown, ...]]:
    """The nearest known superconductors, nearest first, of each composition (n, 104)."""
    known = known_superconductors()
    near = distances(scaled_features(fractions.float().cpu()), _known_features())
    found = (near[0] + near[1]).topk(min(count, len(known)), dim=1, largest=False)
    rows = zip(found.values.tolist(), found.indices.tolist(), strict=True)
    return [
        tuple(_nearest(known[i], d) for d, i in zip(distance, index, strict=True))
        for distance, index in rows
    ]


def _nearest(known: KnownSuperconductor, distance: float) -> NearestKnown:
    return NearestKnown(
        known.formula,
        known.tc_kelvin,
        distance,
        known.reference,
        known.pressure_gpa,
        known.structure,
    )


@cache
def _known_features() -> Scaled:
    rows = torch.zeros(len(known_superconductors()), N_ELEMENTS)
    for row, known in zip(rows, known_superconductors(), strict=True):
        for element, amount in _TERM.findall(known.formula):
            row[atomic_number(element)] += float(amount or 1)
    return scaled_features(rows / rows.sum(dim=1, keepdim=True))
