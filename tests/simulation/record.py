# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Makes the recorded figures of the simulations anew: python tests/simulation/record.py held_out interval_coverage null_city slipping."""

import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import held_out
import interval_coverage
import null_city
import slipping

RECORD = Path(__file__).with_name("record.json")
PARTS = {part.__name__: part for part in (held_out, interval_coverage, null_city, slipping)}


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in PARTS]
    if unknown or not names:
        sys.exit(f"say which to make anew: {', '.join(PARTS)}")
    processes = int(os.environ.get("CHILDWELL_PROCESSES", os.cpu_count() or 1))
    with ProcessPoolExecutor(processes) as pool:
        for name in names:
            part, made = PARTS[name], {}
            for setting in part.SETTINGS:
                made[setting] = part.record(list(pool.map(partial(part.one_city, setting), range(part.CITIES), chunksize=5)))
                print(f"{name}: {setting}", file=sys.stderr, flush=True)
            # read just before writing, so that parts may be made side by side
            record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
            record[name] = made
            RECORD.write_text(json.dumps(dict(sorted(record.items())), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
