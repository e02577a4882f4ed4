"""What every Tc model takes and gives back; nothing here loads torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sc3d_desktop.crystal import Crystal


@dataclass(frozen=True)
class TcPrediction:
    """A predicted critical temperature and how far to trust it.

    ``tc_low_kelvin`` and ``tc_high_kelvin`` bound the 90 % interval. ``site_contributions`` has one
    value a site, in ln(Tc / K); their occupancy-weighted mean is ln Tc. ``p_superconductor`` and
    ``domain`` (``inside | edge | outside``) are None when the model does not state them.
    ``model`` names the weights and their hash.
    """

    tc_kelvin: float
    tc_low_kelvin: float
    tc_high_kelvin: float
    site_contributions: tuple[float, ...]
    model: str
    p_superconductor: float | None = None
    domain: str | None = None


class TcModel(Protocol):
    """A model that maps crystals to critical temperatures."""

    @property
    def name(self) -> str:
        """Name and hash of the weights."""
        ...

    @property
    def device(self) -> str: ...

    def predict(self, crystals: Sequence[Crystal]) -> list[TcPrediction]:
        """Predict Tc of each crystal, in order; one batch."""
        ...
