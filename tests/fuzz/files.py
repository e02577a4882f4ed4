"""Read damaged files by the hundred thousand: no exception, no hang, no crash, no wrong silence.

Start: .venv/bin/python tests/fuzz/files.py --inputs 100000 [--seed 1] [--first 0] [--keep FOLDER]
An input is the same whenever its seed and number are; --keep saves those that fail.
"""

from __future__ import annotations

import argparse
import faulthandler
import sys
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from fuzz_cases import Input, check, corpus, made

HANG_SECONDS = 60


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    files, began = corpus(), time.perf_counter()
    counts: Counter[str] = Counter()
    slowest = 0.0
    faulthandler.enable()
    warnings.simplefilter("error")
    with TemporaryDirectory() as folder:
        for number in range(options.first, options.first + options.inputs):
            faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
            one, started = made(options.seed, number, files), time.perf_counter()
            try:
                counts["read" if check(one, Path(folder)) else "refused"] += 1
            except Exception as error:  # noqa: BLE001 - any exception is what is looked for
                counts["failed"] += 1
                tell(f"input {number} of seed {options.seed}, {one.name}: {error!r}\n")
                tell(traceback.format_exc())
                keep(options.keep, number, one)
            slowest = max(slowest, time.perf_counter() - started)
            (Path(folder) / one.name).unlink(missing_ok=True)
            if (number + 1) % 10_000 == 0:
                tell(f"{number + 1}: {dict(counts)}\n")
    faulthandler.cancel_dump_traceback_later()
    seconds = time.perf_counter() - began
    tell(f"{options.inputs} inputs of seed {options.seed} in {seconds:.0f} s, ")
    tell(f"slowest {slowest:.2f} s: {dict(counts)}\n")
    return 1 if counts["failed"] else 0


def keep(folder: Path | None, number: int, one: Input) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}_{one.name}").write_bytes(one.raw)


def tell(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
