"""What every Tc model takes and gives back; nothing here loads torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from sc3d_desktop.crystal import Crystal

Domain = Literal["inside", "edge", "outside"]


@dataclass(frozen=True)
class NearestKnown:
    """A known superconductor like the predicted crystal.

    ``distance`` is measured as the model's domain is; ``structure`` is the name under which the
    starter set holds its crystal, or empty.
    """

    formula: str
    tc_kelvin: float
    distance: float
    reference: str
    pressure_gpa: float | None = None
    structure: str = ""


@dataclass(frozen=True)
class TcPrediction:
    """A predicted critical temperature and how far to trust it.

    ``tc_low_kelvin`` and ``tc_high_kelvin`` bound the 90 % interval. ``site_contributions`` has one
    value a site, in ln(Tc / K); their occupancy-weighted mean is ln Tc. ``p_superconductor`` is the
    probability that a Tc is reported for the compound at all; ``novelty`` the distance to the
    training compositions, and ``domain`` the state it falls in; ``in_training`` whether this very
    composition was trained on. All four are None when the model does not state them. ``notes`` are
    sentences the reader must know. ``model`` names the weights and their hash.
    """

    tc_kelvin: float
    tc_low_kelvin: float
    tc_high_kelvin: float
    site_contributions: tuple[float, ...]
    model: str
    p_superconductor: float | None = None
    domain: Domain | None = None
    novelty: float | None = None
    in_training: bool | None = None
    nearest: tuple[NearestKnown, ...] = ()
    notes: tuple[str, ...] = ()


class TcModel(Protocol):
    """A model that maps crystals to critical temperatures."""

    @property
    def name(self) -> str:
        """Name and hash of the weights."""
        ...

    @property
    def device(self) -> str: ...

    @property
    def card_lines(self) -> tuple[tuple[str, str], ...]:
        """The model card for people: pairs of heading and text, in reading order."""
        ...

    def predict(self, crystals: Sequence[Crystal]) -> list[TcPrediction]:
        """Predict Tc of each crystal, in order; one batch."""
        ...
