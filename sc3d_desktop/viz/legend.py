"""What the legend says about the colours of a crystal; plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.disorder import DisorderClass, classify_site
from sc3d_desktop.viz import pies, scene
from sc3d_desktop.viz.theme import DISORDER_COLOURS, DISORDER_NAMES, element_colour

ColourBy = Literal["element", "disorder", "contribution"]
CONTRIBUTION_CAUTION = ("a sensitivity of the model,", "not a mechanism")
VACANCY = ""
"""Colour of a legend entry that stands for the vacancy: hatched, in the colours of the theme."""


@dataclass(frozen=True)
class Legend:
    """Entries of (name, colour), or a ramp between two numbers; ``caution`` stands below them."""

    title: str = ""
    entries: tuple[tuple[str, str], ...] = ()
    ramp: tuple[float, float] | None = None
    caution: tuple[str, ...] = ()


def legend_of(
    crystal: Crystal,
    colour_by: ColourBy,
    contributions: Sequence[float] | None,
    ends: tuple[float, float] | None = None,
) -> Legend:
    if colour_by == "disorder":
        present = {classify_site(site.species) for site in crystal.sites}
        names = [kind for kind in DisorderClass if kind in present]
        entries = [(f"{kind} {DISORDER_NAMES[kind]}", DISORDER_COLOURS[kind]) for kind in names]
        return Legend("Disorder of the site", tuple(entries))
    if colour_by == "contribution":
        if contributions is None or len(contributions) != len(crystal):
            return Legend("No prediction yet", ())
        ramp = ends or (min(contributions), max(contributions))
        return Legend("Contribution to ln Tc", ramp=ramp, caution=CONTRIBUTION_CAUTION)
    entries = [(el, element_colour(el)) for el in scene.present_elements(crystal)]
    if any(site.species.vacancy > pies.VACANCY_SHOWN_FROM for site in crystal.sites):
        entries.append(("vacancy", VACANCY))
    return Legend(entries=tuple(entries))
