"""The report of an experiment as a page people read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def markdown(report: dict[str, Any]) -> str:
    return "\n".join(_lines(report)) + "\n"


def _lines(report: dict[str, Any]) -> Iterator[str]:
    training = report["training"]
    yield "# SODNet: test report"
    yield ""
    networks = "one network" if training["members"] == 1 else f"{training['members']} networks"
    yield f"Data: {training['data']}."
    yield f"Split {training['split']}, {training['n_train']} entries to train on;"
    yield f"{networks}, {training['settings']['epochs']} epochs,"
    yield "on what a composition branch leaves over."
    yield "Errors are in ln K: 0.5 is a factor of 1.65 in Tc."
    yield ""
    yield "| on the test set | n | MAE / ln K | R² |"
    yield "|---|---|---|---|"
    yield _row("**SODNet, as shipped**", report["test"])
    for name, measured in (report["parts"] | report["references"]).items():
        yield _row(name, measured)
    yield ""
    yield "| family | n | MAE / ln K | R² | in the 90 % interval |"
    yield "|---|---|---|---|---|"
    for name, measured in report["by_family"].items():
        share = report["coverage_by_family"][name]
        yield f"{_row(name, measured)} {share:.0%} |"
    yield ""
    yield "| disorder class | n | MAE / ln K | R² |"
    yield "|---|---|---|---|"
    for name, measured in report["by_disorder"].items():
        yield _row(name, measured)
    yield ""
    yield f"90 % interval: ± {report['half_width']:.3f} ln K, from the validation fold's residuals"
    yield f"(split conformal); it holds {report['coverage']:.1%} of the test entries."


def _row(name: str, measured: dict[str, float]) -> str:
    r2 = measured.get("r2")
    shown = "–" if r2 is None else f"{r2:.3f}"
    return f"| {name} | {measured['n']} | {measured['mae_ln_kelvin']:.3f} | {shown} |"
