# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""A stranger's project builds against the source, an install tree and the wheel, and mixes instruction sets safely."""

import importlib.util
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
pytestmark = pytest.mark.skipif(
    not (shutil.which("cmake") and shutil.which("ninja")), reason="cmake and ninja are not here"
)


def can_run_wide_code() -> bool:
    try:
        return "avx2" in Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return False


def called(*command: object) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def consume(build: Path, *definitions: str) -> None:
    called("cmake", "-S", HERE, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug", *definitions)
    called("cmake", "--build", build, "-j", "2", "--target", "consumer")
    if can_run_wide_code():
        assert "equal, library answers" in called(build / "consumer")


def site_packages() -> str:
    return sysconfig.get_path("purelib")


def test_the_wheel_is_found_by_find_package(tmp_path):
    package = Path(importlib.util.find_spec("childwell").origin).parent
    consume(tmp_path / "build", f"-Dchildwell_ROOT={package}", f"-DCMAKE_PREFIX_PATH={site_packages()}")


def test_the_headers_work_from_the_source(tmp_path):
    consume(tmp_path / "build", f"-DCHILDWELL_SOURCE={ROOT}", "-DCONSUMER_HEADERS_ONLY=ON",
            f"-DCMAKE_PREFIX_PATH={site_packages()}")  # fmt: skip


def test_the_install_tree_is_found_by_find_package(tmp_path):
    built = ROOT / "build/dev"
    if not (built / "libchildwell.a").is_file():
        pytest.skip("build/dev is not built; ./run test builds it first")
    called("cmake", "--install", built, "--prefix", tmp_path / "installed")
    consume(tmp_path / "build", f"-DCMAKE_PREFIX_PATH={tmp_path / 'installed'};{site_packages()}")


@pytest.mark.long
def test_the_library_is_built_from_the_source(tmp_path):
    os.environ.setdefault("CMAKE_BUILD_PARALLEL_LEVEL", "2")
    consume(tmp_path / "build", f"-DCHILDWELL_SOURCE={ROOT}", f"-DCMAKE_PREFIX_PATH={site_packages()}")


def test_fast_arithmetic_is_refused(tmp_path):
    done = subprocess.run(
        ["cmake", "-S", str(ROOT), "-B", str(tmp_path), "-G", "Ninja", "-DCMAKE_CXX_FLAGS=-ffast-math"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode != 0
    assert "-ffast-math" in done.stderr
