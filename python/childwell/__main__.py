# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The command `childwell`, and `python -m childwell`."""

from __future__ import annotations

import sys


def main() -> None:
    """Start the command line, or say in one line what it needs."""
    try:
        from .cli import app
    except ModuleNotFoundError as error:
        if error.name not in ("typer", "rich"):
            raise
        sys.exit("childwell: the command line needs typer and rich; install them with: pip install 'childwell[demo]'")
    except KeyboardInterrupt:  # before a command could say so itself
        sys.exit(130)
    app(prog_name="childwell")


if __name__ == "__main__":
    main()
