"""Classes of disorder after the paper's Eq. 1-2."""

from __future__ import annotations

from enum import StrEnum

from sc3d_desktop.crystal.crystal import Crystal, Species

SINGLE_SPECIES_TOLERANCE = 1e-4
MIXED_SPECIES_TOLERANCE = 0.005
"""Rounded occupancies such as 3 × 0.333 count as full."""


class DisorderClass(StrEnum):
    """Ordered, substitutional (SD), positional (PD), or both at once (SPD)."""

    O = "O"  # noqa: E741 - the paper's name
    SD = "SD"
    PD = "PD"
    SPD = "SPD"


def classify_site(species: Species) -> DisorderClass:
    """The kind of one site: with m species of total occupancy w, O is m = 1 and w = 1, SD is
    m > 1 and w = 1 (Eq. 1), PD is m = 1 and w < 1 (Eq. 2), SPD is m > 1 and w < 1.
    """
    mixed = len(species) > 1
    tolerance = MIXED_SPECIES_TOLERANCE if mixed else SINGLE_SPECIES_TOLERANCE
    full = species.total >= 1 - tolerance
    if mixed:
        return DisorderClass.SD if full else DisorderClass.SPD
    return DisorderClass.O if full else DisorderClass.PD


def classify(crystal: Crystal) -> DisorderClass:
    """The class of a crystal: O, SD or PD when only that kind of disorder occurs; SPD when a site
    is SPD or when SD and PD sites both occur.
    """
    kinds = {classify_site(site.species) for site in crystal.sites} - {DisorderClass.O}
    if not kinds:
        return DisorderClass.O
    return kinds.pop() if len(kinds) == 1 else DisorderClass.SPD
