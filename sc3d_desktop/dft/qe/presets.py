"""Cut-offs, meshes and criteria for Quantum ESPRESSO."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class QePreset:
    """Energies in Ry, forces in Ry/bohr, spacings of k and q in 1/Å."""

    name: str
    title: str
    ecutwfc: float
    ecutrho: float
    conv_thr: float
    forc_conv_thr: float
    degauss: float
    spacing: float
    dos_spacing: float
    q_spacing: float


QE_PRESETS = {
    preset.name: preset
    for preset in (
        QePreset(
            "recommended", "converged for most pseudopotentials",
            80, 640, 1e-10, 2e-4, 0.01, 0.20, 0.12, 0.8,
        ),
        QePreset(
            "screening", "for many candidates",
            50, 400, 1e-8, 1e-3, 0.02, 0.28, 0.18, 1.2,
        ),
    )
}  # fmt: skip
"""By name; the first one is the default."""
