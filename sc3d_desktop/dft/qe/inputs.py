"""Inputs of pw.x for each step, and of ph.x and EPW for conventional candidates."""

from __future__ import annotations

from collections.abc import Mapping

from sc3d_desktop.crystal.elements import element
from sc3d_desktop.dft.cells import Cell
from sc3d_desktop.dft.options import Options
from sc3d_desktop.dft.qe.namelists import (
    Value,
    atoms_cards,
    explicit_card,
    mesh_card,
    namelist,
    path_card,
    path_rows,
    species_of,
)
from sc3d_desktop.dft.qe.presets import QePreset

Mesh = tuple[int, int, int]


def pw_files(cell: Cell, preset: QePreset, options: Options) -> Mapping[str, str]:
    """Path → text of the steps that are wanted."""
    mesh, dense = cell.mesh(preset.spacing), cell.mesh(preset.dos_spacing)
    shared = _Pw(cell, preset, options)
    files = {
        "1-relax/pw.in": shared.text("vc-relax", "../out", mesh_card(mesh)),
        "2-static/pw.in": shared.text("scf", "../out", mesh_card(mesh)),
        "3-dos/pw.in": shared.text("nscf", "../out", mesh_card(dense)),
        "3-dos/dos.in": namelist("dos", _place("../out") | {"fildos": "dos.dat", "deltae": 0.01}),
        "4-bands/pw.in": shared.text("bands", "../out", path_card(cell)),
        "4-bands/bands.in": namelist("bands", _place("../out") | {"filband": "bands.dat"}),
    }
    return {path: text for path, text in files.items() if _step(path) in options.steps}


def _step(path: str) -> str:
    return path.split("/")[0].split("-")[1]


def phonon_files(cell: Cell, preset: QePreset, options: Options) -> Mapping[str, str]:
    """Path → text of phonons with electron-phonon coupling, and the skeleton for EPW."""
    q = cell.mesh(preset.q_spacing)
    coarse = _multiple(q, cell.mesh(preset.spacing))
    dense = (coarse[0] * 2, coarse[1] * 2, coarse[2] * 2)
    shared = _Pw(cell, preset, options)
    return {
        "5-phonons/scf_fit.in": shared.text("scf", "./out", mesh_card(dense), {"la2F": True}),
        "5-phonons/scf.in": shared.text("scf", "./out", mesh_card(coarse)),
        "5-phonons/ph.in": _ph(q),
        "5-phonons/q2r.in": namelist(
            "input",
            {"zasr": "simple", "fildyn": "crystal.dyn", "flfrc": "crystal.fc", "la2F": True},
        ),
        "5-phonons/matdyn.in": _matdyn(q),
        "5-phonons/matdyn_path.in": _matdyn_path(cell),
        "6-epw/scf.in": shared.text("scf", "./out", mesh_card(coarse)),
        "6-epw/nscf.in": shared.text("nscf", "./out", explicit_card(q), bands=True),
        "6-epw/epw.in": _epw(q, dense),
    }


class _Pw:
    """What the inputs of pw.x for one cell share."""

    def __init__(self, cell: Cell, preset: QePreset, options: Options) -> None:
        self._cell, self._preset, self._options = cell, preset, options

    def text(
        self,
        calculation: str,
        outdir: str,
        k_points: str,
        more: Mapping[str, Value] | None = None,
        bands: bool = False,
    ) -> str:
        species, atoms = atoms_cards(self._cell)
        preset = self._preset
        control = {"calculation": calculation, **_place(outdir), "pseudo_dir": "../pseudo"}
        if calculation == "vc-relax":
            control |= {"forc_conv_thr": preset.forc_conv_thr, "etot_conv_thr": 1e-5, "nstep": 100}
        system = self._system(calculation, bands) | dict(more or {})
        parts = [
            namelist("control", control),
            namelist("system", system),
            namelist("electrons", {"conv_thr": preset.conv_thr, "mixing_beta": 0.4}),
        ]
        if calculation == "vc-relax":
            parts += [namelist("ions", {}), namelist("cell", {"press": 0.0})]
        return "".join([*parts, species, k_points, self._hubbard(), atoms])

    def _system(self, calculation: str, bands: bool) -> dict[str, Value]:
        _, elements, moments = species_of(self._cell)
        system: dict[str, Value] = {
            "ibrav": 0,
            "nat": len(self._cell.structure),
            "ntyp": len(elements),
            "ecutwfc": self._preset.ecutwfc,
            "ecutrho": self._preset.ecutrho,
        }
        if calculation == "nscf" and not bands:
            system["occupations"] = "tetrahedra_opt"
        else:
            system |= {"occupations": "smearing", "smearing": "mv", "degauss": self._preset.degauss}
        if bands:
            system["nosym"] = True
        if any(moments.values()):
            system["nspin"] = 2
            for n, moment in enumerate(moments.values(), 1):
                if moment:
                    system[f"starting_magnetization({n})"] = 0.5 if moment > 0 else -0.5
        return system

    def _hubbard(self) -> str:
        _, elements, _ = species_of(self._cell)
        lines = [
            f"U {name}-{_shell(el)} {u:g}"
            for el, u in self._options.hubbard
            for name, symbol in elements.items()
            if symbol == el
        ]
        return "\n".join(["HUBBARD (ortho-atomic)", *lines]) + "\n" if lines else ""


