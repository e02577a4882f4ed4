"""Job descriptions, their events, and the functions that do them. No display needed."""

from sc3d_desktop.jobs.catalogue import (
    DownloadSuperCon3D,
    ExportEntries,
    FindDuplicates,
    ImportCollection,
    LoadColumns,
    PredictEntries,
)
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
from sc3d_desktop.jobs.export import Export, ExportMany, ExportVasp, PlanHandOff, SaveCrystal
from sc3d_desktop.jobs.fine_tune import (
    Compared,
    CompareVersions,
    FineTune,
    FineTuned,
    RecordSource,
    go_on,
)
from sc3d_desktop.jobs.open_files import Found, ReadAgain, ReadFiles
from sc3d_desktop.jobs.results import ReadCalculation, ReadResults
from sc3d_desktop.jobs.spec import Job, Priority, Services
from sc3d_desktop.jobs.tc import LoadModel, ModelInfo, PredictTc, ScanTc, TcCurve

__all__ = [
    "Cancelled",
    "CompareVersions",
    "Compared",
    "DownloadSuperCon3D",
    "Event",
    "Export",
    "ExportEntries",
    "ExportMany",
    "ExportVasp",
    "Failed",
    "FindDuplicates",
    "FineTune",
    "FineTuned",
    "Finished",
    "Found",
    "ImportCollection",
    "Job",
    "LoadColumns",
    "LoadModel",
    "ModelInfo",
    "Partial",
    "PlanHandOff",
    "PredictEntries",
    "PredictTc",
    "Priority",
    "Progress",
    "Queued",
    "ReadAgain",
    "ReadCalculation",
    "ReadFiles",
    "ReadResults",
    "RecordSource",
    "SaveCrystal",
    "ScanTc",
    "Services",
    "Started",
    "TcCurve",
    "Terminal",
    "go_on",
]
