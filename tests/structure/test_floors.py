# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""A file includes its own floor or a lower one; never a higher one, never a sibling."""

import ast
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = {
    "core": 0, "stats": 1, "instruments": 2, "data": 3, "cohort": 4, "indicators": 5,
    "index": 6, "risk": 6, "effect": 6, "aggregate": 7, "allocate": 7, "report": 8,
}  # fmt: skip
EIGEN_FLOORS = {"stats", "instruments", "index", "risk", "effect", "aggregate", "allocate"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
LAZY = {"narwhals", "pandas", "polars", "pyarrow", "duckdb", "typer", "rich", "jinja2", "matplotlib", "scipy", "sklearn"}


def floor_of(path: Path, root: Path) -> str | None:
    """The floor a file belongs to: a kernel's is the one that declares it, a binding's the one that it binds."""
    parts = path.relative_to(root).parts
    if parts[:2] == ("python", "bindings"):
        return parts[2] if len(parts) > 3 else path.stem
    folder = parts[2] if parts[0] == "include" else parts[1]
    if folder != "kernels":
        return folder
    family = re.sub(r"_(plain|v\d|body|dispatch)$", "", path.stem)
    declared = [header.parent.name for header in root.glob(f"include/childwell/*/{family}.hpp")]
    return declared[0] if declared else "core"


def include_faults(root: Path) -> list[str]:
    faults = []
    files = [*root.glob("include/childwell/*/*.hpp"), *root.glob("src/*/*.[ch]pp"), *root.glob("python/bindings/**/*.[ch]pp")]
    for path in sorted(files):
        floor = floor_of(path, root)
        if floor not in FLOORS:
            if path.name != "module.cpp":
                faults.append(f"{path.relative_to(root)}: '{floor}' is no floor")
            continue
        is_binding = "bindings" in path.relative_to(root).parts
        for bracket, name in INCLUDE.findall(path.read_text(encoding="utf-8")):
            where = f"{path.relative_to(root)}: {name}"
            if name.startswith("childwell/"):
                other = name.split("/")[1]
                if other not in FLOORS:
                    if other != "version.hpp":
                        faults.append(f"{where}: not on a floor")
                elif other != floor and FLOORS[other] >= FLOORS[floor]:
                    faults.append(f"{where}: {floor} may not include {other}")
            elif bracket == '"':
                # A private header lies beside its source, so it is of the same floor.
                if not (path.parent / name).is_file() or "/" in name:
                    faults.append(f"{where}: a quoted include must lie in the same folder")
            elif name.startswith("boost/"):
                if path.relative_to(root) != Path("src/stats/special.cpp"):
                    faults.append(f"{where}: Boost.Math is read by src/stats/special.cpp only")
            elif name.startswith("Eigen/"):
                if floor not in EIGEN_FLOORS:
                    faults.append(f"{where}: {floor} does not use Eigen")
            elif name in {"bound_floors.hpp", "bound_stats.hpp"} and is_binding:
                continue  # made by the build, from the list of binding files
            elif is_binding and (root / "python/bindings" / name).is_file() and "/" in name:
                # what the bindings of a lower floor share, such as the value objects of stats
                if FLOORS.get(name.split("/")[0], 9) >= FLOORS[floor]:
                    faults.append(f"{where}: {floor} may not include bindings of {name.split('/')[0]}")
            elif name in {"immintrin.h", "arm_neon.h"}:
                if not re.fullmatch(r"src/kernels/\w+_body\.hpp", str(path.relative_to(root))):
                    faults.append(f"{where}: instructions of one processor belong into the body of a kernel")
            elif ("." in name or "/" in name) and not (is_binding and name.startswith("pybind11/")):
                if name not in {"pthread.h", "unistd.h", "sched.h", "sys/types.h", "sys/mman.h", "signal.h"}:
                    faults.append(f"{where}: no third-party header belongs here")
    return faults


def test_every_include_stays_on_its_floor_or_below():
    assert include_faults(ROOT) == []


def planted(tmp_path: Path, name: str, text: str) -> list[str]:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return include_faults(tmp_path)


def test_a_higher_floor_is_found(tmp_path):
    assert planted(tmp_path, "include/childwell/data/a.hpp", "#include <childwell/cohort/cell.hpp>\n")


def test_a_sibling_is_found(tmp_path):
    assert planted(tmp_path, "src/risk/a.cpp", "#include <childwell/effect/a.hpp>\n")


def test_bindings_of_a_higher_floor_are_found(tmp_path):
    (tmp_path / "python/bindings/stats").mkdir(parents=True)
    (tmp_path / "python/bindings/stats/convert.hpp").write_text("#include <vector>\n", encoding="utf-8")
    assert planted(tmp_path, "python/bindings/data.cpp", "#include <stats/convert.hpp>\n") == []
    assert planted(tmp_path, "python/bindings/core.cpp", "#include <stats/convert.hpp>\n")


def test_a_kernel_belongs_to_the_floor_that_declares_it(tmp_path):
    upward = "#include <childwell/cohort/cell.hpp>\n"
    assert planted(tmp_path, "src/kernels/sums_dispatch.cpp", upward)
    assert planted(tmp_path, "include/childwell/stats/sums.hpp", "#include <vector>\n")  # declared too low
    (tmp_path / "include/childwell/stats/sums.hpp").rename(tmp_path / "sums.hpp")
    assert planted(tmp_path, "include/childwell/cohort/sums.hpp", "#include <vector>\n") == []


def test_a_third_party_header_is_found(tmp_path):
    assert planted(tmp_path, "src/core/a.cpp", "#include <Eigen/Core>\n")
    assert planted(tmp_path, "src/cohort/a.cpp", "#include <boost/math/tools/roots.hpp>\n")


def test_instructions_of_one_processor_are_found_outside_of_kernels(tmp_path):
    assert planted(tmp_path, "src/kernels/a_body.hpp", "#include <immintrin.h>\n") == []
    assert planted(tmp_path, "src/cohort/a.cpp", "#include <immintrin.h>\n")


def test_an_unknown_folder_is_found(tmp_path):
    assert planted(tmp_path, "include/childwell/extras/a.hpp", "#include <vector>\n")


def test_a_lower_floor_is_allowed(tmp_path):
    assert planted(tmp_path, "src/report/a.cpp", "#include <childwell/core/date.hpp>\n#include <vector>\n") == []


def top_level_imports(text: str) -> set[str]:
    """Modules that loading a file loads; an import inside a function is lazy and not seen here."""
    found, stack = set(), list(ast.parse(text).body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            stack += node.orelse
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            stack += [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
    return found


def test_heavy_libraries_are_imported_inside_functions():
    for path in sorted((ROOT / "python/childwell").rglob("*.py")):
        # the command line is a leaf that nothing imports, and a typer program declares itself at the top
        own = {"typer", "rich"} if path.name == "cli.py" else set()
        assert not top_level_imports(path.read_text(encoding="utf-8")) & (LAZY - own), path.name


def test_importing_the_package_loads_numpy_and_nothing_else():
    script = "import childwell, sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = set(subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split())
    assert "childwell" in loaded
    assert loaded & (LAZY | {"markupsafe", "openpyxl", "python_calamine"}) == set()


def import_milliseconds(module: str) -> float:
    """What importing a module costs beyond NumPy, in a new interpreter; the best of some, since machines are shared."""
    script = f"import numpy, time; start = time.perf_counter(); import {module}; print(1000 * (time.perf_counter() - start))"
    runs = [subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True) for _ in range(4)]
    return min(float(run.stdout) for run in runs)


def test_importing_the_package_costs_little_beyond_numpy():
    assert import_milliseconds("childwell") < 100


def test_a_dear_import_is_found(tmp_path, monkeypatch):
    (tmp_path / "dear.py").write_text("import time\ntime.sleep(0.12)\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert import_milliseconds("dear") > 100


def test_the_core_wheel_depends_on_two_packages():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert sorted(re.match(r"[\w-]+", wanted)[0] for wanted in project["dependencies"]) == ["narwhals", "numpy"]


def test_an_eager_import_is_found():
    assert "pandas" in top_level_imports("try:\n    import pandas\nexcept ImportError:\n    pass\n")
    assert "pandas" not in top_level_imports("def read():\n    import pandas\n")
