# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""One run: from a study to its folder. A killed run leaves the last good one where it was."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from . import _core
from ._api import Aggregates, DataError, Indicators, Records, aggregate, iso
from ._flags import Flags
from ._recipients import is_listed, is_officer
from ._report import disclosure_of, report
from ._study import Study
from ._table import Table
from ._worklist import safety_queue, worklist, write_private

LATEST = "latest"
WORKLISTS = "worklist"
SAFETY = "safety"


class Locked(RuntimeError):
    """Another run is writing to the same folder."""


@contextlib.contextmanager
def _locked(out: Path) -> Iterator[None]:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise ValueError(f"childwell: out: {out.name} is a file, or lies in one; give a folder") from None
    with (out / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Locked(f"childwell: another run is writing to {out.name}; wait for it, or choose another folder") from None
        yield


def _write_parquet(streams: Iterator[Any], path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    writer = None
    for stream in streams:
        table = pyarrow.table(stream)
        # every snapshot has its own dictionaries; plain text gives one schema and the same file
        plain = pyarrow.schema([
            pyarrow.field(field.name, field.type.value_type if pyarrow.types.is_dictionary(field.type) else field.type)
            for field in table.schema
        ], metadata=table.schema.metadata)
        table = table.cast(plain)
        if writer is None:
            writer = pyarrow.parquet.ParquetWriter(path, plain, compression="zstd", store_schema=False)
        writer.write_table(table, row_group_size=1 << 20)
    if writer is not None:
        writer.close()


def _settle(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, default=str) + "\n"


def run(study: Study, *, as_of: Sequence[Any], out: str | os.PathLike[str], strict: bool = False,
        tell: Callable[[str], None] = lambda step: None, officer: Callable[[Table], None] = lambda counts: None) -> Path:
    """Measure a study and write its folder; returns the folder, which `latest` then points to.

    `officer` takes the counts of safety answers as soon as the rows are read, also where the run then fails for being
    strict; no file of the folder holds them.
    """
    import docx  # noqa: F401
    import jinja2  # noqa: F401 - what writes the files is looked for before the work and not after it
    import pyarrow.parquet  # noqa: F401
    import xlsxwriter  # noqa: F401

    folder = Path(out)
    dates = [iso(date, "as_of") for date in as_of]
    with _locked(folder):
        _sweep(folder)
        try:
            return _run_locked(study, dates, folder, strict, tell, officer)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise OSError(errno.ENOSPC, "childwell: the disk is full; nothing was published, free some space and run again") from None
            raise
        finally:
            _sweep(folder)


def _sweep(folder: Path) -> None:
    """Removes what an unfinished run left; only the holder of the lock may."""
    for leftover in folder.glob(".tmp-*"):
        if leftover.is_symlink() or leftover.is_file():
            leftover.unlink(missing_ok=True)
        else:
            shutil.rmtree(leftover, ignore_errors=True)


def discard(out: str | os.PathLike[str]) -> None:
    """Removes what this process has not published yet; for a process that is about to end."""
    for leftover in Path(out).glob(f".tmp-*{os.getpid()}"):
        if leftover.is_symlink():
            leftover.unlink(missing_ok=True)
        else:
            shutil.rmtree(leftover, ignore_errors=True)


def _run_locked(study: Study, dates: list[str], folder: Path, strict: bool, tell: Callable[[str], None],
                officer: Callable[[Table], None]) -> Path:
    tell("admit")
    try:
        if strict:
            study._records = study._admit(strict=True)
    except DataError:
        _tell_officer(study, study._admit(strict=False), folder, dates[-1], officer)
        raise
    records = study.records
    _tell_officer(study, records, folder, dates[-1], officer)
    tell("assemble")
    cohort = study.cohort
    if strict and cohort.ledger["faults"]:
        raise DataError(cohort.ledger["faults"])
    tell("measure")
    indicators = study.measure(as_of=dates)
    listed = []
    if "flags" in study.options:
        tell("lists")
        listed.append(study.flag(indicators, snapshot=len(indicators.snapshots) - 1))
    tell("aggregate")
    groups = aggregate(indicators, *listed, by=study.options.get("levels", ("city", "county", "township", "school")),
                       policy=study.disclosure)
    temporary = folder / f".tmp-{os.getpid()}"
    temporary.mkdir()
    tell("write")
    _write_parquet((indicators.table(i) for i in range(len(indicators.snapshots))), temporary / "indicators.parquet")
    _write_parquet(iter([groups]), temporary / "aggregates.parquet")
    _write_parquet(iter([records.quarantine]), temporary / "quarantine.parquet")
    provenance = _provenance(study, indicators, groups, dates)
    (temporary / "ledger.json").write_text(_json(_ledger(indicators)), encoding="utf-8")
    (temporary / "provenance.json").write_text(_json(provenance), encoding="utf-8")
    _write_worklists(study, listed, temporary)
    tell("report")
    page = report(groups, purpose=study.options.get("purpose") or "not stated",
                  audience=study.options.get("audience") or "not stated",
                  title=study.options.get("title", ""), official_roll=study.options.get("official_roll"),
                  recipients=study.readers, snapshot=len(indicators.snapshots) - 1,
                  provenance=provenance)
    page.html(temporary / "report.html")
    page.xlsx(temporary / "aggregates.xlsx")
    page.docx(temporary / "report.docx")
    # in the model's own order, which is that of the page
    (temporary / "report.json").write_text(json.dumps(page.model, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return _publish(temporary, folder, dates[-1])


def _tell_officer(study: Study, records: Records, folder: Path, date: str, officer: Callable[[Table], None]) -> None:
    """What concerns a child's safety: counted aloud, and its queue in the named officer's own folder, beside the runs and in none.

    It is written before anything that may fail, and takes the place of the queue before it at once.
    """
    officer(records.safety(as_of=date))
    for one in filter(is_officer, study.recipients):
        home = folder / SAFETY / one.name
        home.parent.mkdir(parents=True, exist_ok=True)
        home.parent.chmod(0o700)
        made = folder / f".tmp-safety-{os.getpid()}"
        write_private(safety_queue(records, as_of=date, recipient=one), made, "queue")
        home.mkdir(exist_ok=True)
        home.chmod(0o700)
        for path in sorted(made.iterdir()):
            _settle(path)
            os.replace(path, home / path.name)
        made.rmdir()
        _settle(home)


def _write_worklists(study: Study, listed: Sequence[Flags], temporary: Path) -> None:
    """The list of each recipient whom the study declares, in a folder of its own."""
    recipients = list(filter(is_listed, study.recipients))
    if not recipients:
        return
    (temporary / WORKLISTS).mkdir(mode=0o700)
    for one in recipients:
        made = worklist(listed[-1], recipient=one, follow_up_days=study.options["flags"].get("follow_up_days"))
        write_private(made, temporary / WORKLISTS / one.name, "worklist")


def _ledger(indicators: Indicators) -> dict[str, Any]:
    ledger = indicators.cohort.ledger
    last = len(indicators.snapshots) - 1
    children = {**ledger["children"], **indicators.roll(last)}
    missing = [{"place": place, "reason": reason} for place, reason in indicators.cohort.schools_missing]
    return {"tables": ledger["tables"], "children": children, "schools_missing": missing,
            "missing_tables": ledger["missing_tables"], "assumptions": indicators.cohort.assumptions}


def _provenance(study: Study, indicators: Indicators, groups: Aggregates, dates: list[str]) -> dict[str, Any]:
    return {
        "version": _core.version,
        "schema_version": _core.schema_version(),
        "study_hash": study.hash,
        "as_of": dates,
        "unit": study.options.get("unit", "child"),
        "windows": sorted({window for _, window in indicators.snapshots}),
        "policies": [policy["id"] for policy in [*indicators.policies, groups.policy]],
        "disclosure": disclosure_of(groups),
        "key_id": study.records._core.key_id,
        "inputs": study.inputs,
        "made_up": study.records._core.made_up,
        "seed": study.options.get("seed"),
    }


def _publish(temporary: Path, folder: Path, date: str) -> Path:
    """Give a finished run its name and let `latest` point to it: two renames, each of which happens or does not.

    The name comes from the content. A run that makes the same files again is the same run and keeps its folder, so
    that nothing `latest` points to is ever moved or removed.
    """
    content = hashlib.sha256()
    for path in sorted(temporary.rglob("*")):
        _settle(path)
        if path.is_dir():
            continue
        content.update(f"{path.relative_to(temporary).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    _settle(temporary)
    name = f"run-{date}-{content.hexdigest()[:8]}"
    number = 1
    while (folder / name).exists() and not _same_files(temporary, folder / name):
        number += 1  # somebody changed the files of that run
        name = f"run-{date}-{content.hexdigest()[:8]}-{number}"
    final = folder / name
    if not final.exists():
        temporary.rename(final)
    link = folder / f".tmp-link-{os.getpid()}"
    link.symlink_to(name)
    os.replace(link, folder / LATEST)
    _settle(folder)
    return final


def _same_files(one: Path, other: Path) -> bool:
    names, others = (sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file()) for folder in (one, other))
    return (other.is_dir() and names == others
            and all((one / name).read_bytes() == (other / name).read_bytes() for name in names))
