# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The command `childwell`, and `python -m childwell`."""

from __future__ import annotations

import os
import signal
import sys
import threading


def main() -> None:
    """Start the command line, or say in one line what it needs."""
    listens = threading.current_thread() is threading.main_thread()
    if listens:  # while libraries load there is nothing to undo, and some of them would word Ctrl-C as a fault of theirs
        signal.signal(signal.SIGINT, lambda number, frame: os._exit(130))
    try:
        from .cli import app
    except ModuleNotFoundError as error:
        if error.name not in ("typer", "rich"):
            raise
        sys.exit("childwell: the command line needs typer and rich; install them with: pip install 'childwell[demo]'")
    if listens:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    app(prog_name="childwell")


if __name__ == "__main__":
    main()
