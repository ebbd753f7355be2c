# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""From pseudonyms back to children, for the holder of the key: it joins, writes who did it and when, and keeps nothing."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import os
from pathlib import Path
from typing import Any

from ._key import Key
from ._report_model import inert
from ._worklist import _PRIVATE_FILE

_NEEDED = ("child", "as_of", "expires", "key_id")


def reveal(
    worklist: str | os.PathLike[str],
    *,
    roster: str | os.PathLike[str],
    key: Key,
    log: str | os.PathLike[str],
    at: datetime.datetime,
    who: str,
    column: str = "child",
) -> str:
    """Join a worklist to the school's own roster, for the holder of the key, and log that it was done.

    When to use: at the desk where children are asked after, and nowhere else. Nothing is stored but the line of the log,
    which names no child; the joined list is returned, and whoever keeps it answers for it. It is written before the list is
    given: a log that cannot be written gives no list.

    Parameters
    ----------
    worklist : path
        CSV of a worklist or of the safety queue, as it was written; rows may have been moved or dropped.
    roster : path
        CSV in UTF-8 or GB18030 with the children's own identifiers, and whatever is to stand beside them.
    key : Key
        The key under which the list was made.
    log : path
        File to append to, made where it is missing, readable by its owner alone.
    at : datetime
        When it is done; a list is good until the end of its last day.
    who : str
        Who does it.
    column : str
        Column of the roster with the identifiers.

    Returns
    -------
    str
        CSV: the roster's columns before those of the list, in the order of the list; children who are not on the roster
        keep their pseudonym.

    Raises
    ------
    ValueError
        When a file is missing or is none of these, the list is of another key, has expired, or names no child, the roster
        lacks the column, or two of its identifiers are one child.

    Notes
    -----
    Cost: a microsecond for each row of the roster.

    References
    ----------
    Data model, rule 13.
    """
    source = Path(worklist)
    content = _bytes(source, "worklist")
    listed = _rows(content, source.name)
    lacking = [name for name in _NEEDED if name not in (listed[0] if listed else ())]
    if lacking:
        raise ValueError(f"childwell.reveal: {source.name} lacks {', '.join(lacking)}, or has no row; give the CSV of a worklist as it was written")
    _check(listed, key, at, source.name)
    held = _held(Path(roster), key, column)
    found = sum(row["child"] in held for row in listed)
    _append(Path(log), {"at": at.isoformat(timespec="seconds"), "who": who, "worklist": source.name,
                        "sha256": hashlib.sha256(content).hexdigest(), "key_id": key.key_id, "recipient": listed[0].get("recipient", ""),
                        "rows": len(listed), "revealed": found})
    return _joined(listed, held)


def _bytes(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise ValueError(f"childwell.reveal: {what}: there is no file {path.name}") from None


def _rows(content: bytes, name: str) -> list[dict[str, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            raise ValueError(f"childwell.reveal: {name} is neither UTF-8 nor GB18030") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="")
    return [{str(key): value if isinstance(value, str) else "" for key, value in row.items() if key} for row in reader]


def _check(listed: list[dict[str, str]], key: Key, at: datetime.datetime, name: str) -> None:
    if {row["key_id"] for row in listed} != {key.key_id}:
        raise ValueError(f"childwell.reveal: {name} was made under another key than {key.key_id}; give the key of that study")
    try:
        last = min(datetime.date.fromisoformat(row["expires"].replace("/", "-")) for row in listed)
    except ValueError:
        raise ValueError(f"childwell.reveal: {name}: expires does not hold dates, YYYY-MM-DD; give the CSV as it was written") from None
    if at.date() > last:
        raise ValueError(f"childwell.reveal: {name} was good until {last.isoformat()} and has expired; destroy it, and make a new list")


def _held(path: Path, key: Key, column: str) -> dict[str, dict[str, str]]:
    rows = _rows(_bytes(path, "roster"), path.name)
    if not rows or column not in rows[0]:
        raise ValueError(f"childwell.reveal: the roster {path.name} has no row, or no column {column!r}; name the column of identifiers with --column")
    held: dict[str, dict[str, str]] = {}
    for row in rows:
        identifier = row[column].strip()
        if not identifier:
            continue
        pseudonym = key.pseudonym("child", identifier)
        if held.setdefault(pseudonym, row) != row:
            raise ValueError(f"childwell.reveal: the roster {path.name} has one identifier on two different rows; keep one of them")
    return held


def _append(path: Path, entry: dict[str, Any]) -> None:
    """One line a time; whole, on the disk, and before the list is given."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _PRIVATE_FILE)
    try:
        os.write(descriptor, (json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _joined(listed: list[dict[str, str]], held: dict[str, dict[str, str]]) -> str:
    known = list(next(iter(held.values()), {}))
    names = [f"roster_{name}" for name in known]
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([inert(name) for name in [*names, *listed[0]]])
    for row in listed:
        mine = held.get(row["child"], {})
        writer.writerow([*(inert(mine.get(name, "")) for name in known), *(_still_inert(value) for value in row.values())])
    return out.getvalue()


def _still_inert(text: str) -> str:
    """A field of the list as it was written; what a spreadsheet took the apostrophe from gets it back."""
    return text if text.startswith("'") else inert(text)
