# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Files of a study as Arrow tables. DuckDB reads them; nothing is guessed, because types are the core's business.

All files that a study names are opened first. Then DuckDB is shut in with them: a SELECT of a study file reads these
files and nothing else of the machine, changes nothing and asks no network.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

_LINE_BROKEN = 27
_ENCODING = 11
_READ_AT_ONCE = 1 << 20


def read_sources(
    sources: Mapping[str, Mapping[str, Any]], folder: Path, origins: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, list[tuple[int, int]]], list[dict[str, Any]]]:
    """Tables by name, lines that could not be read, and what was read for the provenance."""
    import duckdb

    if not folder.is_dir():
        raise ValueError(f"childwell: data: there is no folder {folder.name}; give the folder of the study's files")
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute("SET python_enable_replacements = false")  # a name in a SELECT is a table, never a variable here
    with _Reader(connection, folder) as reader:
        connection.execute("CREATE TABLE origins (\"group\" VARCHAR, date DATE)")
        for group, date in origins.items():
            connection.execute("INSERT INTO origins VALUES (?, CAST(? AS DATE))", [group, date])
        for name, source in sources.items():
            reader.open(name, source)
        reader.shut_in()
        tables = {name: reader.table(name, source) for name, source in sources.items()}
    connection.close()
    return tables, reader.refused, reader.inputs


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class _Reader:
    def __init__(self, connection: Any, folder: Path) -> None:
        self._connection = connection
        self._folder = folder.resolve()
        self._names: dict[Path, str] = {}
        self._databases: dict[Path, str] = {}
        self._copies: list[IO[bytes]] = []
        self.refused: dict[str, list[tuple[int, int]]] = {}
        self.inputs: list[dict[str, Any]] = []

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *failure: object) -> None:
        for copy in self._copies:
            copy.close()

    # Opening

    def open(self, name: str, source: Mapping[str, Any]) -> None:
        """Open what a table is read from, before the door is shut."""
        kinds = [kind for kind in ("file", "database", "select") if kind in source]
        if len(kinds) != 1:
            said = " and ".join(kinds) or "neither file, database nor select"
            raise ValueError(f"childwell: study: [tables.{name}] says {said}; say exactly one of file, database, select")
        if "file" in source:
            self._open(self._inside(source["file"]), name)
        elif "database" in source:
            if "table" not in source:
                raise ValueError(f"childwell: study: [tables.{name}] names a database and no table; add: table = \"...\"")
            self._attach(self._inside(source["database"]), name)
        else:
            self._open_for_select(name, source["select"])

    def _open_for_select(self, table: str, select: str) -> None:
        stems: dict[str, list[Path]] = {}
        for path in sorted(self._folder.iterdir()):
            if path.suffix.lower() in (".csv", ".parquet") and re.search(
                    rf"(?<!\w){re.escape(path.stem)}(?!\w)", select, re.IGNORECASE):
                stems.setdefault(path.stem.lower(), []).append(path)
        for paths in stems.values():
            if len(paths) > 1:
                raise ValueError(
                    f"childwell: study: the SELECT of [tables.{table}] says {paths[0].stem}, and the data folder has "
                    f"{' and '.join(path.name for path in paths)}; rename one of them"
                )
            view = self._open(self._inside(paths[0].name), table)
            if view != paths[0].stem:
                self._connection.execute(f"CREATE OR REPLACE VIEW {_quoted(paths[0].stem)} AS SELECT * FROM {_quoted(view)}")

    def _inside(self, given: str) -> Path:
        """A path below the data folder; links that lead out of it are refused like any other way out."""
        path = (self._folder / given).resolve()
        if Path(given).is_absolute() or not path.is_relative_to(self._folder):
            raise ValueError(f"childwell: study: {given!r} lies outside the data folder; put the file into it")
        if not path.is_file():
            raise ValueError(f"childwell: study: there is no file {given!r} in the data folder")
        return path

    def _open(self, path: Path, table: str) -> str:
        if path in self._names:
            return self._names[path]
        name = f"file {len(self._names)}"  # two folders may hold files of one name
        kind = path.suffix.lower()
        if kind not in (".csv", ".txt", ".parquet"):
            raise ValueError(f"childwell: study: {path.name} is neither .csv nor .parquet; a spreadsheet is to be saved "
                             "as CSV UTF-8, and a DuckDB file is named by: database = ..., table = ...")
        if kind == ".parquet":
            digest = _Text.of(path).digest
            self._run(table, f"CREATE VIEW {_quoted(name)} AS SELECT * FROM read_parquet({_literal(str(path))})")
            self.inputs.append({"table": "", "rows": None, "source": path.name, "sha256": digest})
        else:
            self._open_csv(path, table, name)
        self._names[path] = name
        return name

    def _attach(self, path: Path, table: str) -> None:
        if path in self._databases:
            return
        alias = f"database_{len(self._databases)}"
        self._run(table, f"ATTACH {_literal(str(path))} AS {alias} (READ_ONLY)")
        self._databases[path] = alias
        digest = _Text.of(path).digest
        self.inputs.append({"table": "", "rows": None, "source": path.name, "sha256": digest})

    def _open_csv(self, path: Path, table: str, name: str) -> None:
        file = _Text.of(path)
        entry = {"table": "", "rows": None, "source": path.name, "sha256": file.digest}
        readable = str(path)
        if file.encoding != "utf-8" or file.mixes_line_ends:
            readable = self._copy(path, file.encoding)
        if file.encoding != "utf-8":
            entry |= {"transcoded": f"E{_ENCODING}", "encoding": file.encoding}
        self.inputs.append(entry)
        columns = ", ".join(f"{_literal(column)}: 'VARCHAR'" for column in _header(path, file.encoding))
        self._run(  # everything is said, so that DuckDB guesses no separator, no comment and no type
            table,
            f"CREATE TABLE {_quoted(name)} AS SELECT * FROM read_csv({_literal(readable)}, auto_detect = false, "
            f"columns = {{{columns}}}, header = true, delim = ',', quote = '\"', escape = '\"', comment = '', "
            "store_rejects = true, strict_mode = true, rejects_table = 'refused', rejects_scan = 'refused_scan', "
            "rejects_limit = 0)",
        )
        lines = self._connection.execute("SELECT line, max(contains(rtrim(csv_line, chr(10) || chr(13)), chr(10))) "
                                         "FROM refused GROUP BY line ORDER BY line").fetchall()
        for line, holds_others in lines:
            if holds_others:  # rows would be lost in it without being counted
                raise ValueError(f"childwell: {path.name}, line {line}: a quotation mark is left open there, so that the "
                                 "lines after it cannot be told apart; close it, or remove it")
        if lines:
            self.refused.setdefault(table, []).extend((int(line), _LINE_BROKEN) for line, _ in lines)
        self._connection.execute("DELETE FROM refused")

    def _copy(self, path: Path, encoding: str) -> str:
        """The path of a copy in UTF-8 with one kind of line end. It has no name on the disk, so that nothing of it can
        be left behind."""
        copy = tempfile.TemporaryFile()  # noqa: SIM115 - it stays open until the tables are read
        self._copies.append(copy)
        try:
            with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding) as text:
                while block := text.read(_READ_AT_ONCE):
                    copy.write(block.encode("utf-8"))
        except UnicodeError:
            raise ValueError(
                f"childwell: {path.name} is neither UTF-8 nor GB18030; save it as UTF-8 (in Excel: CSV UTF-8)"
            ) from None
        copy.flush()
        return f"/dev/fd/{copy.fileno()}"

    # Reading

    def shut_in(self) -> None:
        """From here on DuckDB reads the files that are open, and nothing else."""
        paths = ", ".join(_literal(str(path)) for path in [*self._names, *self._databases])
        self._connection.execute(f"SET allowed_paths = [{paths}]")
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def table(self, name: str, source: Mapping[str, Any]) -> Any:
        if "select" in source:
            rows = self._selected(name, source["select"])
        elif "database" in source:
            alias = self._databases[self._inside(source["database"])]
            rows = self._rows(name, f"SELECT * FROM {alias}.{_quoted(source['table'])}")
        else:
            view = self._names[self._inside(source["file"])]
            rows = self._rows(name, f"SELECT * FROM {_quoted(view)}")
        read_from = source.get("file", source.get("database", "select"))
        self.inputs.append({"table": name, "rows": rows.num_rows, "source": read_from})
        return self._renamed(name, rows, source)

    def _selected(self, table: str, select: str) -> Any:
        import duckdb

        try:
            statements = self._connection.extract_statements(select)
        except duckdb.Error as error:
            raise _worded(table, error, self._readable()) from None
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise ValueError(f"childwell: study: [tables.{table}] is to hold one SELECT and nothing else")
        return self._rows(table, select)

    def _rows(self, table: str, select: str) -> Any:
        return self._guarded(table, lambda: self._connection.sql(select).to_arrow_table())

    def _run(self, table: str, statement: str) -> None:
        self._guarded(table, lambda: self._connection.execute(statement))

    def _guarded(self, table: str, work: Callable[[], Any]) -> Any:
        import duckdb

        try:
            return work()
        except duckdb.InterruptException:
            raise KeyboardInterrupt from None
        except duckdb.Error as error:
            raise _worded(table, error, self._readable()) from None

    def _readable(self) -> list[str]:
        return sorted({path.stem for path in self._folder.iterdir() if path.suffix.lower() in (".csv", ".parquet")})

    @staticmethod
    def _renamed(name: str, rows: Any, source: Mapping[str, Any]) -> Any:
        import pyarrow
        import pyarrow.compute

        columns = source.get("columns", {})
        if columns:
            for wanted, given in columns.items():
                if given not in rows.column_names:
                    raise ValueError(
                        f"childwell: study: [tables.{name}]: column {given!r} (for {wanted!r}) is not in the file; "
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


_TYPE = re.compile(r"\b(U?(?:TINY|SMALL|BIG|HUGE)?INT\d*|INTEGER|DOUBLE|FLOAT|DECIMAL|DATE|TIMESTAMP|TIME|BOOL(?:EAN)?)\b")


def _worded(table: str, error: Exception, readable: list[str]) -> ValueError:
    """What DuckDB says, where that holds names of the study alone; else what kind of thing went wrong, and no value."""
    kind = type(error).__name__.removesuffix("Exception")
    text = str(error).strip()
    where = f"childwell: study: the SELECT of [tables.{table}]"
    missing = re.match(r"Catalog Error: Table with name (.+?) does not exist", text)
    if missing:
        return ValueError(f"{where} reads {missing[1]!r}, which the data folder does not have; it has "
                          f"{', '.join(readable) or 'no .csv and no .parquet'}, and there is the view origins")
    if kind in ("Binder", "Catalog", "Parser"):
        return ValueError(f"{where} does not work: {' '.join(text.splitlines()[:2])}")
    if kind == "Permission":
        return ValueError(f"{where} reaches outside the study; it reads the files of the data folder by their names "
                          "without ending, and nothing else")
    if kind in ("Conversion", "OutOfRange"):
        found = _TYPE.findall(re.sub(r"'[^']*'|\"[^\"]*\"", "", text.partition("\n")[0]))
        return ValueError(f"{where} meets a cell that cannot be turned into {found[-1] if found else 'its type'}; use "
                          "TRY_CAST, which leaves such a cell empty, so that its row is counted and set aside")
    return ValueError(f"childwell: study: [tables.{table}] cannot be read ({kind}); is the file whole and of the kind "
                      "that its name says?")


@dataclass(frozen=True)
class _Text:
    """What has to be known of a text file before it is read."""

    digest: str
    encoding: str
    mixes_line_ends: bool

    @classmethod
    def of(cls, path: Path) -> _Text:
        """SHA-256, encoding and line ends; one pass, whatever the size."""
        digest = hashlib.sha256()
        utf8 = codecs.getincrementaldecoder("utf-8")()
        is_utf8, start, last, feeds, returns = True, b"", b"", 0, 0
        with path.open("rb") as file:
            while block := file.read(_READ_AT_ONCE):
                start = start or block[:4]
                digest.update(block)
                feeds += block.count(b"\n")
                returns += block.count(b"\r\n") + (last == b"\r" and block[:1] == b"\n")
                last = block[-1:]
                is_utf8 = is_utf8 and _decodes(utf8, block)
        if is_utf8 and _decodes(utf8, b"", final=True):
            encoding = "utf-8"
        else:
            encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "gb18030"
        return cls(digest.hexdigest(), encoding, 0 < returns < feeds)


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _header(path: Path, encoding: str) -> list[str]:
    """The names of the columns; a name that stands there twice is refused, since which one is meant is not known."""
    try:
        with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as text:
            header = next(csv.reader(text, strict=True), [])
    except UnicodeError:
        raise ValueError(f"childwell: {path.name} is neither UTF-8 nor GB18030; save it as UTF-8") from None
    except csv.Error:
        raise ValueError(f"childwell: {path.name}, line 1: the names of the columns cannot be read") from None
    if not header:
        raise ValueError(f"childwell: {path.name} is empty; its first line is to name the columns")
    if len(header) == 1 and re.search(r"[;\t|]", header[0]):
        raise ValueError(f"childwell: {path.name} separates its columns by something other than a comma; "
                         "save it with commas, as CSV UTF-8")
    names = [name or f"column {number}" for number, name in enumerate(header, 1)]
    doubled = sorted({name for name in names if [other.lower() for other in names].count(name.lower()) > 1})
    if doubled:
        raise ValueError(f"childwell: {path.name} has the column {doubled[0]!r} twice; rename or remove one of them")
    return names
