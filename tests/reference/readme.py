# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Makes README.md from what the reference tests recorded, with the shared cases at hand.

CHILDWELL_REFERENCE_RECORD=build/reference.json python -m pytest tests/reference
python tests/reference/readme.py build/reference.json
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

HEAD = """# Reference results

Every public function of `childwell.stats` and `childwell.index`, and every one of `childwell.instruments` that
computes, with what it was checked against, the tolerance that the test holds, and the
digits that agreed at worst when this table was made (16 is equal to the last bit; where the expected value is 0, or so
near it that the absolute tolerance holds, the digits count absolutely). An oracle that is a simulation or a limit has the digits that chance or the limit leaves.
`test_readme.py` holds that no function is missing and that the figures which the project promises are reached.

Made by

    CHILDWELL_REFERENCE_RECORD=build/reference.json python -m pytest tests/reference
    python tests/reference/readme.py build/reference.json

Values that R, mpmath or a linear program made lie in `made/`, each with the script that made it and the versions.
Sets of NIST that are not among the shared data are written out or generated in the tests, and their certified values
are recomputed there to all the digits printed.

"""

# Shared cases that no test of statistics covers, by the beginning of their name: where each will stand.
LATER = {
    "attendance_england": "published rates: tests/python/test_published.py, on the whole path",
    "attgt": "programme effects",
    "calibrate": "post-stratification and raking of survey weights",
    "cfa": "factor models (instruments)",
    "dif": "item response models (instruments)",
    "fiml": "missing data",
    "glmm": "multilevel models",
    "grm": "item response models (instruments)",
    "inequality": "inequality and concentration (the index)",
    "irt2pl": "item response models (instruments)",
    "kanon": "disclosure risk (aggregates)",
    "lmm": "multilevel models",
    "moran": "small areas (aggregates)",
    "mpi": "multidimensional deprivation (the index)",
    "nist_nonlinear": "non-linear least squares",
    "pcm": "item response models (instruments)",
    "polychoric": "item response models (instruments)",
    "rasch": "item response models (instruments)",
    "rq": "quantile regression",
    "rubin": "missing data",
    "surv": "survival models",
    "twfe": "programme effects",
}


def later(name: str) -> str:
    """Where a case that is not covered will stand; a name that nothing matches is an error."""
    found = [prefix for prefix in LATER if name == prefix or name.startswith(prefix + "_")]
    if not found:
        raise SystemExit(f"the shared case {name} is covered by no test and stands in no list of what is to come")
    return LATER[max(found, key=len)]


def functions_table(rows: list[dict]) -> str:
    """One line a function and oracle, in alphabetical order within each family."""
    worst: dict[tuple, dict] = {}
    for row in rows:
        key = (row["family"], row["function"], row["oracle"])
        kept = worst.get(key)
        if kept is None or row["digits"] < kept["digits"]:
            worst[key] = row
    families = defaultdict(list)
    for (family, function, oracle), row in sorted(worst.items()):
        families[family].append(f"| `{function}` | {oracle.replace('|', '/')} | {row['tolerance']} | {row['digits']:.1f} |")
    parts = []
    for family, lines in families.items():
        title = family.replace("_", " ")
        parts.append(f"## {title[0].upper() + title[1:]}\n\n| function | oracle | tolerance | digits |\n|---|---|---|---|\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def cases_table(accounts: list[dict], names: list[str]) -> str:
    """Each shared case: covered wholly, in part with what is left out and why, or to come."""
    compared, left, families = defaultdict(set), defaultdict(dict), defaultdict(set)
    for one in accounts:
        compared[one["case"]] |= set(one["compared"])
        left[one["case"]] |= one["left_out"]
        if one["compared"]:
            families[one["case"]].add(one["family"])
    wholly, partly, to_come = [], [], []
    for name in names:
        open_parts = {path: part["why"] for path, part in left[name].items() if set(part["parts"]) - compared[name]}
        tests = ", ".join(sorted(families[name])).replace("_", " ")
        if not compared[name]:
            to_come.append(f"| `{name}` | {later(name)} |")
        elif open_parts:
            reasons = defaultdict(list)
            for path, why in open_parts.items():
                reasons[why].append(f"`{path}`")
            said = "; ".join(f"{', '.join(paths)}: {why}" for why, paths in reasons.items())
            partly.append(f"| `{name}` | {tests} | {len(compared[name])} | {said} |")
        else:
            wholly.append(f"| `{name}` | {tests} | {len(compared[name])} |")
    return (
        f"## Shared cases\n\nOf {len(names)} cases {len(wholly)} are covered wholly, {len(partly)} in part and {len(to_come)} belong to later work.\n\n"
        "### Covered wholly\n\n| case | tests | values |\n|---|---|---|\n" + "\n".join(wholly)
        + "\n\n### Covered in part\n\n| case | tests | values | left out, and why |\n|---|---|---|---|\n" + "\n".join(partly)
        + "\n\n### To come\n\n| case | where |\n|---|---|\n" + "\n".join(to_come) + "\n"
    )


def made(rows: list[dict], names: list[str]) -> str:
    """The whole file."""
    return HEAD + functions_table([row for row in rows if "function" in row]) + "\n" + cases_table([row for row in rows if "case" in row], names)


if __name__ == "__main__":
    import importlib.util

    given = importlib.util.spec_from_file_location("conftest_of_reference", Path(__file__).with_name("conftest.py"))
    conftest = importlib.util.module_from_spec(given)
    given.loader.exec_module(conftest)
    shared = sorted(path.stem for path in (conftest.shared_data() / "expected").glob("*.json"))
    if not shared:
        raise SystemExit("the shared data are not here; CHILDWELL_SHARED_DATA says where they are")
    recorded = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    Path(__file__).with_name("README.md").write_text(made(recorded, shared), "utf-8")
