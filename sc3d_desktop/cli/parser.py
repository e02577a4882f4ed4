"""Commands and options; nothing heavy is imported here."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sc3d_desktop import __version__
from sc3d_desktop.cli.generate_curve import add_arguments as add_curve
from sc3d_desktop.cli.generate_options import add_generate, add_trajectory
from sc3d_desktop.cli.generate_report import add_arguments as add_report
from sc3d_desktop.cli.hand_off_options import add_hand_off
from sc3d_desktop.cli.models_options import add_models
from sc3d_desktop.cli.options import part, recipe_option, weights_option
from sc3d_desktop.cli.recipes_options import add_recipes
from sc3d_desktop.cli.record_options import add_project, add_record
from sc3d_desktop.cli.results_options import add_results
from sc3d_desktop.cli.train_options import add_train

if TYPE_CHECKING:
    from sc3d_desktop.cli.options import Commands


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Parsed arguments with the ``module`` of the command; wrong usage leaves with status 2."""
    parser = argparse.ArgumentParser(
        prog="sc3d",
        description="Edit a crystal's partial occupancies and watch its predicted Tc.",
        epilog="Exit status: 0 all done, 1 some inputs failed, 2 wrong usage.",
    )
    parser.add_argument("--version", action="version", version=f"sc3d {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in (_app, _predict, _scan, _export, _results, _data, _screen, _screen_report,
                _screen_check, _generate, _train, _models, _record, _project, _recipes,
                _bench, _doctor):  # fmt: skip
        add(commands)
    return parser.parse_args(_joined(argv))


def _joined(argv: Sequence[str]) -> Sequence[str]:
    """``screen report`` is a command of its own: sources, which ``screen`` takes, may have any
    name. A folder of that name is meant with ``./report``.
    """
    first_two = " ".join(argv[:2])
    return [first_two, *argv[2:]] if first_two in _OF_TWO_WORDS else argv


_OF_TWO_WORDS = (
    *("screen report", "screen check"),
    *("generate report", "generate curve", "generate trajectory"),
)


def _command(commands: Commands, name: str, help_: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_, description=help_)
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    parser.set_defaults(module=name.replace(" ", "_"))
    return parser


def _app(commands: Commands) -> None:
    parser = _command(commands, "app", "Open the window.")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help=_PATHS)
    parser.add_argument(
        "--screenshot", type=Path, metavar="OUT.png", help="save a picture and leave"
    )
    parser.add_argument("--panel", help="the panel to bring to the front for the picture")
    parser.add_argument("--size", type=_size, default=(1280, 800), metavar="1280x800")
    parser.add_argument("--theme", choices=("system", "light", "dark"), default="system")


_PATHS = "CIF, POSCAR, extended XYZ, .res, .xsf or pymatgen JSON; folders; zip, tar or gz of these"


def _predict(commands: Commands) -> None:
    parser = _command(commands, "predict", "Predict Tc of files, folders and archives.")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=_PATHS)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    weights_option(parser)


def _scan(commands: Commands) -> None:
    parser = _command(commands, "scan", "Tc along a doping line: one species replaces another.")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--site", required=True, metavar="LABEL", help="orbit or site, as in the file"
    )
    parser.add_argument("--dopant", required=True, metavar="EL", help="element, or “vacancy”")
    parser.add_argument("--from", dest="start", type=float, default=0.0, metavar="X")
    parser.add_argument("--to", dest="stop", type=float, default=0.3, metavar="X")
    parser.add_argument("--points", type=int, default=31)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    weights_option(parser)


def _export(commands: Commands) -> None:
    parser = _command(commands, "export", "Write a crystal for another program.")
    parser.add_argument(
        "form",
        choices=("vasp", "qe", "cif", "poscar", "xyz", "json"),
        help="vasp and qe write a folder, or of all structures a .zip",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help=_PATHS)
    parser.add_argument("--out", type=Path, required=True, metavar="PATH")
    parser.add_argument("--block", metavar="NAME", help="of a file with more than one structure")
    add_hand_off(parser.add_argument_group("calculations"))


def _results(commands: Commands) -> None:
    add_results(_command(commands, "results", "Read back what VASP or Quantum ESPRESSO gave."))


def _record(commands: Commands) -> None:
    add_record(_command(commands, "record", "What you made and measured, beside its prediction."))


def _project(commands: Commands) -> None:
    add_project(_command(commands, "project", "Save your work, open it elsewhere, cite it."))


def _recipes(commands: Commands) -> None:
    add_recipes(_command(commands, "recipes", "Choices saved under a name, to use again."))


def _data(commands: Commands) -> None:
    parser = _command(commands, "data", "Fill, search and export the catalogue of materials.")
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    importing = part(what, "import", "Bring in a data set; what is there already is passed over.")
    importing.add_argument("source", choices=("starter", "supercon3d", "3dsc", "htsc", "cif"))
    importing.add_argument("path", nargs="?", type=Path, help="its folder or archive")
    importing.add_argument("--table", type=Path, metavar="CSV", help="Tc of the CIF files")
    importing.add_argument(
        "--download", action="store_true", help="get SuperCon3D from its authors' repository"
    )
    for name, help_ in (
        ("list", "List entries."),
        ("export", "Write entries to a .csv, .xlsx or .zip file."),
        ("predict", "Predict entries and keep the answers."),
    ):
        _data_query(part(what, name, help_))
    what.choices["list"].add_argument("--limit", type=int, metavar="N", help="the first ones only")
    what.choices["export"].add_argument("--out", type=Path, required=True, metavar="FILE")
    part(what, "duplicates", "Find and list entries that are one material in one structure.")
    part(what, "collections", "List the collections with their licences.")
    removing = part(what, "remove", "Remove a collection with all its entries.")
    removing.add_argument("name", metavar="COLLECTION")
    for each in what.choices.values():
        each.add_argument("--catalogue", type=Path, metavar="FILE", help="instead of your own")
        each.add_argument("--json", action="store_true", help="one JSON object a line")


