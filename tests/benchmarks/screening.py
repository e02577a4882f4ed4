"""A screening of as many entries as ICSD has, made of public structures: rate, memory, store.

    python tests/benchmarks/screening.py --data DATA [--entries N] [--workers 0 1 2] [--folder F]

DATA is a folder with 3dsc_mp/3dsc_mp_cifs.zip. Each entry is one of its CIFs with another cell and
the occupancy of a site changed, so that no two are the same structure. Figures go to standard
output as JSON lines; with --folder, source and runs are kept there and a run that was stopped goes
on.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from sc3d_desktop.engine.services import LocalServices
from sc3d_desktop.jobs import Partial
from sc3d_desktop.jobs.screening import Screen
from sc3d_desktop.screening.filters import Filters
from sc3d_desktop.screening.sources import Files
from sc3d_desktop.screening.store import RunStore

ICSD, ALEXANDRIA = 208_425, 5_000_000
_CELL = re.compile(rb"(_cell_length_[abc]\s+)([\d.]+)")
_FULL = re.compile(rb"^(\s+\S+\s+\S+\s+\d+\s+\S+\s+\S+\s+\S+\s+)1(\.0*)?\s*$", re.MULTILINE)
_TOLD_SECONDS = 10.0


def varied(text: bytes, rng: np.random.Generator) -> bytes:
    """Edges longer or shorter by up to 3 %, and one full site made partial, if there is one."""
    factor = 1 + rng.uniform(-0.03, 0.03)
    text = _CELL.sub(lambda m: m[1] + b"%.5f" % (float(m[2]) * factor), text)
    full = list(_FULL.finditer(text))
    if full:
        site = full[int(rng.integers(len(full)))]
        occupancy = b"%.3f" % rng.uniform(0.5, 0.999)
        text = text[: site.start()] + site[1] + occupancy + text[site.end() :]
    return text


def make_source(data: Path, entries: int, path: Path) -> None:
    """One CIF with a data block for each entry, as an export of a whole database is."""
    rng = np.random.default_rng(0)
    with zipfile.ZipFile(data / "3dsc_mp" / "3dsc_mp_cifs.zip") as archive:
        texts = [archive.read(name) for name in archive.namelist() if name.endswith(".cif")]
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as stream:
        for i in range(entries):
            text = varied(texts[i % len(texts)], rng)
            stream.write(text.replace(b"data_", b"data_e%d_" % i, 1) + b"\n")
    unfinished.replace(path)


def peak_megabytes() -> float:
    """Of this process and of its largest worker."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1000


def measured(source: Path, run: Path, workers: int, entries: int) -> Iterator[dict[str, object]]:
    """Lines with the rate of the last seconds, and one with what it came to."""
    job = Screen(run, (Files([source]).as_json(),), Filters(), run.exists(), workers)
    began = at = time.monotonic()
    first = last = None
    for event in job.run(LocalServices()):
        if not isinstance(event, Partial):
            continue
        with RunStore.read(run) as store:
            done = store.next_piece
        now = time.monotonic()
        if first is None:
            first = last = done
            began = at = now
        elif now - at >= _TOLD_SECONDS or done == entries:
            yield {"done": done, "rate": round((done - last) / (now - at), 1),
                   "peak_mb": round(peak_megabytes())}  # fmt: skip
            last, at = done, now
    with RunStore.read(run) as store:
        counts = store.counts()
    rate = (entries - (first or 0)) / (time.monotonic() - began)
    size = sum(path.stat().st_size for path in run.parent.glob(run.name + "*"))
    yield {
        "workers": workers,
        "entries": entries,
        "rate": round(rate, 1),
        "peak_mb": round(peak_megabytes()),
        "store_bytes_a_line": round(size / entries),
        **counts,
        "hours_for_icsd": round(ICSD / rate / 3600, 2),
        "hours_for_alexandria": round(ALEXANDRIA / rate / 3600, 1),
    }


def say(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1])
    parser.add_argument("--folder", type=Path, default=None)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        source = folder / f"source-{arguments.entries}.cif"
        if not source.is_file():
            make_source(arguments.data, arguments.entries, source)
        say({"source_mb": round(source.stat().st_size / 1e6)})
        for workers in arguments.workers:
            run = folder / f"run-{arguments.entries}-{workers}.sqlite"
            for line in measured(source, run, workers, arguments.entries):
                say(line)


if __name__ == "__main__":
    sys.exit(main())
