"""Damaged files: how they are made from those of the corpus, and what must hold of what is read.

Input ``i`` of a seed is always the same, so that a failure can be had again.
"""

from __future__ import annotations

import gzip
import io
import math
import random
import re
import signal
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import gemmi
import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.files import Read, read_all
from sc3d_desktop.crystal.findings import Finding, Kind
from sc3d_desktop.crystal.overlaps import close_pairs
from sc3d_desktop.crystal.text import decoded

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
SECONDS_AN_INPUT = 5.0
MOST_SITES = 20_000
ARCHIVED = 0.03
MOSTLY_GOOD = 0.9
FAR_APART_ANGSTROM = 0.8

NUMBERS = (
    *(
        b"0",
        b"-1",
        b"1",
        b"nan",
        b"inf",
        b"-inf",
        b"1e308",
        b"1e-308",
        b"9" * 40,
        b"1e400",
        b"0.5(",
    ),
    *(
        b"0.3333",
        b"1.01",
        b"1.02",
        b"0.5(3)",
        b"1/3",
        b"0,5",
        b"90",
        b"180",
        b"120",
        b"-0.0",
        b"1e5",
    ),
)
PIECES = (
    *(b".", b"?", b"''", b"Xx", b"D", b"Vac", b"loop_", b"data_x", b"data_", b"save_", b"stop_"),
    *(b"global_", b"'", b'"', b"\n;", b";", b"#", b"\n", b"\r", b"\t", b" ", b"\x00", b"\x7f"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", "é".encode(), b"\xe9", "𝔘".encode(), b"[", b"]", b"{", b"'''"),
    *(b"_cell_length_a", b"_atom_site_fract_x", b"_space_group_IT_number 230\n", b"x,y,z", b"="),
    *(b"x+1/2,y,z", b"-y,x,z+1/4", b"_atom_site_occupancy", b"#\\#CIF_2.0\n", b"SYMM -X, -Y, Z\n"),
    *(b"FVAR 1 0.5\n", b"null", b"true", b"1e3", b'"occu": 0', b"Selective\n", b"Cartesian\n"),
)
_NUMBER = re.compile(rb"(?<![\w.])[+-]?\d*\.?\d+(?:\(\d+\))?")
_WORD = re.compile(rb"\S+")


@dataclass(frozen=True)
class Input:
    """A file to be read. ``unknown_occupancy`` says that a row was given occupancy . or ?"""

    name: str
    raw: bytes
    unknown_occupancy: bool = False


class WrongSilenceError(AssertionError):
    """Something was read that is no crystal, or read without the word that was due."""


class TooSlowError(AssertionError):
    pass


def corpus() -> list[tuple[str, bytes]]:
    """Names and bytes of the corpus files, in order."""
    files = sorted(p for p in CORPUS.rglob("[!.]*") if p.is_file() and p.name != "expected.json")
    return [(path.name, path.read_bytes()) for path in files]


REFUSED = frozenset(path.name for path in (CORPUS / "refused").iterdir())


# --- damage -------------------------------------------------------------------------------------


def made(seed: int, number: int, files: list[tuple[str, bytes]]) -> Input:
    rng = random.Random(f"{seed}/{number}")
    name, raw = rng.choice(files)
    if rng.random() < MOSTLY_GOOD and name in REFUSED:
        name, raw = rng.choice(files)
    if name.endswith("cif") and rng.random() < 0.1:
        changed = _with_unknown_occupancy(raw, rng)
        if changed is not None:
            return Input(name, changed, unknown_occupancy=True)
    for _ in range(rng.choice((1, 1, 1, 1, 2, 6))):
        raw = rng.choice(DAMAGES)(raw, rng)
    if rng.random() < 0.05:
        raw = _spliced(raw, rng.choice(files)[1], rng)
    return _archived(name, raw, rng) if rng.random() < ARCHIVED else Input(name, raw)


def _bytes_changed(raw: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + rng.randbytes(rng.randrange(4)) + raw[at + rng.randrange(4) :]


def _bit_flipped(raw: bytes, rng: random.Random) -> bytes:
    if not raw:
        return raw
    at = rng.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ (1 << rng.randrange(8))]) + raw[at + 1 :]


def _piece_put(raw: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + rng.choice(PIECES) + raw[at + rng.choice((0, 0, 1, 10)) :]


def _cut(raw: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(raw) + 1)
    return raw[:start] + raw[start + rng.choice((1, 5, 50, len(raw))) :]


def _token(pattern: re.Pattern[bytes], others: tuple[bytes, ...]) -> Damage:
    def change(raw: bytes, rng: random.Random) -> bytes:
        found = list(pattern.finditer(raw))
        if not found:
            return raw
        match = rng.choice(found)
        return raw[: match.start()] + rng.choice(others) + raw[match.end() :]

    return change


def _number_shifted(raw: bytes, rng: random.Random) -> bytes:
    found = list(_NUMBER.finditer(raw))
    if not found:
        return raw
    match = rng.choice(found)
    number = f"{rng.gauss(0, 1) * 10 ** rng.randrange(-4, 5):.{rng.randrange(8)}f}".encode()
    return raw[: match.start()] + number + raw[match.end() :]


def _words_exchanged(raw: bytes, rng: random.Random) -> bytes:
    found = list(_WORD.finditer(raw))
    if len(found) < 2:
        return raw
    one, other = sorted(rng.sample(found, 2), key=lambda m: m.start())
    parts = (raw[: one.start()], other[0], raw[one.end() : other.start()], one[0])
    return b"".join(parts) + raw[other.end() :]


def _lines_changed(raw: bytes, rng: random.Random) -> bytes:
    lines = raw.split(b"\n")
    at = rng.randrange(len(lines))
    match rng.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines[at:at] = [lines[at]] * rng.choice((1, 1, 2, 300))
        case 2:
            rng.shuffle(lines)
        case _:
            other = rng.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
    return b"\n".join(lines)


Damage = Callable[[bytes, random.Random], bytes]
DAMAGES: tuple[Damage, ...] = (
    _bytes_changed,
    _bit_flipped,
    _piece_put,
    _cut,
    _token(_NUMBER, NUMBERS),
    _token(_NUMBER, NUMBERS),
    _token(_WORD, (*PIECES, *NUMBERS)),
    _number_shifted,
    _number_shifted,
    _words_exchanged,
    _lines_changed,
)


def _spliced(raw: bytes, other: bytes, rng: random.Random) -> bytes:
    return raw[: rng.randrange(len(raw) + 1)] + other[rng.randrange(len(other) + 1) :]


def _with_unknown_occupancy(raw: bytes, rng: random.Random) -> bytes | None:
    """A row of the only atom loop with . or ? for its occupancy, where there is such a row."""
    lines = raw.split(b"\n")
    heads = [i for i, line in enumerate(lines) if line.strip().startswith(b"_atom_site_")]
    tags = [lines[i].strip() for i in heads]
    if tags.count(b"_atom_site_occupancy") != 1 or heads != list(range(heads[0], heads[-1] + 1)):
        return None
    column = tags.index(b"_atom_site_occupancy")
    rows = [i for i in range(heads[-1] + 1, len(lines)) if len(lines[i].split()) == len(tags)]
    if not rows or rows[0] != heads[-1] + 1 or any(q in raw for q in (b"'''", b'"""')):
        return None
    words = lines[rows[0]].split()
    words[column] = rng.choice((b".", b"?"))
    lines[rows[0]] = b" ".join(words)
    return b"\n".join(lines)


def _archived(name: str, raw: bytes, rng: random.Random) -> Input:
    """In an archive that may be damaged itself."""
    packed = io.BytesIO()
    kind = rng.choice((".zip", ".tar.gz", ".tar", ".gz"))
    if kind == ".zip":
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, raw)
    elif kind == ".gz":
        packed.write(gzip.compress(raw))
    else:
        with tarfile.open(fileobj=packed, mode="w:gz" if kind == ".tar.gz" else "w") as tar:
            info = tarfile.TarInfo(name)
            info.size = len(raw)
            tar.addfile(info, io.BytesIO(raw))
    whole = packed.getvalue()
    return Input(name + kind, rng.choice(DAMAGES)(whole, rng) if rng.random() < 0.7 else whole)


# --- what must hold -----------------------------------------------------------------------------


def check(made: Input, folder: Path) -> int:
    """How many crystals are read. Raises what must never be raised, or ``AssertionError``."""
    path = folder / made.name
    path.write_bytes(made.raw)
    n_read, findings = 0, list[Finding]()
    refused = 0
    with time_limit(SECONDS_AN_INPUT):
        for outcome in read_all([path]):
            if isinstance(outcome, Read):
                n_read += 1
                findings += outcome.crystal.findings
                check_crystal(outcome.crystal)
                if made.name in NAMES:
                    check_lines(outcome.crystal, made.raw)
            else:
                refused += 1
                if not outcome.error.message or not outcome.error.hint:
                    raise WrongSilenceError("a refusal without words")
    if made.name.endswith("cif") and n_read == 1 and not refused and not findings:
        check_against_gemmi(outcome.crystal, made.raw)
    if made.unknown_occupancy and not refused:
        _require(any(f.code in UNKNOWN for f in findings), "an unknown occupancy was not told")
    return n_read


NAMES = frozenset(name for name, _ in corpus())
UNKNOWN = ("occupancy unknown", "vacancy", "dummy")


def check_crystal(crystal: Crystal) -> None:
    _require(bool(np.isfinite(crystal.lattice).all()) and crystal.volume > 0.1, "no cell")
    _require(0 < len(crystal) <= MOST_SITES, f"{len(crystal)} sites")
    coordinates = crystal.frac_coords
    _require(bool(((coordinates >= 0) & (coordinates < 1)).all()), "a position outside the cell")
    for species in {site.species for site in crystal.sites}:
        _require(all(0 < occupancy <= 1 for occupancy in species.values()), f"{species}")
        _require(species.total <= 1.001 + 1e-9, f"{species}")
    _require(all(math.isfinite(n) for n in crystal.composition.values()), "an infinite amount")
    for finding in crystal.findings:
        _require(isinstance(finding.kind, Kind) and bool(finding.code and finding.text), "no words")


def check_lines(crystal: Crystal, raw: bytes) -> None:
    """Findings point into the file, which is none of an archive."""
    n_lines = raw.count(b"\n") + raw.count(b"\r") + 1
    for finding in crystal.findings:
        _require(finding.line is None or 0 < finding.line <= n_lines, f"{finding!r}")


def check_against_gemmi(crystal: Crystal, raw: bytes) -> None:
    """A crystal read without a word has the atoms that gemmi finds, where that knows the symmetry
    and joins no atoms: it takes those closer than 0.4 Å to an image of theirs for one.
    """
    try:
        blocks = list(gemmi.cif.read_string(decoded(raw)))
        blocks = [b for b in blocks if b.find_values("_atom_site_label")]
        small = gemmi.make_small_structure_from_block(blocks[0]) if len(blocks) == 1 else None
    except (ValueError, RuntimeError):
        return
    if small is None or small.spacegroup is None:
        return
    pairs, _ = close_pairs(crystal.frac_coords, crystal.lattice, FAR_APART_ANGSTROM)
    if len(pairs):
        return
    found: Counter[str] = Counter()
    for site in small.get_all_unit_cell_sites():
        found[site.element.name] += site.occ
    same = set(found) == set(crystal.composition)
    same = same and all(abs(found[el] - n) < 0.02 for el, n in crystal.composition.items())
    # Gemmi has X for a type that it does not know, no formula to tell HO1 from holmium, and reads
    # NH1, a nitrogen, as nihonium.
    known = not {"X", "Ho", "Nh"} & set(found)
    _require(same or not known, f"gemmi finds {dict(found)}, not {crystal.composition}")


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise WrongSilenceError(what)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    def too_slow(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlowError(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, too_slow)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
