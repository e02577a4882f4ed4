"""Databases that speak OPTIMADE as a source: chosen from the providers' list, or by address.

The client of the ``optimade`` package keeps every page in memory, cannot begin at an offset, does
not ask again after a server's error, and bounds neither the size of a page nor where it leads. So
its model of a species, its parser of filters and its addresses are used here, and the pages are
fetched with the HTTP client that it brings. What imports those is imported when it is needed.
"""

from sc3d_desktop.screening.sources.optimade.asked import Asked
from sc3d_desktop.screening.sources.optimade.manners import Manners
from sc3d_desktop.screening.sources.optimade.providers import Database, databases, providers
from sc3d_desktop.screening.sources.optimade.source import Optimade, optimade_from_json

__all__ = [
    "Asked",
    "Database",
    "Manners",
    "Optimade",
    "databases",
    "optimade_from_json",
    "providers",
]