def _data_query(parser: argparse.ArgumentParser) -> None:
    recipe_option(parser)
    parser.add_argument("--formula", default="", metavar="F", help="MgB2, or La-Sr-Cu-O: a system")
    for name, help_ in (
        ("elements", "all of these: La,Cu"),
        ("only", "nothing but these and --elements"),
        ("without", "none of these"),
    ):
        parser.add_argument(f"--{name}", type=_listed, default=(), metavar="EL,EL", help=help_)
    for name, choices in (("family", _FAMILIES), ("disorder", _DISORDER)):
        parser.add_argument(f"--{name}", nargs="+", default=(), choices=choices)
    parser.add_argument("--collection", nargs="+", default=(), metavar="NAME")
    parser.add_argument("--tag", nargs="+", default=(), metavar="TAG", help="with all of these")
    parser.add_argument("--tc-min", type=float, metavar="K")
    parser.add_argument("--tc-max", type=float, metavar="K")
    parser.add_argument("--space-group", default="", metavar="SG", help="symbol or number")
    parser.add_argument("--superconducting", choices=("yes", "no"))
    parser.add_argument("--text", default="", help="words in formula, name, notes, references")
    parser.add_argument("--sort", default="id", choices=_SORTED_BY, metavar="COLUMN")
    parser.add_argument("--descending", action="store_true")


def _screen(commands: Commands) -> None:
    parser = _command(commands, "screen", "Predict everything in sources, into a run that resumes.")
    parser.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help=f"{_PATHS}; “catalogue” for your own; https://… of an OPTIMADE database",
    )
    parser.add_argument("--run", type=Path, required=True, metavar="RUN.sqlite")
    parser.add_argument("--resume", action="store_true", help="go on with a run that was stopped")
    parser.add_argument("--workers", type=int, metavar="N", help="processes that read; 0 for none")
    parser.add_argument("--dask", default="", metavar="tcp://HOST:PORT", help="use this cluster")
    recipe_option(parser)
    for name, help_ in (
        ("elements", "with all of these: La,Cu"),
        ("only", "nothing but these and --elements"),
        ("without", "with none of these"),
    ):
        parser.add_argument(f"--{name}", type=_listed, metavar="EL,EL", help=help_)
    parser.add_argument("--disorder", nargs="+", choices=_DISORDER)
    parser.add_argument("--most-sites", type=int, metavar="N", help="in the cell; 400 without it")
    parser.add_argument(
        "--radioactive", action=argparse.BooleanOptionalAction, help="radioactive ones as well"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _screen_report(commands: Commands) -> None:
    parser = _command(commands, "screen report", "Report a run as a table or a page.")
    parser.add_argument("run", type=Path, metavar="RUN.sqlite")
    parser.add_argument("--format", choices=("csv", "xlsx", "html"), default="html")
    parser.add_argument("--out", type=Path, metavar="FILE", help="instead of beside the run")
    parser.add_argument(
        "--best", type=int, metavar="N", help="lines; all, and on a page 100, without it"
    )
    recipe_option(parser)
    parser.add_argument("--min-probability", type=float, metavar="P")
    for name, help_ in (
        ("hide-known", "what has a Tc in the catalogue"),
        ("hide-trained", "what was trained on"),
    ):
        action = argparse.BooleanOptionalAction
        parser.add_argument(f"--{name}", action=action, help=help_)
    parser.add_argument(
        "--with-structures",
        action="store_true",
        help="the best as CIF files as well, in an archive beside: mind their licence",
    )
    parser.add_argument("--catalogue", type=Path, metavar="FILE", help="instead of your own")


def _generate(commands: Commands) -> None:
    add_generate(_command(commands, "generate", "Make candidates for a target Tc."))
    add_report(_command(commands, "generate report", "Judge runs of the generator by numbers."))
    add_curve(_command(commands, "generate curve", "Measure quality against denoising steps."))
    add_trajectory(_command(commands, "generate trajectory", "Write a candidate's way from noise."))


def _screen_check(commands: Commands) -> None:
    parser = _command(
        commands, "screen check", "Predict the candidates of the paper's own screening."
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


_FAMILIES = ("cuprate", "iron_based", "heavy_fermion", "h_rich", "others")
_DISORDER = ("O", "SD", "PD", "SPD")
_SORTED_BY = ("id", "formula", "family", "disorder", "tc_high_kelvin", "n_sites", "space_group")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _train(commands: Commands) -> None:
    add_train(_command(commands, "train", "Train and judge models, or improve one, on your data."))


def _models(commands: Commands) -> None:
    add_models(_command(commands, "models", "The versions of the Tc model: which one answers."))


def _bench(commands: Commands) -> None:
    parser = _command(commands, "bench", "Measure this machine: edit to Tc, curve, files, start.")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--steps", type=int, default=200, help="slider steps a crystal")
    parser.add_argument(
        "--no-window", action="store_true", help="leave out the window: minutes without a GPU"
    )


def _doctor(commands: Commands) -> None:
    parser = _command(commands, "doctor", "Check display, GPU, weights and folders.")
    parser.add_argument("--json", action="store_true", help="one JSON array of findings")


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    try:
        size = int(width), int(height)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not WIDTHxHEIGHT") from None
    if not all(200 <= n <= 8000 for n in size):
        raise argparse.ArgumentTypeError("width and height must be between 200 and 8000")
    return size
