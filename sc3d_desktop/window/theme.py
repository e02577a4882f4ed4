"""The light and the dark look of the whole program: one palette each on the Fusion style."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

_Role, _Group = QPalette.ColorRole, QPalette.ColorGroup

# PlaceholderText is the colour of secondary text, BrightText that of problems.
_LIGHT: dict[QPalette.ColorRole, str] = {
    _Role.Window: "#F3F5F7", _Role.WindowText: "#1C2128", _Role.Base: "#FFFFFF",
    _Role.AlternateBase: "#F7F8FA", _Role.Text: "#1C2128", _Role.PlaceholderText: "#5B6571",
    _Role.Button: "#F7F8FA", _Role.ButtonText: "#1C2128", _Role.BrightText: "#B3261E",
    _Role.Light: "#FFFFFF", _Role.Midlight: "#E4E8EC", _Role.Mid: "#B9C1CA",
    _Role.Dark: "#98A2AE", _Role.Shadow: "#4A525C", _Role.Highlight: "#0B66C3",
    _Role.HighlightedText: "#FFFFFF", _Role.Link: "#0B66C3", _Role.LinkVisited: "#6A4FB3",
    _Role.ToolTipBase: "#22272E", _Role.ToolTipText: "#F3F5F7", _Role.Accent: "#0B66C3",
}  # fmt: skip
_DARK: dict[QPalette.ColorRole, str] = {
    _Role.Window: "#22272E", _Role.WindowText: "#E8EBEF", _Role.Base: "#16191E",
    _Role.AlternateBase: "#1B1F25", _Role.Text: "#E8EBEF", _Role.PlaceholderText: "#A3ADB9",
    _Role.Button: "#2C323A", _Role.ButtonText: "#E8EBEF", _Role.BrightText: "#FF8F85",
    _Role.Light: "#3F4853", _Role.Midlight: "#333A43", _Role.Mid: "#4C5662",
    _Role.Dark: "#14171B", _Role.Shadow: "#0A0C0E", _Role.Highlight: "#3D8FE0",
    _Role.HighlightedText: "#FFFFFF", _Role.Link: "#6EB2F7", _Role.LinkVisited: "#B79CF2",
    _Role.ToolTipBase: "#E8EBEF", _Role.ToolTipText: "#1C2128", _Role.Accent: "#3D8FE0",
}  # fmt: skip
_DISABLED = {"light": "#9AA3AD", "dark": "#6B7582"}
_DISABLED_ROLES = (_Role.WindowText, _Role.Text, _Role.ButtonText)

THEMES = ("system", "light", "dark")


def apply_theme(name: str) -> bool:
    """Give the application the theme ``system``, ``light`` or ``dark``; whether it is dark now."""
    schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    hints = QGuiApplication.styleHints()
    hints.setColorScheme(schemes.get(name, Qt.ColorScheme.Unknown))
    dark = hints.colorScheme() == Qt.ColorScheme.Dark if name == "system" else name == "dark"
    if QApplication.style().objectName() != "fusion":
        QApplication.setStyle("Fusion")
    QApplication.setPalette(palette(dark))
    return dark


def palette(dark: bool) -> QPalette:
    made = QPalette()
    for role, colour in (_DARK if dark else _LIGHT).items():
        made.setColor(role, QColor(colour))
    faint = QColor(_DISABLED["dark" if dark else "light"])
    for role in _DISABLED_ROLES:
        made.setColor(_Group.Disabled, role, faint)
    made.setColor(_Group.Disabled, _Role.Highlight, QColor(made.color(_Role.Mid)))
    return made
