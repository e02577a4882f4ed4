"""A user's folder with something of everything in it, and a project of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from catalogue_cases import Drafts, import_all, random_drafts
from recipe_cases import random_recipe
from record_cases import random_record
from screening_cases import SPEC
from sodnet_cases import random_crystal

from sc3d_desktop.data import Catalogue, Collection, Query, StoredPrediction
from sc3d_desktop.data.records import put_record
from sc3d_desktop.project import (
    Contents,
    KeptDocument,
    Opened,
    Saved,
    open_project,
    save_project,
)
from sc3d_desktop.recipes import Kind, RecipeStore
from sc3d_desktop.screening.store import RunStore
from sc3d_desktop.steps import finish

OPEN = Collection("open", "An open set", "CC-BY 4.0: name it.", "somebody")
CLOSED = Collection("closed", "A closed set", "None stated by its authors.", "somebody else")


def fill_home(home: Path) -> Contents:
    """Two collections with tags, predictions and a saved query; five records; a recipe of each
    kind; a screening; a generated run; a crystal that is being edited.
    """
    rng = np.random.default_rng(8)
    path = home / "catalogue.sqlite"
    with Catalogue.open(path) as catalogue:
        import_all(catalogue, Drafts(random_drafts(9, 1), OPEN))
        import_all(catalogue, Drafts(random_drafts(7, 2), CLOSED))
        catalogue.set_tag([2, 5], "to make")
        catalogue.put_predictions("m (1)", [(3, StoredPrediction(9.0, 4.0, 20.0, 0.6, "edge"))])
        catalogue.save_query("warm", Query(tc_kelvin=(20.0, None)))
        for seed in range(5):
            put_record(catalogue, random_crystal(seed, 3), random_record(rng))
    for kind in Kind:
        RecipeStore(home / "recipes").put(random_recipe(kind, "mine", rng))
    (home / "runs").mkdir()
    RunStore.create(home / "runs" / "first run.sqlite", SPEC).close()
    made = home / "generated" / "made"
    (made / "cif").mkdir(parents=True)
    (made / "request.json").write_text(json.dumps({"count": 1}), encoding="utf-8")
    (made / "cif" / "0001.cif").write_text("data_one\n", encoding="utf-8")
    edited = KeptDocument(
        random_crystal(1, 3), random_crystal(2, 3), "/data/a.cif", edits=("Al on Mg1",)
    )
    return Contents(
        "Magnesium diborides, doped",
        author="A. Nonymous",
        catalogue=path,
        documents=(edited,),
        recipes=home / "recipes",
        screenings=(home / "runs" / "first run.sqlite",),
        generated=(made,),
        model="m (1)",
    )


def saved(contents: Contents, out: Path) -> Saved:
    return finish(save_project(contents, out))


def opened(path: Path, home: Path) -> Opened:
    return finish(open_project(path, home))
