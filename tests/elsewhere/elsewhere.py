# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Compiles the law of the kernels for another processor and runs it in an emulator.

python tests/elsewhere/elsewhere.py --compiler aarch64-linux-gnu-g++ --emulator qemu-aarch64 --kernels neon
python tests/elsewhere/elsewhere.py --compiler g++ --emulator "qemu-x86_64 -cpu Nehalem" --kernels "plain x86-64-v2" --levels v2 v3 v4

With --levels the wide units are built as well, so that it is their choice at run time that keeps an old processor from
what it cannot do. --refused takes that choice away and expects the emulator to stop the program: it shows that the
emulator would have noticed.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
FAMILIES = ("core_set", "state_counts")
PLAIN = ("src/core/pool.cpp", "src/indicators/core_set.cpp", "tests/elsewhere/kernels.cpp")


def build(compiler: str, levels: list[str], folder: Path, widest_always: bool = False) -> Path:
    """The program, linked without shared libraries."""
    flags = ["-std=c++20", "-O2", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror", f"-I{ROOT / 'include'}", f"-I{ROOT / 'src'}"]
    wide = ["-DCHILDWELL_WIDE_KERNELS=1"] if levels else []
    units = [(ROOT / name, []) for name in PLAIN]
    for family in FAMILIES:
        units.append((ROOT / f"src/kernels/{family}_dispatch.cpp", wide))
        units.append((ROOT / f"src/kernels/{family}_plain.cpp", ["-O3"]))
        wider = [(ROOT / f"src/kernels/{family}_{level}.cpp", ["-O3", f"-march=x86-64-{level}"]) for level in levels]
        units += [(source, more) for source, more in wider if source.is_file()]
    choice = ROOT / "src/kernels/processor_dispatch.cpp"
    if widest_always:
        choice = folder / "always.cpp"
        choice.write_text('#include <childwell/core/processor.hpp>\nint childwell::processor_level() noexcept { return 4; }\n', encoding="utf-8")
    units.append((choice, wide))
    objects = []
    for source, more in units:
        objects.append(folder / f"{source.stem}.o")
        subprocess.run([compiler, *flags, *more, "-c", str(source), "-o", str(objects[-1])], check=True)
    program = folder / "kernels"
    subprocess.run([compiler, "-static", *map(str, objects), "-pthread", "-o", str(program)], check=True)
    return program


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--emulator", required=True, help="command, with its options")
    parser.add_argument("--kernels", required=True, help="names that the program is to find, in order")
    parser.add_argument("--levels", nargs="*", default=[], help="wide units to build: v2 v3 v4")
    parser.add_argument("--refused", action="store_true", help="expect the widest kernel to be stopped by the emulator")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = build(options.compiler, options.levels, Path(folder), options.refused)
        done = subprocess.run([*shlex.split(options.emulator), str(program)], capture_output=True, text=True)
    named = (done.stdout.splitlines() or ["nothing"])[0]
    if options.refused:
        stopped = done.returncode not in (0, 1) and "differ" not in done.stdout
        print("the emulator stops what the processor cannot do" if stopped else f"the widest kernel ran: {done.stdout}")
        return 0 if stopped else 1
    print(f"{options.emulator}: {named}")
    if done.returncode != 0:
        print(done.stdout, done.stderr)
        return 1
    if named != options.kernels:
        print(f"expected {options.kernels}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
