"""The card of trained weights: on what, for how long, and what to know of them."""

from __future__ import annotations

from typing import Any

from sc3d_desktop.training.generator.data import GeneratorData
from sc3d_desktop.training.generator.loop import Trained

_LIMITS = (
    "Learned from ordered crystals; Tc of its superconductors is that of SuperCon3D and 3DSC at "
    "any pressure, so that what it makes for a high Tc is often a hydride that would need "
    "pressure. What it makes is an idea, not a result: see the judgements, and calculate first."
)


def card_of(trained: Trained, data: GeneratorData, before: int = 0) -> dict[str, Any]:
    """``sizes`` are the numbers of superconductors of each number of atoms; ``before`` are steps of
    an earlier run that this one started from.
    """
    plain, known = data.count(data.structures), data.count(data.superconductors)
    return {
        "steps": before + trained.steps,
        "seconds": trained.seconds,
        "structures": plain,
        "superconductors": known,
        "data": data.sha256,
        "sizes": {str(n): len(packed) for n, packed in data.superconductors.items()},
        "lines": [
            ["Learned from", f"{plain:,} crystals of the Materials Project and {known:,} cells of "
             "superconductors of SuperCon3D and 3DSC with their Tc, disordered ones as an ordered "
             "draw from their occupancies"],
            ["For", f"{before + trained.steps:,} steps"],
            ["Limits", _LIMITS],
        ],
    }  # fmt: skip
