"""The sizes and choices that make up a denoiser and its noise."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sc3d_desktop.errors import ModelError

N_TYPES = 103
"""Atom types, H to Lr; type z - 1 is the element of atomic number z."""


@dataclass(frozen=True)
class DiffCspConfig:
    """``frequencies`` are those of the Fourier features of fj - fi (paper Eq. 16). Without
    ``attention`` the layers are those of DiffCSP (Eq. 20-22). ``steps`` and the three noise scales
    are the paper's (Appendix C.2.3).
    """

    hidden: int = 192
    layers: int = 4
    heads: int = 4
    frequencies: int = 16
    attention: bool = True
    steps: int = 1000
    cosine_offset: float = 0.008
    sigma_first: float = 0.005
    sigma_last: float = 0.5

    def __post_init__(self) -> None:
        if self.hidden % self.heads:
            raise ModelError(
                f"{self.hidden} hidden features cannot be shared by {self.heads} heads.",
                "Choose a multiple.",
            )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> DiffCspConfig:
        """Raises ``ModelError`` for settings this program does not know."""
        try:
            return cls(**data)
        except TypeError as error:
            raise ModelError(f"Unknown settings: {error}.", "Install the program again.") from error


COMPACT = DiffCspConfig()
PAPER = DiffCspConfig(hidden=512, layers=6, heads=8, frequencies=128)
