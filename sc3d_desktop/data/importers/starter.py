"""The starter set: known superconductors, and compounds that are none, as they ship."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sc3d_desktop.data.entry import Collection, Draft, Measurement
from sc3d_desktop.data.importers.source import Item, fingerprint
from sc3d_desktop.models.known import (
    KnownNonSuperconductor,
    KnownSuperconductor,
    known_non_superconductors,
    known_structure,
    known_structure_text,
    known_superconductors,
    predicted_superconductors,
)

Known = KnownSuperconductor | KnownNonSuperconductor


class StarterSet:
    """One entry for each formula and structure, with everything the lists report of it; what is
    reported without a structure goes to the one of that name, if there is one.
    """

    collection = Collection(
        name="Starter set",
        title="Well-known superconductors, and compounds that are none",
        licence="MIT, as the program: facts of the literature, written by hand.",
        source="The references of each entry",
    )

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], list[Known]] = {}
        known: tuple[Known, ...] = (
            *known_superconductors(),
            *predicted_superconductors(),
            *known_non_superconductors(),
        )
        for one in known:
            self._entries.setdefault((one.formula, one.structure or one.formula), []).append(one)

    def count(self) -> int:
        return len(self._entries)

    def items(self) -> Iterator[Item]:
        for (formula, structure), reports in self._entries.items():
            key = formula if structure == formula else f"{formula} ({structure})"
            named = _structure(reports)
            text = known_structure_text(named) if named else ""
            yield Item(key, fingerprint(text, repr(reports)), partial(_draft, reports))


def _draft(reports: list[Known]) -> Draft:
    structure = _structure(reports)
    families = (one.family for one in reports if isinstance(one, KnownSuperconductor))
    return Draft(
        formula=reports[0].formula,
        crystal=known_structure(structure) if structure else None,
        measurements=tuple(_measurement(one) for one in reports),
        family=next(families, ""),
    )


def _structure(reports: list[Known]) -> str:
    return next((one.structure for one in reports if one.structure), "")


def _measurement(one: Known) -> Measurement:
    if isinstance(one, KnownNonSuperconductor):
        return Measurement(
            tc_kelvin=None,
            down_to_kelvin=one.down_to_kelvin,
            reference=one.reference,
            doi=one.doi,
        )
    return Measurement(
        tc_kelvin=one.tc_kelvin,
        pressure_gpa=one.pressure_gpa,
        reference=one.reference,
        doi=one.doi,
        calculated=one.calculated,
    )
