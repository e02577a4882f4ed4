# shellcheck shell=bash
# Shared by packaging/run and packaging/test: makes .venv once, and finds what the system lacks.
# Talks on stderr, one line a step; the details go to .venv/setup.log.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/.venv
python=$venv/bin/python
log=$venv/setup.log
constraints=$root/packaging/constraints.txt

# A library Qt, OpenGL or LightGBM loads, and the Debian/Ubuntu packages that bring it.
library_packages='
libGL.so.1              libgl1
libEGL.so.1             libegl1
libGLX_mesa.so.0        libglx-mesa0 libgl1-mesa-dri
libEGL_mesa.so.0        libegl-mesa0
libglib-2.0.so.0        libglib2.0-0
libgomp.so.1            libgomp1
libfontconfig.so.1      libfontconfig1
libdbus-1.so.3          libdbus-1-3
libxkbcommon.so.0       libxkbcommon0
libxkbcommon-x11.so.0   libxkbcommon-x11-0
libX11-xcb.so.1         libx11-xcb1
libxcb-cursor.so.0      libxcb-cursor0
libxcb-icccm.so.4       libxcb-icccm4
libxcb-keysyms.so.1     libxcb-keysyms1
libxcb-image.so.0       libxcb-image0
libxcb-randr.so.0       libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0       libxcb-shape0
libxcb-sync.so.1        libxcb-sync1
libxcb-xfixes.so.0      libxcb-xfixes0
libxcb-xkb.so.1         libxcb-xkb1
'

# Free space asked for before a first installation; the CPU build of PyTorch fits well inside it.
needed_megabytes=3500

say() { printf '%s\n' "$*" >&2; }

stop() {
  say "$@"
  exit 1
}

# --- Python -------------------------------------------------------------------------------------

is_supported='sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

# Prints the first Python 3.11-3.13 of PATH, one that can make environments if there is any.
# The base interpreter is meant, even from inside an activated environment.
find_python() {
  local name path base fallback=
  for name in python3.11 python3.12 python3.13 python3; do
    path=$(type -P "$name") || continue
    "$path" -c "import sys; $is_supported" &>/dev/null || continue
    base=$("$path" -c 'import sys; print(sys._base_executable)')
    if can_make_venv "$base"; then
      printf '%s\n' "$base"
      return
    fi
    fallback=${fallback:-$base}
  done
  [ -z "$fallback" ] || printf '%s\n' "$fallback"
}

# Debian keeps ensurepip in a package of its own; venv without it makes an environment without pip.
can_make_venv() { "$1" -c 'import ensurepip, venv' &>/dev/null; }

# Prints the packages that are missing before "$1" (a Python, or nothing) can make .venv.
missing_python_packages() {
  if [ -z "$1" ]; then
    echo python3 python3-venv
  elif ! can_make_venv "$1"; then
    "$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
  fi
}

# False for an environment that was interrupted, moved, or whose Python has gone.
venv_is_sound() {
  "$python" -c "import sys, pip; $is_supported" &>/dev/null || return 1
  local made_at
  made_at=$(sed -n 's|^command = .* -m venv [^/]*||p' "$venv/pyvenv.cfg")
  [ -z "$made_at" ] || [ "$made_at" -ef "$venv" ]
}

# --- System packages ----------------------------------------------------------------------------

# Prints the packages of the libraries that the dynamic linker does not know.
missing_library_packages() {
  local known prefix=' (' soname packages
  known=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p) ||
    stop "ldconfig, which lists the system's libraries, cannot be run."
  # A 64-bit machine may hold the 32-bit library alone.
  [ "$(uname -m)" != x86_64 ] || prefix=' (libc6,x86-64'
  while read -r soname packages; do
    [ -z "$soname" ] || [[ $known == *$'\t'"$soname$prefix"* ]] || printf '%s\n' "$packages"
  done <<<"$library_packages"
}

