"""Job bar: what the engine is doing, and with which model on which device."""

from sc3d_desktop.panels.jobs.job_bar import JobBar

__all__ = ["JobBar"]
