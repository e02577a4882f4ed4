"""Lab records at random, and a crystal to record them of."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from sc3d_desktop.data.lab_record import Before, LabRecord, Origin


def before(tc_kelvin: float, p: float | None = 0.8, model: str = "model a (0123)") -> Before:
    return Before(tc_kelvin, tc_kelvin / 2, tc_kelvin * 2, model, "2026-01-02T03:04:05+00:00", p)


def random_record(rng: np.random.Generator) -> LabRecord:
    zero, quoted, onset = sorted(np.round(rng.uniform(0.1, 200.0, 3), 3).tolist())
    normal = rng.random() < 0.3
    return LabRecord(
        tc_kelvin=None if normal else quoted,
        tc_onset_kelvin=onset if not normal and rng.random() < 0.5 else None,
        tc_zero_kelvin=zero if not normal and rng.random() < 0.5 else None,
        down_to_kelvin=zero if normal else None,
        pressure_gpa=float(np.round(rng.random() * 100, 2)) if rng.random() < 0.5 else None,
        measured_on=date(2020, 1, 1) + timedelta(int(rng.integers(2000))),
        sample=str(rng.choice(["", "pellet, 900 °C", "=cmd()"])),
        note=str(rng.choice(["", "Meißner 80 %", "line\nbreak"])),
        attachments=tuple(rng.choice(["/data/r.dat", "χ.csv", "gone.png"], 2).tolist()),
        before=before(float(rng.uniform(1, 100))) if rng.random() < 0.7 else None,
        origin=Origin("MgB2", "MgB2.cif", "ab" * 32, "cases", ("Al on Mg1",)),
    )
