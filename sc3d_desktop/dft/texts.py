"""Texts that lie beside the inputs: what they can say, and how to run them."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

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
    name: str, variable: str, program: str, module: str, plain_script: str
) -> dict[str, str]:
    """run.sh, and its two wrappers for batch systems."""
    short = "".join(c for c in plain(name) if c.isalnum())[:15] or "crystal"
    given = {"name": short, "variable": variable, "program": program, "module": module}
    return {
        "run.sh": plain_script,
        "run.slurm": SLURM.format(**given),
        "run.pbs": PBS.format(**given),
    }
