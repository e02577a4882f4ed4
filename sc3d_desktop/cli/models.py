"""``sc3d models``: the versions of the Tc model, and which one answers."""

from __future__ import annotations

import argparse
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sc3d_desktop.cli.progress import do
from sc3d_desktop.cli.records import json_line, kelvin, table_row
from sc3d_desktop.crystal import Crystal
from sc3d_desktop.errors import ModelError
from sc3d_desktop.jobs import Compared, CompareVersions, RecordSource
from sc3d_desktop.models import registry
from sc3d_desktop.models.registry import Version

_WIDTHS = (2, 28, 10, 12, 44)


def run(arguments: argparse.Namespace) -> int:
    return int(_ACTIONS[arguments.what](arguments))


def record_source(arguments: argparse.Namespace) -> RecordSource:
    """What ``--records`` names: the catalogue, or a file."""
    if not arguments.records:
        return RecordSource()
    if arguments.records == "catalogue":
        return RecordSource(arguments.catalogue, tuple(arguments.collection))
    return RecordSource(file=Path(arguments.records))


def _list(arguments: argparse.Namespace) -> int:
    used = registry.in_use()
    if not arguments.json:
        print(table_row(("", "version", "hash", "made", "on"), _WIDTHS))
    for version in registry.versions():
        if arguments.json:
            print(json_line(_record(version, version.name == used)))
        else:
            print(_line(version, version.name == used))
    return 0


def _record(version: Version, used: bool) -> dict[str, Any]:
    about = {k: v for k, v in version.about.items() if k != "verdict"}
    facts = {"name": version.name, "in_use": used, "sha256": version.sha256}
    return facts | {"problem": version.problem or None, "about": about}


def _line(version: Version, used: bool) -> str:
    about = version.about
    made, data = str(about.get("made_at", ""))[:10] or "–", about.get("data") or "–"
    told = version.problem or str(data)
    return table_row(("*" if used else "", version.name, version.sha256[:8], made, told), _WIDTHS)


def _show(arguments: argparse.Namespace) -> int:
    from sc3d_desktop.models.sodnet import load_model

    version = registry.find(arguments.name)
    if arguments.json:
        print(json_line({"name": version.name, "sha256": version.sha256, "card": version.card}))
        return 0
    model = load_model(version.path, "cpu")
    print(model.name)
    for heading, text in model.card_lines:
        print(f"\n{heading}\n  {text.replace(chr(10), chr(10) + '  ')}")
    return 0


def _use(arguments: argparse.Namespace) -> int:
    return _now(registry.use(arguments.name).name, arguments.json)


def _back(arguments: argparse.Namespace) -> int:
    return _now(registry.roll_back(), arguments.json)


def _now(name: str, as_json: bool) -> int:
    print(json_line({"in_use": name}) if as_json else f"“{name}” answers from now on.")
    return 0


def _delete(arguments: argparse.Namespace) -> int:
    registry.delete(arguments.name)
    name = arguments.name
    print(json_line({"deleted": name}) if arguments.json else f"“{name}” is deleted.")
    return 0


def _compare(arguments: argparse.Namespace) -> int:
    crystal = _crystal(arguments.file) if arguments.file else None
    source = record_source(arguments)
    if crystal is None and source == RecordSource():
        raise ModelError("There is nothing to compare on.", "Give --file, --records or both.")
    first, second = arguments.versions
    found = do(CompareVersions((first, second), crystal, source))
    print(json_line(asdict(found)) if arguments.json else _told(found))
    return 0


def _crystal(path: Path) -> Crystal:
    from sc3d_desktop.crystal.cif import read_cif

    return read_cif(path)[0]


def _told(found: Compared) -> str:
    lines = [table_row(("", *found.models), (34, 40, 40))]
    if found.of_crystal is not None:
        tc = [
            f"{kelvin(p.tc_kelvin)} K ({kelvin(p.tc_low_kelvin)} – {kelvin(p.tc_high_kelvin)})"
            for p in found.of_crystal
        ]
        lines.append(table_row(("Tc of the crystal", *tc), (34, 40, 40)))
    if found.mae_ln_kelvin is not None:
        name = f"Error on {found.n_records:,} records, ln K"
        cells = [f"{mae:.3f} (× {math.exp(mae):.2f})" for mae in found.mae_ln_kelvin]
        lines.append(table_row((name, *cells), (34, 40, 40)))
    return "\n".join(lines)


_ACTIONS = {
    "list": _list,
    "show": _show,
    "use": _use,
    "back": _back,
    "delete": _delete,
    "compare": _compare,
}
