"""The dataset browser: what is known, and what of it is like this."""

from sc3d_desktop.panels.dataset_browser.browser import DatasetBrowser

__all__ = ["DatasetBrowser"]
