"""``sc3d app``: the window, or a picture of it."""

from __future__ import annotations

import argparse


def run(arguments: argparse.Namespace) -> int:
    from sc3d_desktop.app import run_app, take_screenshot

    if arguments.screenshot is None:
        return run_app(arguments.files)
    take_screenshot(
        arguments.screenshot, arguments.files, arguments.panel, arguments.size, arguments.theme
    )
    return 0