def _shell(symbol: str) -> str:
    """The d or f shell: 3d of the fourth period, 4f of the sixth."""
    one = element(symbol)
    return f"{one.period - 2}f" if one.block == "f" else f"{one.period - 1}d"


def _place(outdir: str) -> dict[str, Value]:
    return {"prefix": "crystal", "outdir": outdir}


def _multiple(q: Mesh, mesh: Mesh) -> Mesh:
    """The mesh, made a multiple of that of q."""
    a, b, c = (n * max(1, -(-m // n)) for n, m in zip(q, mesh, strict=True))
    return a, b, c


def _grid(name: str, mesh: Mesh) -> dict[str, Value]:
    return {f"{name}{i}": n for i, n in enumerate(mesh, 1)}


def _ph(q: Mesh) -> str:
    values: dict[str, Value] = {
        **_place("./out"),
        "tr2_ph": 1e-14,
        "fildyn": "crystal.dyn",
        "fildvscf": "dvscf",
        "electron_phonon": "interpolated",
        "el_ph_sigma": 0.005,
        "el_ph_nsigma": 10,
        "trans": True,
        "ldisp": True,
    }
    return "phonons and electron-phonon coupling\n" + namelist("inputph", values | _grid("nq", q))


def _matdyn(q: Mesh) -> str:
    fine = (q[0] * 6, q[1] * 6, q[2] * 6)
    values: dict[str, Value] = {
        "asr": "simple",
        "flfrc": "crystal.fc",
        "flfrq": "crystal.freq",
        "la2F": True,
        "dos": True,
        "fldos": "phonon.dos",
        "ndos": 500,
    }
    return namelist("input", values | _grid("nk", fine))


def _matdyn_path(cell: Cell) -> str:
    values: dict[str, Value] = {
        "asr": "simple",
        "flfrc": "crystal.fc",
        "flfrq": "path.freq",
        "flvec": "path.modes",
        "q_in_band_form": True,
        "q_in_cryst_coord": True,
    }
    rows = path_rows(cell)
    return namelist("input", values) + "\n".join([str(len(rows)), *rows]) + "\n"


def _epw(q: Mesh, fine: Mesh) -> str:
    values: dict[str, Value] = {
        **_place("./out"),
        "dvscf_dir": "./save",
        "elph": True,
        "epwwrite": True,
        "epwread": False,
        "use_ws": True,
        "wannierize": True,
        "num_iter": 500,
        "a2f": True,
        "phonselfen": True,
        "delta_approx": True,
        "fsthick": 0.4,
        "degaussw": 0.05,
        "degaussq": 0.05,
        "muc": 0.1,
        **_grid("nk", q),
        **_grid("nq", q),
        **_grid("nkf", fine),
        **_grid("nqf", fine),
    }
    return "--\n" + namelist("inputepw", values).replace("/\n", _EPW_OPEN + "/\n")


_EPW_OPEN = """\
   ! A skeleton: choose these by a look at the bands of step 4 before you run it.
   ! nbndsub = number of Wannier functions
   ! dis_win_max, dis_froz_max = windows in eV
   ! proj(1) = 'X:s', 'X:p' or 'X:d' for the atoms whose bands cross the Fermi level
   ! bands_skipped = 'exclude_bands = 1:N' for the bands below
"""
