"""What the catalogue holds, as plain frozen values: materials, measurements, sources."""

from __future__ import annotations

from dataclasses import dataclass

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.findings import Finding

FAMILIES = ("cuprate", "iron_based", "heavy_fermion", "h_rich", "others")
"""The paper's five families; an entry whose family is not known has an empty one."""

DISORDER = ("O", "SD", "PD", "SPD")
"""The paper's four classes (Eq. 1-2); an entry without a structure has an empty one."""


@dataclass(frozen=True)
class Collection:
    """Where entries come from. ``name`` is what the program calls it; the texts are for people and
    are shown before anything is imported.
    """

    name: str
    title: str
    licence: str = ""
    source: str = ""


@dataclass(frozen=True)
class Measurement:
    """One report on a material: a Tc, or that none was found.

    ``tc_kelvin`` is None where no transition was seen, down to ``down_to_kelvin`` if that is known.
    ``pressure_gpa`` is None at ambient pressure. ``calculated`` marks a Tc nobody has measured.
    """

    tc_kelvin: float | None
    pressure_gpa: float | None = None
    reference: str = ""
    doi: str = ""
    down_to_kelvin: float | None = None
    calculated: bool = False


@dataclass(frozen=True)
class Draft:
    """An entry as an importer makes it. ``formula`` is the source's own; ``notes`` are remarks for
    the user, such as that formula and structure disagree.
    """

    formula: str
    crystal: Crystal | None = None
    measurements: tuple[Measurement, ...] = ()
    family: str = ""
    name: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A line of the browser's table.

    ``tc_low_kelvin`` and ``tc_high_kelvin`` are the smallest and largest Tc that were reported,
    equal where there is one; None where there is none. ``pressure_gpa`` is that of the highest.
    ``alike`` numbers the group of duplicates it is in. ``in_training`` is None until the model has
    said so. ``down_to_kelvin`` is the lowest temperature at which no transition was seen;
    ``calculated`` says that none of the reported Tc was measured.
    """

    id: int
    formula: str
    name: str
    chemical_system: str
    family: str
    disorder: str
    tc_low_kelvin: float | None
    tc_high_kelvin: float | None
    n_measurements: int
    pressure_gpa: float | None
    not_superconducting: bool
    n_sites: int
    space_group: str
    space_group_number: int
    collection: str
    alike: int | None
    findings: int
    tags: tuple[str, ...] = ()
    predicted_kelvin: float | None = None
    predicted_low_kelvin: float | None = None
    predicted_high_kelvin: float | None = None
    p_superconductor: float | None = None
    in_training: bool | None = None
    down_to_kelvin: float | None = None
    calculated: bool = False


@dataclass(frozen=True)
class Entry:
    """Everything the catalogue knows of one material, save its crystal."""

    row: Row
    key: str
    collection: Collection
    measurements: tuple[Measurement, ...]
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Problem:
    """A line of a source that gave no entry, and why."""

    key: str
    message: str


@dataclass(frozen=True)
class StoredPrediction:
    """A model's answer for an entry; Tc in K."""

    tc_kelvin: float
    tc_low_kelvin: float
    tc_high_kelvin: float
    p_superconductor: float | None = None
    domain: str | None = None
    in_training: bool | None = None
