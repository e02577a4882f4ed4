"""What somebody made and measured, beside the prediction that was made before it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sc3d_desktop.errors import CatalogueError

ROOM_KELVIN = 300.0
MOST_GPA = 1000.0
"""Beyond these a number is more likely a slip than a record, and is asked about."""


@dataclass(frozen=True)
class Before:
    """The prediction that stood before the measurement: Tc and 90 % interval in K, the probability
    of being a superconductor, name and hash of the model, and when it was made (ISO, UTC).
    """

    tc_kelvin: float
    tc_low_kelvin: float
    tc_high_kelvin: float
    model: str
    made_at: str
    p_superconductor: float | None = None
    domain: str | None = None
    in_training: bool | None = None

    @property
    def words(self) -> str:
        """``39 K (22 to 70 K), superconductor with 83 %, by …``."""
        ends = f"{self.tc_low_kelvin:.3g} to {self.tc_high_kelvin:.3g} K"
        p = self.p_superconductor
        chance = "" if p is None else f", superconductor with {100 * p:.0f} %"
        seen = ", which was trained on this compound" if self.in_training else ""
        return f"{self.tc_kelvin:.3g} K ({ends}){chance}, by {self.model}{seen}"


@dataclass(frozen=True)
class Origin:
    """Where the structure of a sample comes from: what was opened, the file with its SHA-256 or
    the collection of the catalogue that it was in, and the edits since, in their order.
    """

    opened: str = ""
    file: str = ""
    sha256: str = ""
    collection: str = ""
    edits: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        place = self.file or self.collection
        start = " ".join(part for part in (self.opened, f"({place})" if place else "") if part)
        changed = f"edited: {'; '.join(self.edits)}" if self.edits else ""
        return ", ".join(part for part in (start, changed) if part)


@dataclass(frozen=True)
class LabRecord:
    """One sample. Temperatures in K, pressure in GPa (None is ambient).

    ``tc_kelvin`` is the Tc as its maker quotes it; onset and zero resistance may be given as well,
    or instead. ``down_to_kelvin`` says that no transition was seen down to there, and excludes all
    three. ``attachments`` are paths: the files stay where they are. ``uid`` tells a record from all
    others, on every machine; ``put_record`` gives it with ``recorded_at`` (ISO, UTC).
    """

    tc_kelvin: float | None = None
    tc_onset_kelvin: float | None = None
    tc_zero_kelvin: float | None = None
    down_to_kelvin: float | None = None
    pressure_gpa: float | None = None
    measured_on: date | None = None
    sample: str = ""
    note: str = ""
    attachments: tuple[str, ...] = ()
    before: Before | None = None
    origin: Origin = Origin()
    recorded_at: str = ""
    uid: str = ""

    @property
    def quoted_kelvin(self) -> float | None:
        """The one Tc of tables and plots: as quoted, else the onset, else zero resistance."""
        stated = (self.tc_kelvin, self.tc_onset_kelvin, self.tc_zero_kelvin)
        return next((tc for tc in stated if tc is not None), None)

    @property
    def result(self) -> str:
        """``38.2 K (onset 39, zero 37.5)``, or down to where there was nothing."""
        if self.quoted_kelvin is None:
            return f"not superconducting down to {self.down_to_kelvin:g} K"
        more = (("onset", self.tc_onset_kelvin), ("zero", self.tc_zero_kelvin))
        said = ", ".join(f"{name} {value:g}" for name, value in more if value is not None)
        return f"{self.quoted_kelvin:g} K" + (f" ({said})" if said else "")

    def missing_attachments(self) -> tuple[str, ...]:
        """Those whose file has gone, or has not come along."""
        return tuple(path for path in self.attachments if not Path(path).exists())

    def as_json(self) -> dict[str, Any]:
        day = self.measured_on.isoformat() if self.measured_on else None
        return asdict(self) | {"measured_on": day}


def record_from_json(data: Any) -> LabRecord:
    """What ``as_json`` gave. Raises ``CatalogueError`` for anything else, also one that
    ``check_record`` refuses.
    """
    try:
        record = _from_json(data)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise CatalogueError(
            "A lab record is damaged.", "Look where it came from, or save that again."
        ) from error
    check_record(record, sure=True)
    return record


def _from_json(data: dict[str, Any]) -> LabRecord:
    before = data["before"]
    stated: dict[str, Any] = {name: _number(data[name]) for name in _NUMBERS}
    stated |= {name: str(data[name]) for name in ("sample", "note", "recorded_at", "uid")}
    return LabRecord(
        **stated,
        measured_on=date.fromisoformat(data["measured_on"]) if data["measured_on"] else None,
        attachments=tuple(map(str, data["attachments"])),
        before=_before(before) if before is not None else None,
        origin=_origin(data["origin"]),
    )


def _before(data: dict[str, Any]) -> Before:
    made = Before(**data)
    stated = (made.tc_kelvin, made.tc_low_kelvin, made.tc_high_kelvin)
    p = made.p_superconductor
    if not all(0 < float(tc) < math.inf for tc in stated) or not (p is None or 0 <= p <= 1):
        raise ValueError("no prediction")
    return replace(
        made,
        model=str(made.model),
        made_at=str(made.made_at),
        domain=None if made.domain is None else str(made.domain),
        in_training=None if made.in_training is None else bool(made.in_training),
    )


def _origin(data: dict[str, Any]) -> Origin:
    texts = {name: str(data[name]) for name in ("opened", "file", "sha256", "collection")}
    return Origin(**texts, edits=tuple(map(str, data["edits"])))


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


_NUMBERS = ("tc_kelvin", "tc_onset_kelvin", "tc_zero_kelvin", "down_to_kelvin", "pressure_gpa")


def check_record(record: LabRecord, sure: bool = False, today: date | None = None) -> None:
    """Raises ``CatalogueError`` for a record that contradicts itself, or that is beyond what was
    ever measured, unless somebody is ``sure``.
    """
    for wrong, hint in _wrong(record, today or date.today()):
        raise CatalogueError(wrong, hint)
    if not sure and (doubt := doubt_of(record)):
        raise CatalogueError(doubt, "Correct it, or say that you are sure.")


def doubt_of(record: LabRecord) -> str:
    """What is asked before such a record is taken; empty where nothing is."""
    for name, value in _temperatures(record):
        if value > ROOM_KELVIN:
            return f"{name} of {value:g} K is above room temperature: is that meant?"
    if record.pressure_gpa is not None and record.pressure_gpa > MOST_GPA:
        return f"{record.pressure_gpa:g} GPa is beyond any press: is that meant?"
    return ""


def _temperatures(record: LabRecord) -> list[tuple[str, float]]:
    stated = (
        ("A Tc", record.tc_kelvin),
        ("An onset", record.tc_onset_kelvin),
        ("A zero-resistance Tc", record.tc_zero_kelvin),
        ("A lowest temperature", record.down_to_kelvin),
    )
    return [(name, value) for name, value in stated if value is not None]


def _wrong(record: LabRecord, today: date) -> Iterator[tuple[str, str]]:
    """What cannot be, the gravest first, with what to do about it."""
    temperatures = _temperatures(record)
    if not temperatures:
        yield (
            "There is no result.",
            "Give a Tc, or down to which temperature the sample stayed normal.",
        )
    for name, value in temperatures:
        if not math.isfinite(value) or value <= 0:
            yield (
                f"{name} of {value:g} K cannot be; it must be above 0 K.",
                "Record a sample without a transition as not superconducting down to a "
                "temperature.",
            )
    if record.quoted_kelvin is not None and record.down_to_kelvin is not None:
        yield (
            "A Tc and “not superconducting” contradict each other.",
            "Keep one of them, or make two records.",
        )
    yield from _out_of_order(record)
    pressure = record.pressure_gpa
    if pressure is not None and not (math.isfinite(pressure) and pressure >= 0):
        yield (
            f"A pressure of {pressure:g} GPa cannot be.",
            "Leave it empty for ambient pressure.",
        )
    if record.measured_on is not None and record.measured_on > today:
        yield (f"{record.measured_on} has not come yet.", "Correct the date.")


def _out_of_order(record: LabRecord) -> Iterator[tuple[str, str]]:
    """Zero resistance is reached below the onset, and what is quoted lies between them."""
    falling = (
        ("onset", record.tc_onset_kelvin),
        ("quoted Tc", record.tc_kelvin),
        ("zero-resistance Tc", record.tc_zero_kelvin),
    )
    stated = [(name, value) for name, value in falling if value is not None]
    for i, (above, high) in enumerate(stated):
        for below, low in stated[i + 1 :]:
            if low > high:
                yield (
                    f"The {below} of {low:g} K is above the {above} of {high:g} K.",
                    "Check which is which.",
                )
