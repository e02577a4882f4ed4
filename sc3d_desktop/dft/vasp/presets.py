"""Settings of VASP: functional, cut-off, mesh and criteria of each step, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TWO_PI_004 = 0.2513
"""2π × 0.04 in 1/Å, as KSPACING counts it."""


@dataclass(frozen=True)
class Preset:
    """``relax`` and ``static`` change pymatgen's MPScanRelaxSet and MPScanStaticSet (PAW PBE_54);
    spacings are those of KSPACING in 1/Å. ``about`` the functional and ``notes`` are told to the
    user.
    """

    name: str
    title: str
    functional: str
    relax: Mapping[str, Any]
    static: Mapping[str, Any]
    spacing: float
    dos_spacing: float
    about: str
    notes: tuple[str, ...] = ()


PRESETS = {
    preset.name: preset
    for preset in (
        Preset(
            "recommended",
            "r²SCAN relaxation, then static",
            "R2SCAN",
            {"ENCUT": 680, "EDIFF": 1e-6, "EDIFFG": -0.005},
            {"ENCUT": 680, "EDIFF": 1e-7},
            0.20,
            0.12,
            "r²SCAN gives better cells and energies of formation than PBE and converges more "
            "easily than SCAN; moments of itinerant magnets come out too large.",
        ),
        Preset(
            "paper",
            "as in the SuperCon3D paper, appendix E.5",
            "SCAN",
            {"ENCUT": 500, "EDIFF": 1e-4, "EDIFFG": -0.001},
            {"ENCUT": 500, "EDIFF": 1e-4},
            TWO_PI_004,
            TWO_PI_004,
            "The paper says both GGA and SCAN; the SCAN meta-GGA it names is used here.",
            (
                "An energy criterion of 1e-4 eV (0.1 meV) is loose for forces of 0.001 eV/Å: the "
                "noise of the forces is larger than that. Use EDIFF = 1e-6 or the preset "
                "“recommended” where forces or phonons count.",
            ),
        ),
        Preset(
            "screening",
            "PBE, for many candidates",
            "PBE",
            {"ENCUT": 520, "EDIFF": 1e-5, "EDIFFG": -0.02},
            {"ENCUT": 520, "EDIFF": 1e-6},
            0.28,
            0.18,
            "PBE cells are about 1 % too long; compare energies only with other PBE ones.",
        ),
    )
}
"""By name; the first one is the default."""
