"""Job descriptions, their events, and the functions that do them. No display needed."""

from sc3d_desktop.jobs.events import (
    Cancelled,
    Event,
    Failed,
    Finished,
    Partial,
    Progress,
    Queued,
    Started,
    Terminal,
)
from sc3d_desktop.jobs.export import ExportVasp
from sc3d_desktop.jobs.spec import Job, Priority, Services
from sc3d_desktop.jobs.tc import LoadModel, ModelInfo, PredictTc, ScanTc, TcCurve

__all__ = [
    "Cancelled",
    "Event",
    "ExportVasp",
    "Failed",
    "Finished",
    "Job",
    "LoadModel",
    "ModelInfo",
    "Partial",
    "PredictTc",
    "Priority",
    "Progress",
    "Queued",
    "ScanTc",
    "Services",
    "Started",
    "TcCurve",
    "Terminal",
]
