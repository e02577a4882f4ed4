"""An axis of temperatures in K, linear or logarithmic, with round numbers on both."""

from __future__ import annotations

import math
from typing import Any

import pyqtgraph as pg

LOWEST_TC_KELVIN = 0.01
"""Where a logarithmic axis ends."""


class TcAxis(pg.AxisItem):
    """On the logarithmic scale the view counts in log10(Tc / K) and the ticks read 1, 2, 5, 10 …"""

    def __init__(self, side: str = "left", log: bool = False) -> None:
        super().__init__(side)
        self._log_ticks = log

    def set_log(self, log: bool) -> None:
        self._log_ticks = log
        self.picture = None
        self.update()

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[Any, list[float]]]:
        if not self._log_ticks:
            return list(super().tickValues(low, high, size))
        decades = range(math.floor(low), math.ceil(high) + 1)
        steps = (1, 2, 5) if high - low < 3 else (1,)
        ticks = [decade + math.log10(step) for decade in decades for step in steps]
        return [(None, [tick for tick in ticks if low <= tick <= high])]

    def tickStrings(self, values: list[float], scale: float, spacing: Any) -> list[str]:
        if not self._log_ticks:
            return list(super().tickStrings(values, scale, spacing))
        return [f"{10**value:.3g}" for value in values]
