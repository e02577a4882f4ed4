"""The columns the table can show."""

from __future__ import annotations

from sc3d_desktop.panels.dataset_browser import texts
from sc3d_desktop.panels.parts.row_model import Column
from sc3d_desktop.panels.parts.text import formula_markup

COLUMNS = (
    Column("formula", "Formula", lambda row: row.formula, 140, "formula", markup=formula_markup),
    Column(
        "tc", "Tc", texts.tc, 112, "tc_high_kelvin",
        "Reported critical temperature: the spread and number of reports; “calc.” where none was "
        "measured", True, falls=True,
    ),
    Column("family", "Family", texts.family, 98, "family"),
    Column("disorder", "Disorder", texts.disorder, 124, "disorder", "Class of disorder"),
    Column(
        "space_group", "Space group", lambda row: row.space_group, 84, "space_group_number",
        markup=texts.space_group_markup,
    ),
    Column("n_sites", "Sites", texts.sites, 46, "n_sites", "Sites in the cell", True),
    Column(
        "predicted", "Predicted", texts.predicted, 116, "predicted_kelvin",
        "Predicted critical temperature with its 90 % interval", True, falls=True,
    ),
    Column("tags", "Tags", lambda row: ", ".join(row.tags), 84),
    Column(
        "findings", "Noted", texts.findings, 52, "findings",
        "How many things were noticed in the file: repairs and doubts", True, falls=True,
    ),
    Column("collection", "Collection", lambda row: row.collection, 92, "collection"),
    Column("name", "Name", lambda row: row.name, 110, shown=False),
    Column(
        "pressure", "P (GPa)", texts.pressure, 60, "pressure_gpa",
        "Pressure of the highest Tc; empty at ambient pressure", True, False, True,
    ),
    Column(
        "n_measurements", "Reports", lambda row: str(row.n_measurements), 58, "n_measurements",
        "Reported measurements", True, False, True,
    ),
    Column(
        "p_superconductor", "P(SC)", texts.probability, 54, "p_superconductor",
        "How probable it is that it superconducts at all", True, False, True,
    ),
    Column(
        "in_training", "Trained on", texts.in_training, 72, "in_training",
        "Whether the model was trained on it", shown=False,
    ),
    Column(
        "chemical_system", "System", lambda row: row.chemical_system, 110, "chemical_system",
        "Chemical system", shown=False,
    ),
    Column(
        "alike", "Alike", lambda row: "" if row.alike is None else str(row.alike), 50, "alike",
        "Entries of one number are one material in one structure", True, False,
    ),
)  # fmt: skip

FORMULA = 0
