"""What a run has found, for others to read: tables, and a page with plots, method and limits."""

from sc3d_desktop.screening.report.write import FORMATS, Request, write_report

__all__ = ["FORMATS", "Request", "write_report"]
