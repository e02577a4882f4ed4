"""What a user of Quantum ESPRESSO is told about the inputs."""

from __future__ import annotations

from collections.abc import Iterator

from sc3d_desktop.dft.options import Options
from sc3d_desktop.dft.qe.presets import QE_PRESETS
from sc3d_desktop.dft.texts import bullets, to_run
from sc3d_desktop.dft.work import Work

_STEPS = (
    "pseudo/NEEDED.txt names the pseudopotentials: put X.UPF of each element there, all of one "
    "library and of PBE (SSSP, PseudoDojo). The cut-offs are on the safe side for these; look up "
    "what yours need.",
    "run.sh does the steps in order and puts the relaxed cell into the later ones. Moments are up "
    "and down by the kinds of an element (Fe1, Fe2).",
)
_PHONONS = (
    "5-phonons: ph.x with electron-phonon coupling by interpolation, then q2r.x and matdyn.x, "
    "which writes the phonon dispersion (path.freq), alpha2F (a2F.dos*) and, to the file lambda, "
    "the coupling and omega_log for ten broadenings; take the values where they hardly change with "
    "the broadening. PHONONS=1 sh run.sh. Converge the q mesh: it is only a start.",
    "6-epw: a skeleton for EPW, whose fine meshes give a better alpha2F; Wannier functions have to "
    "be chosen by hand, and pp.py of EPW gathers the phonons into 6-epw/save.",
    "Tc by Allen and Dynes: Tc = omega_log/1.2 exp(-1.04 (1 + lambda) / (lambda - mu* (1 + 0.62 "
    "lambda))), mu* from 0.10 to 0.15, and McMillan's formula in its place for lambda below 1. It "
    "holds for conventional, phonon-mediated superconductors only. Imaginary frequencies mean that "
    "the structure is not stable there, and no Tc follows.",
)
_NONE = (
    "No inputs for ph.x and EPW are written: electron-phonon theory does not cover cuprates, "
    "iron-based and f-electron superconductors, and the number it gives would be believed."
)


def sections(work: Work, options: Options) -> Iterator[str]:
    preset = QE_PRESETS[options.preset]
    yield f"Quantum ESPRESSO, preset “{preset.name}”: {preset.title}; PBE by the pseudopotentials."
    more = _PHONONS if conventional(work) else (_NONE,)
    yield bullets([*_STEPS, *more, *_choices(work, options)])
    yield to_run('QE="mpirun -np 16" sh run.sh', options.scripts)


def conventional(work: Work) -> bool:
    return work.family == "other"


def _choices(work: Work, options: Options) -> Iterator[str]:
    if options.hubbard:
        yield "The HUBBARD card needs version 7.1 or later."
    if work.family == "f-element":
        yield "Where the f electrons are is decided by the pseudopotentials you take."
    if not work.crystal.is_ordered:
        yield "Phonons of an approximant cost as its number of atoms, cubed: think of the parent."
