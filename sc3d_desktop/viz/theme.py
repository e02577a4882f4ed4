"""Colours of everything drawn: elements, disorder classes, canvas and charts, light and dark."""

from __future__ import annotations

from dataclasses import dataclass

from sc3d_desktop.crystal.disorder import DisorderClass

ELEMENT_COLOURS: dict[str, str] = {
    "H": "#F2F2F2", "D": "#DDE6F2", "T": "#C9D8EC", "He": "#D5FBFF",
    "Li": "#B78BE8", "Be": "#B9DB3E", "B": "#F0A08C", "C": "#6B6F76", "N": "#3D64E8",
    "O": "#E5352B", "F": "#7BCB4A", "Ne": "#AEE3F2",
    "Na": "#9A62DC", "Mg": "#7CC23A", "Al": "#7D8FC2", "Si": "#D9B38C", "P": "#F28A1E",
    "S": "#F2CF2A", "Cl": "#35C93C", "Ar": "#7FCFE0",
    "K": "#8045C9", "Ca": "#6FD66B", "Sc": "#C7CCD6", "Ti": "#A3ABBA", "V": "#8C939F",
    "Cr": "#7387B8", "Mn": "#9270BE", "Fe": "#D86A33", "Co": "#E0819A", "Ni": "#5DB872",
    "Cu": "#C9783A", "Zn": "#7D82AE", "Ga": "#C28F8C", "Ge": "#66918F", "As": "#A873D6",
    "Se": "#E8A317", "Br": "#A5402B", "Kr": "#60B5CC",
    "Rb": "#6C35AD", "Sr": "#2FA84A", "Y": "#86DDE8", "Zr": "#79BFC4", "Nb": "#4FA6BE",
    "Mo": "#4494AE", "Tc": "#3A8A9E", "Ru": "#2C8390", "Rh": "#1F7C8E", "Pd": "#2A6C85",
    "Ag": "#B4BBC4", "Cd": "#E8CF86", "In": "#A8756F", "Sn": "#66828A", "Sb": "#9561B4",
    "Te": "#CC7A12", "I": "#8D1F97", "Xe": "#4496AE",
    "Cs": "#561F92", "Ba": "#0F7A5E", "La": "#3F9BE0", "Ce": "#E3DCA0", "Pr": "#CBE38F",
    "Nd": "#B5DFA4", "Pm": "#9DE0B4", "Sm": "#86DBBE", "Eu": "#62D6C0", "Gd": "#43CFBC",
    "Tb": "#32C4B3", "Dy": "#24B8AA", "Ho": "#18AB96", "Er": "#109F7D", "Tm": "#0C9464",
    "Yb": "#0B874C", "Lu": "#107A3A", "Hf": "#5BA8CF", "Ta": "#4B97D2", "W": "#3B80BF",
    "Re": "#3470A3", "Os": "#2F628E", "Ir": "#27557C", "Pt": "#C4C7D6", "Au": "#EFC02B",
    "Hg": "#9AA5C9", "Tl": "#A0564A", "Pb": "#565B66", "Bi": "#9A4FB0", "Po": "#A65C1A",
    "At": "#74503F", "Rn": "#4A7F91",
    "Fr": "#43126F", "Ra": "#147A35", "Ac": "#69A9E8", "Th": "#2FA9E0", "Pa": "#2594D4",
    "U": "#2480C4", "Np": "#2A6DB8", "Pu": "#3B5CAE", "Am": "#5A55B0", "Cm": "#7356AE",
    "Bk": "#8648A8", "Cf": "#98389F", "Es": "#A62E92", "Fm": "#AD2481", "Md": "#AE1B70",
    "No": "#B4195F", "Lr": "#BD1450",
}  # fmt: skip
UNKNOWN_COLOUR = "#B0B0B0"

