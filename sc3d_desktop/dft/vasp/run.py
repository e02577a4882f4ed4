"""The script that runs the steps of every calculation in order, and goes on where it stopped."""

RUN = """\
#!/bin/sh
# Runs every calculation below this folder, step by step; a finished step is not run again.
#   VASP="mpirun -np 16 vasp_std" sh run.sh [FOLDER...]
set -eu
cd "$(dirname "$0")"
: "${VASP:=mpirun -np 4 vasp_std}"
root=$PWD
finished() { grep -q "General timing" "$1/OUTCAR" 2>/dev/null; }
[ $# -gt 0 ] || set -- $(find . -type d -name "[1-4]-*" | sed 's|/[^/]*$||' | sort -u)
for calculation; do
    for step in 1-relax 2-static 3-dos 4-bands; do
        folder=$root/$calculation/$step
        [ -d "$folder" ] || continue
        if ! finished "$folder"; then
            if [ ! -s "$folder/POTCAR" ]; then
                echo "$folder has no POTCAR: run make_potcars.sh first" >&2
                exit 1
            fi
            if [ "$step" != 1-relax ] && [ -d "$root/$calculation/1-relax" ]; then
                cp "$root/$calculation/1-relax/CONTCAR" "$folder/POSCAR"
            fi
            if grep -q "^ICHARG" "$folder/INCAR"; then  # the bands of a PBE run
                cp "$root/$calculation/2-static/CHGCAR" "$folder/CHGCAR"
            fi
            (cd "$folder" && $VASP > vasp.out 2>&1) || true
            finished "$folder" || { echo "$folder did not finish" >&2; exit 1; }
            if [ "$step" = 1-relax ] && ! grep -q "reached required accuracy" "$folder/OUTCAR"; then
                echo "$folder: forces are not converged; copy CONTCAR to POSCAR and repeat" >&2
                rm "$folder/OUTCAR"
                exit 1
            fi
        fi
    done
done
"""
