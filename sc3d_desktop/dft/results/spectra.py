"""Files with α²F: of matdyn.x, lambda.x and EPW; and what ph.x and lambda.x state of λ."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from sc3d_desktop.dft.results.alpha2f import KELVIN_PER_MEV
from sc3d_desktop.dft.results.guard import read_text, told_of
from sc3d_desktop.dft.results.packed import plain_name
from sc3d_desktop.dft.results.types import Floats, Spectrum, Stated
from sc3d_desktop.errors import ResultsError

MEV_PER_RYDBERG = 13605.693122994
MEV_PER_THZ = 4.135667696923859
MEV_PER_WAVENUMBER = 0.12398419843320026
_MATDYN_HEAD = "Eliashberg function a2F"
_EPW_HEAD = re.compile(r"w\[meV\]\s+a2f.*?(\d+)\s+smearing", re.I)
_LOWEST_MEV = 1e-3
_NUMBER = re.compile(r"[-+]?\d+\.\d+")
_LAMBDA_X = re.compile(
    r"lambda\s*=\s*([\d.]+)\s*\(\s*[\d.]+\s*\)\s*<log w>=\s*([\d.]+)\s*K.*?degauss=\s*([\d.]+)"
)
_MATDYN = re.compile(
    r"Broadening\s+([\d.]+)\s+lambda\s+([\d.]+)(?:.*?omega_ln\s*\[K\]\s+([\d.]+))?"
)
_LAMBDA_DAT = re.compile(r"^ *([\d.]+) +([\d.]+) +[\d.]+ +([\d.]+) +[\d.]+ *$", re.M)
_LAMBDA_DAT_HEAD = "# degauss"
_HINT = "Give an a2F.dos file of matdyn.x, alpha2F.dat of lambda.x or an .a2f file of EPW."


def read_spectra(path: Path) -> tuple[Spectrum, ...]:
    """One for each smearing in the file. Raises ``ResultsError`` where there is none."""
    with told_of(path):
        text = read_text(path)
        matdyn = _MATDYN_HEAD in text
        found = [(path.name, _matdyn(text))] if matdyn else _columns(text, path.name)
        spectra = tuple(_spectrum(name, rows) for name, rows in found if len(rows) > 2)
        if not spectra:
            raise ResultsError(f"{path.name} holds no α²F.", _HINT)
        return spectra


def _matdyn(text: str) -> Floats:
    """Frequency and total begin each line, and the modes end it; up to version 5 these follow on
    lines of their own, never two in a line.
    """
    lines = (line.split() for line in text.splitlines() if "#" not in line and "=" not in line)
    rows = [row for row in lines if row]
    width = len(rows[0]) if rows else 2
    pairs = np.array([row[:2] for row in rows if len(row) == width], dtype=np.float64)
    return pairs.reshape(-1, 2) * (MEV_PER_RYDBERG, 1.0)


def _columns(text: str, name: str) -> list[tuple[str, Floats]]:
    """One frequency and a column for each smearing; EPW adds as many with λ(ω), left out here."""
    head = _EPW_HEAD.search(text)
    rows = _table(text)
    count = min(int(head[1]), rows.shape[1] - 1) if head else rows.shape[1] - 1
    unit = _unit(text.partition("\n")[0])
    smearing = _smearings(text, count)
    return [
        (f"{name}, {smearing[i]}" if count > 1 else name, rows[:, [0, i + 1]] * (unit, 1.0))
        for i in range(count)
    ]


def _table(text: str) -> Floats:
    """The first block of lines of numbers that are equally long."""
    rows: list[list[float]] = []
    for line in text.splitlines():
        try:
            row = [float(x) for x in line.split()]
        except ValueError:
            row = []
        if rows and len(row) != len(rows[0]):
            break
        if len(row) >= 2:
            rows.append(row)
    return np.array(rows).reshape(-1, len(rows[0]) if rows else 2)


def _unit(head: str) -> float:
    for word, unit in (
        ("thz", MEV_PER_THZ), ("ry", MEV_PER_RYDBERG), ("cm", MEV_PER_WAVENUMBER)
    ):  # fmt: skip
        if re.search(rf"\b{word}\b", head, re.I):
            return unit
    return 1.0


def _smearings(text: str, count: int) -> list[str]:
    """As the head of lambda.x or the foot of EPW names them; else their numbers."""
    _, epw, foot = text.partition("Phonon smearing (meV)")
    line = foot.strip().partition("\n")[0] if epw else text.partition("\n")[0]
    values = _NUMBER.findall(line)
    if len(values) == count:
        return [f"smearing {value}{' meV' if epw else ''}" for value in values]
    return [f"smearing no. {i + 1}" for i in range(count)]


def _spectrum(name: str, rows: Floats) -> Spectrum:
    """Above zero, where the division by ω is safe; frequencies must rise."""
    if not np.isfinite(rows).all():
        raise ResultsError(f"{name} holds values that are no numbers.", "Run the program again.")
    omega, alpha2f = rows[rows[:, 0] > _LOWEST_MEV].T
    if np.any(np.diff(omega) <= 0):
        raise ResultsError(f"{name} has frequencies that do not rise.", _HINT)
    return Spectrum(name, omega, alpha2f)


def read_stated(path: Path) -> tuple[Stated, ...]:
    """λ of each broadening, and ω_log, in what lambda.x prints and its ``lambda.dat``, or in the
    file ``lambda`` of matdyn.x. Raises ``ResultsError`` where there is none.
    """
    with told_of(path):
        rows = _stated_rows(read_text(path))
        if not rows:
            raise ResultsError(f"{path.name} states no λ.", _HINT)
        return tuple(
            Stated(
                f"{plain_name(path)}, broadening {float(width):g} Ry",
                float(coupling),
                float(kelvin) / KELVIN_PER_MEV if kelvin and float(kelvin) > 0 else None,
            )
            for width, coupling, kelvin in rows
        )


def _stated_rows(text: str) -> list[tuple[str, str, str]]:
    """Broadening, λ, and ω_log in K or nothing."""
    if _LAMBDA_DAT_HEAD in text:
        return _LAMBDA_DAT.findall(text)
    printed = [(width, lam, kelvin) for lam, kelvin, width in _LAMBDA_X.findall(text)]
    return printed or _MATDYN.findall(text)