DISORDER_COLOURS: dict[DisorderClass, str] = {
    DisorderClass.O: "#A7AFB8",
    DisorderClass.SD: "#2D7FC1",
    DisorderClass.PD: "#E69F00",
    DisorderClass.SPD: "#B5518C",
}
DISORDER_NAMES: dict[DisorderClass, str] = {
    DisorderClass.O: "ordered",
    DisorderClass.SD: "substitutional",
    DisorderClass.PD: "positional",
    DisorderClass.SPD: "both",
}
"""Blue, orange and purple stay apart for the common kinds of colour blindness."""

CONTRIBUTION_RAMP = ("#2B2F6B", "#2F6C8F", "#3FA38A", "#9CCB5E", "#F6DE4B")
"""Low to high, rising steadily in lightness, so that it also reads in grey."""


@dataclass(frozen=True)
class CanvasTheme:
    """Colours of the crystal picture and of what is written over it."""

    background: str
    text: str
    muted: str
    panel: str
    panel_border: str
    cell: str
    outline: str
    vacancy: str
    hatch: str
    selection: str
    hover: str
    axes: tuple[str, str, str]


LIGHT_CANVAS = CanvasTheme(
    background="#FFFFFF", text="#1C2128", muted="#616B77", panel="#F7F8FA", panel_border="#D5DAE0",
    cell="#59626E", outline="#20242B", vacancy="#F4F5F7", hatch="#8E97A3", selection="#0B74DE",
    hover="#7FB6F2", axes=("#D2342B", "#2A9540", "#2A62D9"),
)  # fmt: skip
DARK_CANVAS = CanvasTheme(
    background="#16191E", text="#E8EBEF", muted="#9AA4B0", panel="#22272E", panel_border="#3A424D",
    cell="#98A2AE", outline="#05070A", vacancy="#3A414B", hatch="#98A2AE", selection="#FFC233",
    hover="#B58E33", axes=("#FF6B60", "#5CCB72", "#6E9BFF"),
)  # fmt: skip


@dataclass(frozen=True)
class ChartTheme:
    """Colours of a chart."""

    background: str
    text: str
    axis: str
    grid: str
    line: str
    band: str
    marker: str
    stale: str


LIGHT_CHART = ChartTheme(
    background="#FFFFFF", text="#1C2128", axis="#616B77", grid="#616B77", line="#0B66C3",
    band="#0B66C3", marker="#D1495B", stale="#A2A9B2",
)  # fmt: skip
DARK_CHART = ChartTheme(
    background="#16191E", text="#E8EBEF", axis="#9AA4B0", grid="#9AA4B0", line="#5AA9F5",
    band="#5AA9F5", marker="#FF7F8E", stale="#666F7A",
)  # fmt: skip


def canvas_theme(dark: bool) -> CanvasTheme:
    return DARK_CANVAS if dark else LIGHT_CANVAS


def chart_theme(dark: bool) -> ChartTheme:
    return DARK_CHART if dark else LIGHT_CHART


def element_colour(symbol: str) -> str:
    """The colour of an element as #RRGGBB."""
    return ELEMENT_COLOURS.get(symbol, UNKNOWN_COLOUR)


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of #RRGGBB."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def unit_rgb(colour: str) -> tuple[float, float, float]:
    """Red, green and blue, 0 to 1, of #RRGGBB."""
    r, g, b = rgb(colour)
    return r / 255, g / 255, b / 255


def ramp_rgb(fraction: float) -> tuple[int, int, int]:
    """The colour of the contribution ramp at ``fraction`` in [0, 1]."""
    place = min(1.0, max(0.0, fraction)) * (len(CONTRIBUTION_RAMP) - 1)
    lower = min(int(place), len(CONTRIBUTION_RAMP) - 2)
    low, high = rgb(CONTRIBUTION_RAMP[lower]), rgb(CONTRIBUTION_RAMP[lower + 1])
    t = place - lower
    mixed = [round(p + (q - p) * t) for p, q in zip(low, high, strict=True)]
    return mixed[0], mixed[1], mixed[2]
