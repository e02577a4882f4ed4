"""The model card as people read it."""

from __future__ import annotations

from typing import Any

from sc3d_desktop.models.sodnet.weights import ModelCard

_BRANCHES = {
    "composition_network": "a small network",
    "anchors": "a kernel machine",
    "forest_trees": "a forest of ramps",
}
"""The size on the card that tells of a part of the composition branch → its words."""


def card_lines(card: ModelCard) -> tuple[tuple[str, str], ...]:
    """Pairs of heading and text, in reading order; what a card does not say is left out."""
    training = card.training
    pairs = [
        ("Model", f"SODNet {card.version}: {_networks(card)}"),
        *_improved(training.get("fine_tune", {})),
        ("Trained on", str(training.get("data", ""))),
        ("Rows", _rows(training)),
        ("Licence of the data", str(training.get("licence", ""))),
        *((f"Measured: {name}", _measured(m)) for name, m in _folds(card.metrics)),
        ("Split", str(training.get("split", ""))),
        ("Interval", str(training.get("interval", ""))),
        ("Superconductor or not", str(training.get("probability", ""))),
        ("Like the training data?", str(training.get("domain", ""))),
        ("Limits", str(training.get("limits", ""))),
    ]
    return tuple((heading, text) for heading, text in pairs if text)


def _improved(about: dict[str, Any]) -> list[tuple[str, str]]:
    """How a version was improved on records; empty for the shipped model."""
    if not about:
        return []
    return [
        ("Improved on", f"{about['data']}, on {about['made_at'][:10]}, from “{about['parent']}”"),
        ("Before and after", about["summary"]),
    ]


def _networks(card: ModelCard) -> str:
    networks = "one network" if card.members == 1 else f"{card.members} networks"
    parts = [words for size, words in _BRANCHES.items() if card.sizes.get(size)]
    of_composition = f"{' and '.join(parts)} on the composition, " if parts else ""
    return f"{of_composition}{networks} on the crystal graph"


def _rows(training: dict[str, Any]) -> str:
    if "n_rows" not in training:
        return ""
    return f"{training['n_entries']:,} crystals, {training['n_rows']:,} compositions in all"


def _folds(metrics: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    folds = metrics.get("folds", {})
    return list(folds.items()) if isinstance(folds, dict) else []


def _measured(m: dict[str, Any]) -> str:
    """``MAE 0.46 ± 0.02 ln K, R² 0.79 ± 0.03 over 10 folds; 90.1 % in the 90 % interval``."""
    mae, r2 = m["mae_ln_kelvin"], m["r2"]
    return (
        f"MAE {mae[0]:.3f} ± {mae[1]:.3f} ln K, R² {r2[0]:.3f} ± {r2[1]:.3f} over "
        f"{m['n_folds']} folds; {100 * m['coverage']:.1f} % within the 90 % interval, which is "
        f"{m['mean_width']:.2f} ln K wide on average"
    )
