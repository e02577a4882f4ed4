"""Hand-off of crystals to density-functional codes."""

from sc3d_desktop.dft.approximants import Method, Plan, Step
from sc3d_desktop.dft.code import Code
from sc3d_desktop.dft.hand_off import check_target, hand_off, hand_off_many
from sc3d_desktop.dft.index import IndexRow
from sc3d_desktop.dft.options import METHODS, STEPS, FElectrons, Magnetism, Options, Scripts
from sc3d_desktop.dft.proposal import Proposal, Way, proposal_for
from sc3d_desktop.dft.qe import QE_PRESETS, Qe
from sc3d_desktop.dft.record import outcome
from sc3d_desktop.dft.vasp import PRESETS, Vasp
from sc3d_desktop.dft.work import plan_for

__all__ = [
    "METHODS",
    "PRESETS",
    "QE_PRESETS",
    "STEPS",
    "Code",
    "FElectrons",
    "IndexRow",
    "Magnetism",
    "Method",
    "Options",
    "Plan",
    "Proposal",
    "Qe",
    "Scripts",
    "Step",
    "Vasp",
    "Way",
    "check_target",
    "hand_off",
    "hand_off_many",
    "outcome",
    "plan_for",
    "proposal_for",
]