has_fonts() {
  local found
  found=$(find -L /usr/share/fonts /usr/local/share/fonts "$HOME/.fonts" "$HOME/.local/share/fonts" \
    \( -name '*.ttf' -o -name '*.otf' -o -name '*.ttc' \) -print -quit 2>/dev/null || true)
  [ -n "$found" ]
}

missing_virtual_display_packages() {
  { type -P Xvfb && type -P xvfb-run; } >/dev/null || echo xvfb
  type -P xauth >/dev/null || echo xauth
}

may_install() { [ "$(id -u)" = 0 ] || sudo -n true &>/dev/null; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# The one line for a person to type.
apt_command() {
  printf 'sudo apt-get update && sudo apt-get install -y --no-install-recommends %s\n' "$*"
}

# Installs the packages given, or prints the command that does and stops.
need_packages() {
  [ $# -gt 0 ] || return 0
  if ! type -P apt-get >/dev/null; then
    stop "These Debian packages, or what your system calls them, are missing:" "$*"
  elif ! may_install; then
    say "Some system packages are missing, and installing them needs your password. Type"
    say
    say "    $(apt_command "$@")"
    say
    stop "and start this command again."
  fi
  mkdir -p "$venv"
  step "Installing system packages: $*" apt_install "$@"
}

apt_install() {
  as_root apt-get -o DPkg::Lock::Timeout=300 update &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
      install -y --no-install-recommends "$@"
}

# The browsers that the tests can use, and the Debian package that brings the smallest of them.
browsers='chromium-headless-shell chromium chromium-browser google-chrome'
browser_package=chromium-headless-shell

# A browser for the test that opens a report in one. Without it that test is skipped, so nothing stops
# here where none is to be had.
try_browser() {
  local name
  for name in $browsers; do
    type -P "$name" >/dev/null && return
  done
  if type -P apt-get >/dev/null && may_install; then
    say "Installing a browser for the tests: $browser_package"
    apt_install "$browser_package" >>"$log" 2>&1 </dev/null && return
  fi
  say "There is no browser ($browser_package) for the test that opens a report in one: it is skipped."
}

# --- Steps and their failures -------------------------------------------------------------------

# step TEXT COMMAND…: one line on the screen, the command's words in the log.
step() {
  local text=$1 status=0 from
  shift
  say "$text"
  printf '\n== %s\n' "$text" >>"$log"
  from=$(wc -l <"$log")
  "$@" >>"$log" 2>&1 </dev/null || status=$?
  [ "$status" = 0 ] || step_failed "$from" "$text"
}

step_failed() {
  local part
  part=$(tail -n "+$1" "$log")
  say
  tail -n 20 <<<"$part" >&2
  say
  say "This step failed: $2"
  say "$(likely_cause "$part")"
  stop "The full record is in $log. Starting the command again goes on where it stopped."
}

likely_cause() {
  if grep -qiE 'no space left on device|disk quota exceeded' <<<"$1"; then
    echo "The disk is full: $(free_megabytes) MB are free beside $venv. Make room first."
  elif grep -qiE "name resolution|could not resolve|failed to establish a new connection|\
connection (refused|reset|timed out)|network is unreachable|no route to host|\
connecttimeout|readtimeout|proxyerror|max retries exceeded|could not connect" <<<"$1"; then
    echo "The network, or the package server, cannot be reached. Check the connection and any proxy."
  else
    echo "The last lines above say why."
  fi
}

free_megabytes() {
  local blocks size
  read -r blocks size < <(stat -f -c '%a %S' "$venv")
  echo $((blocks * size / 1000000))
}

need_disk() {
  local free
  free=$(free_megabytes)
  [ "$free" -ge "$1" ] ||
    stop "Too little room on the disk: $1 MB are needed beside $venv, $free MB are free."
}

# --- The environment ----------------------------------------------------------------------------

# What an installation of the set "$1" (runtime or test) was made from, as one hash.
fingerprint() {
  {
    printf '%s\n' "$1" "$root"
    "$python" -c 'import sys; print(sys.version)'
    cat "$root/pyproject.toml" "$constraints"
  } | sha256sum | cut -d ' ' -f 1
}

is_installed() {
  local stamp=$venv/.installed-$1
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint "$1")" ]
}

mark_installed() {
  [ "$1" != test ] || mark_installed runtime
  fingerprint "$1" >"$venv/.installed-$1"
}

requirements() {
  "$python" - "$root/pyproject.toml" "$1" <<'PY'
import sys, tomllib
path, which = sys.argv[1:]
with open(path, "rb") as file:
    project = tomllib.load(file)["project"]
extra = project["optional-dependencies"]["test"] if which == "test" else []
sys.stdout.write("\n".join([*project["dependencies"], *extra]) + "\n")
PY
}

# Also what pip installs for itself while it builds is held to the pins.
pip_install() {
  PIP_CONSTRAINT=$constraints PIP_BUILD_CONSTRAINT=$constraints \
    "$python" -m pip install --disable-pip-version-check --no-input --progress-bar off "$@"
}

# A kill in the middle of a package leaves a description without its list of files, which pip takes
# for an installed package.
forget_half_installed() {
  local info
  for info in "$venv"/lib/python3.*/site-packages/*.dist-info; do
    [ ! -d "$info" ] || [ -f "$info/RECORD" ] || rm -r "$info"
  done
}

make_venv() {
  local base=$1
  step "Making .venv with $("$base" -V)" "$base" -m venv "$venv"
}

install_packages() {
  local which=$1
  forget_half_installed
  requirements "$which" >"$venv/requirements.txt"
  # Exactly this and by itself: any looser request may choose a build of several gigabytes.
  step "Installing PyTorch (some minutes the first time)" \
    pip_install "$(grep '^torch==' "$constraints")"
  step "Installing the other $which packages" pip_install -r "$venv/requirements.txt"
  step "Installing SC3D Desktop itself" pip_install --no-deps --editable "$root"
  [ "$which" != test ] || try_browser
  step "Checking the installation" "$python" -P -c 'import torch, PySide6.QtOpenGLWidgets'
  mark_installed "$which"
}

# set_up SET [virtual-display]: afterwards "$python" runs the program. Does nothing where all is there.
set_up() {
  local which=$1 base= packages
  unset PYTHONPATH PYTHONHOME PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIREMENT
  export PYTHONNOUSERSITE=1
  exec 9<"$root/packaging"
  flock -n 9 || { say "Another set-up is at work in this folder; waiting for it." && flock 9; }

  packages=$(missing_library_packages)
  has_fonts || packages+=" fonts-dejavu-core"
  [ "${2:-}" != virtual-display ] || packages+=" $(missing_virtual_display_packages)"
  if ! venv_is_sound; then
    base=$(find_python)
    packages+=" $(missing_python_packages "$base")"
    rm -rf "$venv"
    mkdir "$venv"
  fi
  # shellcheck disable=SC2086
  need_packages $packages
  is_installed "$which" || set_up_python "$which" "$base"
  exec 9<&-
}

set_up_python() {
  local which=$1 base=$2
  if ! venv_is_sound; then
    base=${base:-$(find_python)}
    [ -n "$base" ] || stop "No Python 3.11, 3.12 or 3.13 was found (looked for python3.11, \
python3.12, python3.13 and python3). Install one of them and start this command again."
    need_disk "$needed_megabytes"
    make_venv "$base"
  fi
  install_packages "$which"
}

# --- Running under a virtual display -----------------------------------------------------------

# under_virtual_display COMMAND…: a screen in memory, drawn by the processor.
under_virtual_display() {
  local runtime status=0
  runtime=$(mktemp -d)
  chmod 700 "$runtime"
  env -u WAYLAND_DISPLAY QT_QPA_PLATFORM=xcb LIBGL_ALWAYS_SOFTWARE=1 XDG_RUNTIME_DIR="$runtime" \
    xvfb-run -a -s "-screen 0 1920x1080x24" "$@" || status=$?
  rm -rf "$runtime"
  return "$status"
}
