"""Results on disk as tables, plots and pages people read."""

from sc3d_desktop.training.report.write import ReportSettings, write_report

__all__ = ["ReportSettings", "write_report"]
