"""The options of ``sc3d train``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from sc3d_desktop.cli.options import part, weights_option


def add_train(parser: argparse.ArgumentParser) -> None:
    """The parts of the command; each has options of its own."""
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    _train_sodnet(part(what, "sodnet", "Train SODNet fold by fold; skips what is there."))
    _train_baselines(part(what, "baselines", "Run the reference methods; skips what is there."))
    _train_ablations(part(what, "ablations", "Train SODNet alone, whole and with parts left out."))
    _train_ship(part(what, "ship", "Train the weights to be used, on everything."))
    _train_diffcsp_sc(part(what, "diffcsp-sc", "Train the generator; goes on where it stopped."))
    _train_guide(part(what, "guide", "Train the Tc model that guides the generator by energy."))
    _train_fingerprint(part(what, "fingerprint", "Tell by hashes what the generator learns from."))
    _train_check(part(what, "check", "Judge weights on doping series and recent compounds."))
    _train_report(part(what, "report", "Draw tables and plots from the results on disk."))


def _train_sodnet(parser: argparse.ArgumentParser) -> None:
    _train_folds(parser, labels=("extra",), needed=False)
    parser.add_argument(
        "--variant",
        nargs="+",
        default=_VARIANTS,
        choices=_VARIANTS,
        help="the composition branch alone, and with the network",
    )
    _train_size(parser)
    _epochs_and_threads(parser)
    _fine_tune(parser.add_argument_group("improve a version on records instead"))


def _fine_tune(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--from", dest="parent", metavar="VERSION", help="shipped, or one of “sc3d models list”"
    )
    group.add_argument(
        "--records",
        metavar="FILE.csv|catalogue",
        help="formula,tc_kelvin,down_to_kelvin,weight; or what the catalogue holds",
    )
    group.add_argument(
        "--collection", nargs="+", default=["my-measurements"], help="of the catalogue"
    )
    group.add_argument("--catalogue", type=Path, metavar="FILE", help="instead of your own")
    group.add_argument(
        "--network",
        choices=("auto", "off"),
        default="auto",
        help="auto: the network learns as well where that is a gain on compounds left out",
    )
    group.add_argument(
        "--device", choices=("auto", "cpu", "cuda"), default="auto", help="for the network"
    )
    group.add_argument(
        "--afresh", action="store_true", help="do not go on with one that was stopped"
    )
    group.add_argument("--name", default="", help="of the new version; the date without it")
    group.add_argument(
        "--out", type=Path, metavar="FILE.safetensors", help="instead of among your versions"
    )
    group.add_argument("--json", action="store_true", help="the verdict as one JSON object")


def _train_ablations(parser: argparse.ArgumentParser) -> None:
    _data_and_folds(parser, splits=("fold_random",))
    parser.add_argument("--variant", nargs="+", default=None, metavar="NAME", help="all without")
    _trained_on(parser)
    _epochs_and_threads(parser)


def _epochs_and_threads(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--epochs", type=int, default=None, help="passes over the training set")
    parser.add_argument("--threads", type=int, default=1, help="processor threads")


def _trained_on(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--trained-on",
        default="O/SD/PD/SPD",
        metavar="CLASSES",
        help="train on these classes of disorder only, such as O or O/SD",
    )


def _train_size(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--train-size",
        type=int,
        default=None,
        metavar="N",
        help="train on a random part only, for a learning curve",
    )


def _train_diffcsp_sc(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="for weights")
    parser.add_argument("--minutes", type=float, default=60.0, help="to train for now")
    parser.add_argument(
        "--cool-minutes",
        type=float,
        default=0.0,
        metavar="MINUTES",
        help="of these, the last ones with a learning rate that falls to nothing",
    )
    parser.add_argument("--size", choices=("compact", "paper"), default="compact")
    parser.add_argument(
        "--start", type=Path, metavar="FILE.safetensors", help="weights of an earlier run"
    )
    parser.add_argument("--no-attention", action="store_true", help="DiffCSP, for comparison")
    parser.add_argument(
        "--no-pretraining", action="store_true", help="superconductors alone, for comparison"
    )
    parser.add_argument("--structures", type=int, metavar="N", help="the first ones only")
    parser.add_argument("--threads", type=int, default=1, help="processor threads")


def _train_guide(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="for weights")
    parser.add_argument("--minutes", type=float, default=10.0, help="to train for now")
    parser.add_argument("--threads", type=int, default=1, help="processor threads")


def _train_fingerprint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.npz")
    parser.add_argument("--structures", type=int, metavar="N", help="the first ones only")


def _train_ship(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--runs", type=Path, required=True, metavar="DIR", help="results the card tells of"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.safetensors")
    parser.add_argument(
        "--without", nargs="+", default=[], metavar="SYSTEM", help="leave out, as in La-Sr-Cu-O"
    )
    parser.add_argument(
        "--card-only", action="store_true", help="only put new results on the card of FILE"
    )
    parser.add_argument("--threads", type=int, default=2, help="processor threads")


def _train_check(parser: argparse.ArgumentParser) -> None:
    weights_option(parser)
    parser.add_argument("--runs", type=Path, required=True, metavar="DIR", help="where it is kept")
    parser.add_argument("--name", default="on all data", help="what the report calls the weights")


def _data_and_folds(
    parser: argparse.ArgumentParser, splits: Sequence[str], needed: bool = True
) -> None:
    parser.add_argument("--data", type=Path, required=needed, metavar="DIR")
    parser.add_argument(
        "--runs",
        type=Path,
        required=needed,
        metavar="DIR",
        help="where results go, one file a fold",
    )
    parser.add_argument("--split", nargs="+", default=splits, choices=_SPLITS)
    parser.add_argument("--fold", nargs="+", type=int, default=range(10), choices=range(10))


def _train_folds(
    parser: argparse.ArgumentParser, labels: Sequence[str], needed: bool = True
) -> None:
    _data_and_folds(parser, _SPLITS, needed)
    parser.add_argument(
        "--labels",
        nargs="+",
        default=labels,
        choices=_LABELS,
        help="train on SuperCon3D, or on further formulas as well",
    )


def _train_baselines(parser: argparse.ArgumentParser) -> None:
    _train_folds(parser, labels=_LABELS)
    parser.add_argument("--variant", nargs="+", default=None, metavar="NAME", help="all without")
    _trained_on(parser)
    _train_size(parser)
    parser.add_argument("--threads", type=int, default=2, help="processor threads")


def _train_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--runs", type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--reference", default=None, metavar="VARIANT", help="what the others are compared with"
    )
    parser.add_argument("--show", nargs="+", default=[], metavar="VARIANT", help="what is plotted")


_SPLITS = ("fold_random", "fold_grouped", "fold_paper_sorted")
_VARIANTS = ("composition", "sodnet")
_LABELS = ("supercon3d", "extra")
