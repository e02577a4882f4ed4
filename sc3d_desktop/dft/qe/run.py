"""The script that runs the steps of every calculation in order, and goes on where it stopped."""

RUN = """\
#!/bin/sh
# Runs every calculation below this folder, step by step; a finished step is not run again.
#   QE="mpirun -np 16" sh run.sh [FOLDER...]        QE stands before pw.x, dos.x, bands.x
#   QE="mpirun -np 16" PHONONS=1 sh run.sh          also 5-phonons, which takes far longer
set -eu
cd "$(dirname "$0")"
: "${QE=mpirun -np 4}"
root=$PWD
finished() { grep -q "JOB DONE" "$1" 2>/dev/null; }
run() {  # program input output
    finished "$3" && return
    $QE "$1" -in "$2" > "$3" 2> "$3.err" || true
    finished "$3" || { echo "$PWD: $1 did not finish, see $3" >&2; exit 1; }
}
relaxed() {  # input: the cell and positions at its end become those of the relaxation
    grep -q "^! relaxed" "$1" && return
    {
        echo "! relaxed"
        sed '/^CELL_PARAMETERS/,$d' "$1"
        sed -n '/Begin final coordinates/,/End final coordinates/p' "$2" \\
            | sed -n '/^CELL_PARAMETERS/,/End final/p' | sed '/End final/d; /^ *$/d'
    } > "$1.part"
    grep -q "^CELL_PARAMETERS" "$1.part" || { echo "$2 has no final cell" >&2; exit 1; }
    mv "$1.part" "$1"
}
[ $# -gt 0 ] || set -- $(find . -type d -name "[1-4]-*" | sed 's|/[^/]*$||' | sort -u)
for calculation; do
    here=$root/$calculation
    [ -e "$here/pseudo" ] || ln -s "$root/pseudo" "$here/pseudo"
    for name in $(cat "$root/pseudo/NEEDED.txt"); do
        [ -s "$root/pseudo/$name" ] || { echo "pseudo/$name is missing" >&2; exit 1; }
    done
    if [ -d "$here/1-relax" ]; then
        cd "$here/1-relax" && run pw.x pw.in pw.out
        for input in "$here"/[2-6]-*/pw.in "$here"/[2-6]-*/*scf*.in; do
            if [ -e "$input" ]; then relaxed "$input" "$here/1-relax/pw.out"; fi
        done
    fi
    if [ -d "$here/2-static" ]; then
        cd "$here/2-static" && run pw.x pw.in pw.out
    fi
    if [ -d "$here/3-dos" ]; then
        cd "$here/3-dos" && run pw.x pw.in pw.out && run dos.x dos.in dos.out
    fi
    if [ -d "$here/4-bands" ]; then
        cd "$here/4-bands" && run pw.x pw.in pw.out && run bands.x bands.in bands.out
    fi
    if [ -n "${PHONONS:-}" ] && [ -d "$here/5-phonons" ]; then
        cd "$here/5-phonons"
        run pw.x scf_fit.in scf_fit.out
        run pw.x scf.in scf.out
        run ph.x ph.in ph.out
        run q2r.x q2r.in q2r.out
        run matdyn.x matdyn_path.in matdyn_path.out
        run matdyn.x matdyn.in matdyn.out
    fi
done
"""
