"""What a user of VASP is told about the inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sc3d_desktop.dft.options import FElectrons, Options
from sc3d_desktop.dft.texts import bullets, to_run
from sc3d_desktop.dft.vasp.files import settings_for
from sc3d_desktop.dft.vasp.potentials import folder_has_all, missing_potentials
from sc3d_desktop.dft.vasp.presets import PRESETS, Preset
from sc3d_desktop.dft.vasp.steps import POTENTIALS, input_set
from sc3d_desktop.dft.work import Work

_STEPS = {
    "relax": (
        "1-relax: cell and positions. Look whether OUTCAR says “reached required accuracy”; run "
        "it again from CONTCAR where it does not, and after a change of volume of some per cent."
    ),
    "static": (
        "2-static: energy and charge, of the relaxed cell where there is one, by tetrahedra where "
        "the mesh allows it."
    ),
    "dos": (
        "3-dos: a denser mesh for the density of states; van Hove singularities are looked for "
        "here."
    ),
    "bands": (
        "4-bands: along the path of Setyawan and Curtarolo, in whose primitive cell everything is "
        "written. For a meta-GGA the path has weight zero in a self-consistent run, because such "
        "a functional cannot be run from a kept charge; leave these out when plotting the DOS. "
        "Corners whose place depends on the shape of the cell are those before relaxation. The "
        "bands of an approximant are folded: unfold them before comparing with photoemission."
    ),
}


def sections(work: Work, options: Options) -> Iterator[str]:
    preset = PRESETS[options.preset]
    functionals = sorted({settings_for(work, c, options).functional for c in work.calculations})
    yield (
        f"VASP, preset “{preset.name}”: {preset.title}{_instead(preset, functionals)}. PAW "
        f"potentials {POTENTIALS}, pymatgen's MPScan input sets with the changes that the INCAR "
        "files explain."
    )
    about = [preset.about] if preset.functional in functionals else []
    yield bullets([*about, *preset.notes, *_steps(options), *_choices(work, options)])
    yield (
        to_run('VASP="mpirun -np 16 vasp_std" sh run.sh', options.scripts)
        + " A finished step is not run again. NCORE and KPAR are left to you: they change the "
        "speed, not the result." + (_FLOW if {"relax", "static"} <= set(options.steps) else "")
    )


def _instead(preset: Preset, functionals: list[str]) -> str:
    if functionals == [preset.functional]:
        return ""
    return f"; here with {' and '.join(functionals)}, for the reason given under magnetism"


_FLOW = (
    " flow.py does the relaxation and the static step on a cluster with atomate2 and jobflow "
    "instead."
)


def _steps(options: Options) -> list[str]:
    return [text for name, text in _STEPS.items() if name in options.steps]


def _choices(work: Work, options: Options) -> Iterator[str]:
    first = work.calculations[0]
    symbols = input_set(first.cell, settings_for(work, first, options), static=False).potcar_symbols
    yield from _potcars(symbols)
    yield f"Potentials: {', '.join(symbols)}."
    if options.hubbard:
        listed = ", ".join(f"{el} {u:g} eV" for el, u in options.hubbard)
        yield (
            f"Hubbard U (Dudarev, U minus J) as asked for: {listed}. U localises d and f states; "
            "it is a parameter, not a result, and changes the bands at the Fermi level."
        )
    else:
        yield (
            "No Hubbard U: in a metal it moves the states at the Fermi level, so it is set on "
            "request only (--hubbard Cu=4)."
        )
    if work.family == "f-element" or any("_3" in s or "_2" in s for s in symbols):
        yield _F_ELECTRONS[options.f_electrons]


def _potcars(symbols: Sequence[str]) -> Iterator[str]:
    if folder_has_all(symbols):
        yield "POTCAR files come from the folder of potentials set up in pymatgen."
        return
    if lacking := missing_potentials(symbols):
        yield f"The folder of potentials set up in pymatgen lacks {', '.join(lacking)}."
    yield (
        "POTCAR.spec names the potentials, in the order of POSCAR. With VASP's licence: sh "
        "make_potcars.sh /path/to/potpaw_PBE.54."
    )


_F_ELECTRONS = {
    FElectrons.AUTO: (
        "f electrons as pymatgen's sets have them: in the valence for Ce, Eu, Gd and actinides, "
        "in the core (Nd_3 and so on) for other lanthanides. --f-electrons core gives cells "
        "without f bands, --f-electrons valence puts them at the Fermi level, where plain "
        "functionals overdo it without U."
    ),
    FElectrons.CORE: (
        "f electrons of lanthanides in the core, as asked for: good for cells and for compounds "
        "whose moments are local; no heavy-fermion physics is left. Eu and Yb are taken divalent."
    ),
    FElectrons.VALENCE: (
        "f electrons of lanthanides in the valence, as asked for: plain functionals pin them at "
        "the Fermi level; think of U, and check that the moments converge."
    ),
}
