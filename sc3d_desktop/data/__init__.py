"""The catalogue of materials: entries, importers, queries."""

from sc3d_desktop.data.catalogue import Catalogue, catalogue_file
from sc3d_desktop.data.columns import Columns
from sc3d_desktop.data.entry import (
    DISORDER,
    FAMILIES,
    Collection,
    Draft,
    Entry,
    Measurement,
    Problem,
    Row,
    StoredPrediction,
)
from sc3d_desktop.data.query import Query, Sort

__all__ = [
    "DISORDER",
    "FAMILIES",
    "Catalogue",
    "Collection",
    "Columns",
    "Draft",
    "Entry",
    "Measurement",
    "Problem",
    "Query",
    "Row",
    "Sort",
    "StoredPrediction",
    "catalogue_file",
]
