# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Where the wheel keeps what a C++ project needs."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def get_include() -> str:
    """The folder of the C++ headers.

    When to use: to compile against childwell without CMake; a CMake project says `find_package(childwell)` instead.

    Parameters
    ----------
    None.

    Returns
    -------
    str
        A folder that holds `childwell/core/date.hpp` and the others.

    Raises
    ------
    Never. Cost: none.

    References
    ----------
    The install rules of this project; held by a test that builds a program against the wheel.
    """
    return str(_PACKAGE / "include")


def get_cmake_dir() -> str:
    """The folder of `childwell-config.cmake`.

    When to use: as `-Dchildwell_DIR=` of a C++ project; one that builds with scikit-build-core finds it by itself.

    Parameters
    ----------
    None.

    Returns
    -------
    str
        A folder that holds `childwell-config.cmake`.

    Raises
    ------
    Never. Cost: none.

    References
    ----------
    The install rules of this project; held by a test that builds a program against the wheel.
    """
    return str(_PACKAGE / "lib" / "cmake" / "childwell")
