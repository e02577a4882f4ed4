"""What is noticed about a crystal whatever the format of its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sc3d_desktop.crystal.crystal import Crystal
from sc3d_desktop.crystal.findings import Finding, repaired
from sc3d_desktop.crystal.overlaps import overlaps

ROUNDING_EXCESS = 0.01


def with_noticed(crystal: Crystal) -> Crystal:
    """The crystal with findings on isotopes and on atoms on top of each other."""
    found = (*_isotopes(crystal), *overlaps(crystal))
    return replace(crystal, findings=(*crystal.findings, *found)) if found else crystal


def scaled(
    species: dict[str, float], label: str, line: int | None = None
) -> tuple[dict[str, float], list[Finding]]:
    """Occupancies that were rounded to a sum of at most 1.01, scaled to 1."""
    total = sum(species.values())
    if not 1 + 1e-6 < total <= 1 + ROUNDING_EXCESS:
        return species, []
    text = f"Occupancies of {label} add up to {total:g}; scaled to 1."
    found = [repaired("occupancy above 1", text, line)]
    return {element: occupancy / total for element, occupancy in species.items()}, found


def _isotopes(crystal: Crystal) -> Iterator[Finding]:
    for isotope in sorted(set(crystal.composition) & {"D", "T"}):
        yield repaired("isotope", f"{isotope} is kept as an isotope of hydrogen.")
