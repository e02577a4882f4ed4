"""Ordered stand-ins for disordered crystals: a plan of what is possible, then the structures."""

from sc3d_desktop.dft.approximants.generate import Approximant, Approximants, Step, approximants
from sc3d_desktop.dft.approximants.plan import (
    DEFAULT_COUNT,
    DEFAULT_MAX_SITES,
    DEFAULT_TOLERANCE,
    CellOption,
    Method,
    Plan,
    plan,
)

__all__ = [
    "DEFAULT_COUNT",
    "DEFAULT_MAX_SITES",
    "DEFAULT_TOLERANCE",
    "Approximant",
    "Approximants",
    "CellOption",
    "Method",
    "Plan",
    "Step",
    "approximants",
    "plan",
]
