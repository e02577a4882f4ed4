"""An OPTIMADE structure as a crystal, or the reason why it is none."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from optimade.models import Species as Kind
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.files.noticed import scaled, with_noticed
from sc3d_desktop.crystal.files.numbers import MAX_SITES, checked_cell
from sc3d_desktop.crystal.findings import Finding, doubtful, repaired
from sc3d_desktop.errors import CrystalError

FIELDS = (
    "nsites", "nperiodic_dimensions", "dimension_types", "structure_features", "assemblies",
    "lattice_vectors", "cartesian_site_positions", "species", "species_at_sites",
)  # fmt: skip
"""What a provider is asked to send of each structure."""

_UNDERSTOOD = ("disorder",)
_VACANCY, _UNKNOWN = "vacancy", "X"
_ROUNDING = 1e-3
_MAX_FRACTIONAL = 1e4
_ISOTOPES = (("D", 2.014), ("T", 3.016))

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Vector = tuple[Number, Number, Number]


def _of_today(kind: Any) -> Any:
    """OPTIMADE 1.0 had one mass for a species; later versions have one for each symbol."""
    if isinstance(kind, dict) and isinstance(kind.get("mass"), int | float):
        return {name: value for name, value in kind.items() if name != "mass"}
    return kind


# The optimade package's model of a whole structure refuses it for fields that are of no use here;
# only that of a species is taken.
class _Shape(BaseModel):
    nperiodic_dimensions: int | None = None
    dimension_types: list[int] | None = None
    structure_features: list[str] | None = None
    assemblies: list[Any] | None = None


class _Content(BaseModel):
    """``cartesian_site_positions`` and ``species_at_sites`` go together, in Å."""

    lattice_vectors: tuple[Vector, Vector, Vector]
    cartesian_site_positions: list[Vector]
    species: list[Annotated[Kind, BeforeValidator(_of_today)]]
    species_at_sites: list[str]
    nsites: int | None = None


def crystal_of(attributes: Any, name: str) -> Crystal:
    """Raises ``CrystalError`` that says why the structure is none that can be used."""
    try:
        findings = _noticed_in(_Shape.model_validate(attributes))
        content = _Content.model_validate(attributes)
    except ValidationError as error:
        raise CrystalError(_reason(error)) from error
    _check_lengths(content)
    lattice = checked_cell(content.lattice_vectors)
    fractional = _fractional(content, lattice)
    kinds = _occupancies(content.species, set(content.species_at_sites), findings)
    sites = tuple(
        Site(f"{next(iter(species))}{number}", species, (x, y, z))
        for number, ((x, y, z), kind) in enumerate(
            zip(fractional.tolist(), content.species_at_sites, strict=True), start=1
        )
        if (species := kinds[kind]) is not None
    )
    return with_noticed(Crystal(lattice, sites, name, tuple(findings)))


def _noticed_in(shape: _Shape) -> list[Finding]:
    """Raises ``CrystalError`` for what is no crystal, or says more than a crystal here can."""
    for feature in shape.structure_features or ():
        if feature not in _UNDERSTOOD:
            raise CrystalError(f"The structure has “{feature:.40}”, which is not understood here.")
    if shape.assemblies:
        raise CrystalError("The structure has “assemblies”, which are not understood here.")
    stated = {shape.nperiodic_dimensions} - {None}
    stated |= {sum(shape.dimension_types)} if shape.dimension_types is not None else set()
    if stated - {3}:
        periodic = ", ".join(str(n) for n in sorted(n for n in stated - {3} if n is not None))
        raise CrystalError(f"The structure is periodic in {periodic} directions, not 3.")
    if stated:
        return []
    return [doubtful("periodicity", "It is not stated that the structure is periodic.")]


def _check_lengths(content: _Content) -> None:
    n = len(content.cartesian_site_positions)
    for what, other in (
        ("named in species_at_sites", len(content.species_at_sites)),
        ("counted by nsites", content.nsites),
    ):
        if other is not None and other != n:
            raise CrystalError(f"{n} sites have a position, {other} are {what}.")
    if n > MAX_SITES:
        raise CrystalError(f"The structure has {n:,} sites; the limit is {MAX_SITES:,}.")


def _fractional(content: _Content, lattice: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shape (n_sites, 3)."""
    positions = np.array(content.cartesian_site_positions, dtype=np.float64).reshape(-1, 3)
    fractional = np.asarray(np.linalg.solve(lattice.T, positions.T).T, dtype=np.float64)
    far = np.flatnonzero(~(np.abs(fractional) <= _MAX_FRACTIONAL).all(axis=1))
    if len(far):
        place = positions[far[0]].tolist()
        raise CrystalError(f"Site {far[0] + 1} is at {place} Å, which is no position.")
    return fractional


def _occupancies(
    kinds: list[Kind], used: set[str], findings: list[Finding]
) -> dict[str, Species | None]:
    """Of each kind of site that is used; None for sites that are wholly vacant."""
    named = {kind.name: kind for kind in kinds}
    if len(named) < len(kinds):
        raise CrystalError("Two species have the same name.")
    if missing := sorted(used - set(named)):
        raise CrystalError(f"There is no species “{missing[0]:.40}”, which a site names.")
    return {name: _species(named[name], findings) for name in sorted(used)}


def _species(kind: Kind, findings: list[Finding]) -> Species | None:
    if kind.attached or _UNKNOWN in kind.chemical_symbols:
        what = "atoms without positions" if kind.attached else "an unknown element"
        raise CrystalError(f"The species “{kind.name:.40}” holds {what}.")
    if not len(kind.chemical_symbols) == len(kind.concentration) > 0:
        raise CrystalError(f"The species “{kind.name:.40}” lacks symbols or concentrations.")
    given: dict[str, float] = {}
    for symbol, share in zip(_symbols(kind), kind.concentration, strict=True):
        if not 0 <= share <= 1 + _ROUNDING:
            raise CrystalError(f"The concentration of {symbol} in “{kind.name:.40}” is {share:g}.")
        given[symbol] = given.get(symbol, 0.0) + share
    total = sum(given.values())
    given, rounded = scaled(given, f"“{kind.name:.40}”")
    findings += rounded
    if total < 1 - _ROUNDING:
        text = f"Concentrations in “{kind.name:.40}” add up to {total:g}; the rest taken as vacant."
        findings.append(doubtful("concentrations below 1", text))
    occupied = {symbol: x for symbol, x in given.items() if x > 0 and symbol != _VACANCY}
    if not occupied:
        text = f"Sites of “{kind.name:.40}” are wholly vacant and were left out."
        findings.append(repaired("vacancy", text))
    return Species(occupied) if occupied else None


def _symbols(kind: Kind) -> list[str]:
    """OPTIMADE tells isotopes by their mass alone."""
    masses = kind.mass or [0.0] * len(kind.chemical_symbols)
    return [
        next((d for d, m in _ISOTOPES if symbol == "H" and abs(mass - m) < 0.1), symbol)
        for symbol, mass in zip(kind.chemical_symbols, masses, strict=True)
    ]


def _reason(error: ValidationError) -> str:
    """The first thing that is wrong, and where."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "The structure"
    if first["type"] == "missing" or first["input"] is None:
        return f"{place} is missing."
    return f"{place} is {first['input']!r:.60}: {first['msg']}."
