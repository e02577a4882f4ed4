"""Texts that lie beside the inputs: what they can say, and how to run them."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from sc3d_desktop.dft.options import Scripts

_PLAIN = str.maketrans(
    {"Å": "A", "Γ": "Gamma", "µ": "mu", "²": "2", "π": "pi", "×": "x", "“": '"', "”": '"', "–": "-",
     "′": "'", "α": "alpha", "λ": "lambda", "ω": "omega", "…": "...", "μ": "mu"}
)  # fmt: skip


def plain(text: str) -> str:
    """ASCII with Unix line ends: what Fortran programs read without surprises."""
    told = text.translate(_PLAIN).replace("\r\n", "\n")
    return told.encode("ascii", "replace").decode("ascii")


def paragraphs(*parts: str) -> str:
    """Wrapped, with empty lines between; lines of a part that starts with a blank are kept."""
    return "\n\n".join(p if p.startswith(" ") else fill(p, 92) for p in parts if p) + "\n"


def bullets(parts: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    lines = (fill(part, 92, initial_indent=" * ", subsequent_indent="   ") for part in parts)
    return "\n".join(lines)


SLURM = """\
#!/bin/sh
#SBATCH --job-name={name}
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=32
#SBATCH --time=24:00:00
# Change the lines above and below to what your cluster has.
# module load {module}
export {variable}="srun {program}"
cd "$SLURM_SUBMIT_DIR" && sh run.sh
"""

PBS = """\
#!/bin/sh
#PBS -N {name}
#PBS -l select=1:ncpus=32:mpiprocs=32
#PBS -l walltime=24:00:00
# Change the lines above and below to what your cluster has.
# module load {module}
export {variable}="mpirun {program}"
cd "$PBS_O_WORKDIR" && sh run.sh
"""


def job_scripts(
    name: str, variable: str, program: str, module: str, plain_script: str, wanted: Scripts
) -> dict[str, str]:
    """run.sh, and its wrappers for the batch systems that are wanted."""
    short = "".join(c for c in plain(name) if c.isalnum())[:15] or "crystal"
    given = {"name": short, "variable": variable, "program": program, "module": module}
    return {"run.sh": plain_script} | {
        f"run.{system}": text.format(**given)
        for system, text in ((Scripts.SLURM, SLURM), (Scripts.PBS, PBS))
        if wanted in (system, Scripts.ALL)
    }


def to_run(command: str, wanted: Scripts) -> str:
    """How to begin, in a sentence."""
    if wanted is Scripts.PLAIN:
        return f"To run: {command}."
    systems = "run.slurm and run.pbs" if wanted is Scripts.ALL else f"run.{wanted}"
    head = "at their heads" if wanted is Scripts.ALL else "at its head"
    return f"To run: {command}, or {systems} after a look {head}."
