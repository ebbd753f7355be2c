# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Files of a study as Arrow tables. DuckDB reads them; nothing is guessed, because types are the core's business."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_LINE_BROKEN = 27
_ENCODING = 11


def read_sources(
    sources: Mapping[str, Mapping[str, Any]], folder: Path, origins: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, list[tuple[int, int]]], list[dict[str, Any]]]:
    """Tables by name, lines that could not be read, and what was read for the provenance."""
    import duckdb

    if not folder.is_dir():
        raise ValueError(f"childwell: data: there is no folder {folder.name}; give the folder of the study's files")
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    reader = _Reader(connection, folder)
    connection.execute("CREATE TABLE origins (\"group\" VARCHAR, date DATE)")
    for group, date in origins.items():
        connection.execute("INSERT INTO origins VALUES (?, CAST(? AS DATE))", [group, date])
    tables = {name: reader.table(name, source) for name, source in sources.items()}
    return tables, reader.refused, reader.inputs


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class _Reader:
    def __init__(self, connection: Any, folder: Path) -> None:
        self._connection = connection
        self._folder = folder.resolve()
        self._views: dict[str, str] = {}
        self._scratch = tempfile.TemporaryDirectory(prefix="childwell-")
        self.refused: dict[str, list[tuple[int, int]]] = {}
        self.inputs: list[dict[str, Any]] = []

    def table(self, name: str, source: Mapping[str, Any]) -> Any:
        if "select" in source:
            for path in sorted(self._folder.iterdir()):
                if path.suffix.lower() in (".csv", ".parquet") and path.stem not in self._views:
                    self._open(path, name)
            rows = self._connection.sql(source["select"]).to_arrow_table()
        else:
            rows = self._file(name, source)
        self.inputs.append({"table": name, "rows": rows.num_rows, "source": source.get("file", source.get("database", "select"))})
        return self._renamed(rows, source)

    def _file(self, name: str, source: Mapping[str, Any]) -> Any:
        if "database" in source:
            path = self._inside(source["database"])
            alias = f"database_{len(self.inputs)}"
            self._connection.execute(f"ATTACH {_literal(str(path))} AS {alias} (READ_ONLY)")
            return self._connection.sql(f"SELECT * FROM {alias}.{_quoted(source['table'])}").to_arrow_table()
        if "file" not in source:
            raise ValueError(f"childwell: study: [tables.{name}] says neither file, database nor select")
        view = self._open(self._inside(source["file"]), name)
        return self._connection.sql(f"SELECT * FROM {_quoted(view)}").to_arrow_table()

    def _inside(self, given: str) -> Path:
        """A path below the data folder; links that lead out of it are refused like any other way out."""
        path = (self._folder / given).resolve()
        if Path(given).is_absolute() or not path.is_relative_to(self._folder):
            raise ValueError(f"childwell: study: {given!r} lies outside the data folder; put the file into it")
        if not path.is_file():
            raise ValueError(f"childwell: study: there is no file {given!r} in the data folder")
        return path

    def _open(self, path: Path, table: str) -> str:
        if path.stem in self._views:
            return self._views[path.stem]
        if path.suffix.lower() == ".parquet":
            self._connection.execute(f"CREATE VIEW {_quoted(path.stem)} AS SELECT * FROM read_parquet({_literal(str(path))})")
        else:
            self._open_csv(path, table)
        self._views[path.stem] = path.stem
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        self.inputs.append({"table": "", "rows": None, "source": path.name, "sha256": digest})
        return path.stem

    def _open_csv(self, path: Path, table: str) -> None:
        readable = self._utf8(path)
        self._connection.execute(
            f"CREATE TABLE {_quoted(path.stem)} AS SELECT * FROM read_csv({_literal(str(readable))}, "
            "all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', store_rejects = true, strict_mode = true, "
            "rejects_table = 'refused', rejects_scan = 'refused_scan', rejects_limit = 0)"
        )
        lines = self._connection.execute("SELECT DISTINCT line FROM refused ORDER BY line").fetchall()
        if lines:
            self.refused.setdefault(table, []).extend((int(line), _LINE_BROKEN) for (line,) in lines)
        self._connection.execute("DELETE FROM refused")

    def _utf8(self, path: Path) -> Path:
        """The file itself where it is UTF-8, else a copy made from GB18030, which contains GBK and GB2312."""
        raw = path.read_bytes()
        try:
            raw.decode("utf-8-sig")
            return path
        except UnicodeDecodeError:
            pass
        try:
            text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "gb18030")
        except UnicodeDecodeError as error:
            raise ValueError(
                f"childwell: {path.name} is neither UTF-8 nor GB18030 (byte {error.start}); save it as UTF-8"
            ) from None
        copy = Path(self._scratch.name) / path.name
        copy.write_text(text, encoding="utf-8")
        self.inputs.append({"table": "", "rows": None, "source": path.name, "transcoded": f"E{_ENCODING}"})
        return copy

    @staticmethod
    def _renamed(rows: Any, source: Mapping[str, Any]) -> Any:
        import pyarrow
        import pyarrow.compute

        columns = source.get("columns", {})
        if columns:
            for wanted, given in columns.items():
                if given not in rows.column_names:
                    raise ValueError(
                        f"childwell: study: column {given!r} (for {wanted!r}) is not in the file; "
                        f"it has {', '.join(rows.column_names)}"
                    )
            rows = pyarrow.table({wanted: rows.column(given) for wanted, given in columns.items()})
        for token in source.get("null_tokens", []):
            for number, column in enumerate(rows.column_names):
                if not pyarrow.types.is_string(rows.schema.field(number).type):
                    continue
                values = rows.column(number)
                gone = pyarrow.compute.if_else(pyarrow.compute.equal(values, token), None, values)
                rows = rows.set_column(number, column, gone)
        return rows
