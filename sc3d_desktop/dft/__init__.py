"""Hand-off of crystals to density-functional codes."""

from sc3d_desktop.dft.approximants import Method, Plan, Step
from sc3d_desktop.dft.hand_off import Code, hand_off, hand_off_many
from sc3d_desktop.dft.index import IndexRow
from sc3d_desktop.dft.options import METHODS, FElectrons, Options
from sc3d_desktop.dft.qe import QE_PRESETS, Qe
from sc3d_desktop.dft.vasp import PRESETS, Vasp
from sc3d_desktop.dft.work import plan_for

__all__ = [
    "METHODS",
    "PRESETS",
    "QE_PRESETS",
    "Code",
    "FElectrons",
    "IndexRow",
    "Method",
    "Options",
    "Plan",
    "Qe",
    "Step",
    "Vasp",
    "hand_off",
    "hand_off_many",
    "plan_for",
]
