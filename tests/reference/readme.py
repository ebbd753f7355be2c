# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Makes README.md from what the reference tests recorded.

CHILDWELL_REFERENCE_RECORD=build/reference.json python -m pytest tests/reference tests/python/test_stats.py
python tests/reference/readme.py build/reference.json
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

HEAD = """# Reference results

Every public function of `childwell.stats` with what it was checked against, the tolerance that the test holds, and the
digits that agreed at worst when this table was made (16 is equal to the last bit; digits of 0 where only one side is 0
count absolutely). `tests/reference/readme.py` makes the table from a run of the tests; its first lines say how.

"""


def table(rows: list[dict]) -> str:
    """One line a function and oracle, in alphabetical order within each family."""
    worst: dict[tuple, dict] = {}
    for row in rows:
        key = (row["family"], row["function"], row["oracle"])
        kept = worst.get(key)
        if kept is None or row["digits"] < kept["digits"]:
            worst[key] = row
    families = defaultdict(list)
    for (family, function, oracle), row in sorted(worst.items()):
        families[family].append(f"| `{function}` | {oracle} | {row['tolerance']} | {row['digits']:.1f} |")
    parts = [f"## {family.replace('_', ' ')}\n\n| function | oracle | tolerance | digits |\n|---|---|---|---|\n" + "\n".join(lines)
             for family, lines in families.items()]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    rows = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    Path(__file__).with_name("README.md").write_text(HEAD + table(rows), "utf-8")
