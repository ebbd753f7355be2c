# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The command line: demo, init, check, run, report, key, catalogue, doctor, version.

Exit codes: 0 all went well, 1 the data stop the run, 2 the call is wrong, 75 another run holds the folder,
130 interrupted.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Column
from rich.table import Table as RichTable
from rich.text import Text

from . import __version__, _core
from ._api import DataError, catalogue as indicator_catalogue, find_policies, policies as shipped_policies
from ._key import Key
from ._messages import describe
from ._run import LATEST, Locked, discard, run as run_study
from ._study import Study, open_study
from ._suggest import unknown_name
from ._table import Table

_EXIT_CODES = """Exit codes:

0 all went well

1 the data stop the run, or a file cannot be read or written

2 the call or the study file is wrong

75 another run holds the folder; try again later

130 interrupted; nothing half-written stays"""

app = typer.Typer(add_completion=True, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="rich",
                  help="Children's wellbeing from school records, with uncertainty and without exposure.", epilog=_EXIT_CODES)
key_app = typer.Typer(no_args_is_help=True, help="The key that turns ids into pseudonyms.")
app.add_typer(key_app, name="key", rich_help_panel="A study")
out_console = Console()
err_console = Console(stderr=True)


class Language(str, Enum):
    """Of messages."""

    zh = "zh"
    en = "en"


def _families() -> list[str]:
    """What `measure` can be asked for."""
    return sorted(_core.request_words())


def _named(incomplete: str, known: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a shell offers for the letters that stand there, each with what it is."""
    return [(name, what) for name, what in known.items() if name.startswith(incomplete)]


def _offer_policies(incomplete: str) -> list[tuple[str, str]]:
    return _named(incomplete, {name: f"{rule['kind']}, {rule['country']}" for name, rule in shipped_policies().items()})


def _offer_families(incomplete: str) -> list[tuple[str, str]]:
    return _named(incomplete, dict.fromkeys(_families(), "family on request"))


def _offer_names(incomplete: str) -> list[tuple[str, str]]:
    families = dict.fromkeys(sorted({str(name) for name in indicator_catalogue()["family"]} | set(_families())), "family")
    return _named(incomplete, families) + _offer_policies(incomplete)


# Options that several commands have, each worded once.
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only the last lines.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output; messages go to standard error.")]
Lang = Annotated[Language, typer.Option("--lang", envvar="CHILDWELL_LANG", help="Language of messages.")]


class Steps:
    """Shows on a terminal, after a second, at which step a long run is; keeps the times of all steps."""

    def __init__(self, quiet: bool, console: Console = err_console) -> None:
        self._last = time.perf_counter()
        self._step = ""
        self._status = console.status("") if console.is_terminal and not quiet else None
        self._timer = threading.Timer(1.0, self._show)
        self._timer.daemon = True
        self.times: dict[str, float] = {}

    def __enter__(self) -> Steps:
        self._timer.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._timer.cancel()
        if self._status is not None:
            self._status.stop()

    def _show(self) -> None:
        if self._status is not None:
            self._status.start()

    def __call__(self, step: str) -> None:
        now = time.perf_counter()
        if self._step:
            self.times[self._step] = now - self._last
        self._step, self._last = step, now
        if self._status is not None and step:
            self._status.update(f"{step} ...")

    def done(self) -> dict[str, float]:
        """The seconds of each step; nothing is shown from here on."""
        self("")
        self.__exit__()
        return self.times


def _stop(error: Exception, code: int) -> None:
    err_console.print(str(error), style="bold", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code)


def _interruptible(work: Callable[[], Any], out: Path | None) -> Any:
    """Work in a thread of its own, while this one waits for Ctrl-C: a library that computes for long does not listen.

    An interrupted process ends at once. What it has published stays, what it has not is removed.
    """
    ended: list[tuple[Any, BaseException | None]] = []

    def run_it() -> None:
        try:
            ended.append((work(), None))
        except BaseException as error:  # noqa: BLE001 - raised again below, where the command words it
            ended.append((None, error))

    thread = threading.Thread(target=run_it, daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(0.05)
    except KeyboardInterrupt:
        if out is not None:
            discard(out)
        err_console.show_cursor(True)
        sys.stdout.flush()
        sys.stderr.write("childwell: interrupted; nothing more was published\n")
        sys.stderr.flush()
        os._exit(130)
    result, error = ended[0]
    if error is not None:
        raise error
    return result


def _guarded(work: Callable[[], Any], out: Path | None = None) -> Any:
    try:
        return _interruptible(work, out)
    except DataError as error:
        _stop(error, 1)
    except Locked as error:
        _stop(error, 75)
    except ValueError as error:
        _stop(error, 2)
    except ModuleNotFoundError as error:
        if error.name not in ("duckdb", "pyarrow", "jinja2", "xlsxwriter", "docx"):
            raise
        needs = f"childwell: this needs {error.name}; install it with: pip install 'childwell[demo]'"
        _stop(ModuleNotFoundError(needs), 2)
    except OSError as error:
        said = error.strerror or str(error)
        _stop(OSError(said if said.startswith("childwell") else f"childwell: {error}"), 1)


def _key(path: Path | None) -> Key:
    if path is None:
        raise ValueError("childwell: --key is missing; make a key once with: childwell key create FILE, and keep it safe")
    return Key.load(path)


def _show_ledger(ledger: dict[str, Any], lang: Language) -> None:
    """What became of each table's rows, and in words what each reason means."""
    numbers = (Column(part, justify="right", no_wrap=True) for part in ("read", "accepted", "corrected", "quarantined"))
    table = RichTable(Column("table", no_wrap=True), *numbers, "reasons")
    for name, entry in ledger["tables"].items():
        reasons = ", ".join(f"{code} {count:,}" for code, count in sorted(entry["reasons"].items()))
        table.add_row(name, *(f"{entry[part]:,}" for part in ("read", "accepted", "corrected", "quarantined")), reasons)
    out_console.print(table)
    for code in sorted({code for entry in ledger["tables"].values() for code in entry["reasons"]}):
        out_console.print(f"{code}  {describe(code, lang=lang.value)}", highlight=False, markup=False)


def _say_transcoded(study: Study) -> None:
    """A file that is not UTF-8 may be in another encoding than the one it was read in; its reader has to know."""
    for entry in study.inputs:
        if "transcoded" in entry:
            err_console.print(f"childwell: {entry['source']} is not UTF-8; it was read as {entry['encoding'].upper()}",
                              markup=False, highlight=False)


def _say_safety(counts: Table, lang: Language = Language.en) -> None:
    """What concerns a child's safety, said in every run and written into no file."""
    for i in range(len(counts)):
        if counts["forms"][i]:
            said = describe("safety_count", lang=lang.value, instrument=str(counts["instrument"][i]), forms=int(counts["forms"][i]),
                            children=int(counts["children"][i]), hours=int(counts["oldest_hours"][i]))
            err_console.print(f"childwell: {said}", markup=False, highlight=False, soft_wrap=True)


def _print_json(value: Any) -> None:
    """As it is, without colours and without wrapping, so that another program reads it."""
    print(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str))


def _finish(folder: Path, study: Study, steps: Steps, as_json: bool, quiet: bool, lang: Language) -> None:
    ledger = study.cohort.ledger
    rows = sum(entry["read"] for entry in ledger["tables"].values())
    aside = sum(entry["quarantined"] for entry in ledger["tables"].values())
    if as_json:
        _say_transcoded(study)
        _print_json({"folder": str(folder), "rows_read": rows, "rows_quarantined": aside, "seconds": steps.done()})
        return
    times = "  ".join(f"{step} {seconds:.2f} s" for step, seconds in steps.done().items())
    if not quiet:
        _show_ledger(ledger, lang)
        out_console.print(times, highlight=False, soft_wrap=True)
    _say_transcoded(study)
    out_console.print(f"{rows:,} rows read, {aside:,} quarantined, {ledger['children']['read']:,} children", highlight=False)
    out_console.print(f"report: {folder.parent / LATEST / 'report.html'}", highlight=False, soft_wrap=True)
    out_console.print(f"  kept: {folder}", highlight=False, soft_wrap=True)


@app.command(rich_help_panel="A study")
def run(
    study: Annotated[Path, typer.Argument(help="The study file (TOML).")],
    data: Annotated[Path, typer.Option(help="Folder of the study's files.")],
    as_of: Annotated[list[str], typer.Option(help="Date, YYYY-MM-DD; may be given several times.")],
    out: Annotated[Path, typer.Option(help="Folder for runs; `latest` points to the last good one.")],
    key: Annotated[Path | None, typer.Option(help="Key file, from: childwell key create FILE.")] = None,
    strict: Annotated[bool, typer.Option(help="Stop when any row is quarantined.")] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
    lang: Lang = Language.en,
) -> None:
    """Run a study: indicators, aggregates, quarantine, ledger, provenance and report in one folder.

    Example: childwell run study.toml --data DIR --as-of 2026-01-30 --out out --key study.key
    """
    def work() -> None:
        with Steps(quiet) as steps:
            secret = _key(key)
            steps("read")
            opened = open_study(study, data=data, key=secret)
            folder = run_study(opened, as_of=as_of, out=out, strict=strict, tell=steps, officer=lambda counts: _say_safety(counts, lang))
            _finish(folder, opened, steps, as_json, quiet, lang)

    _guarded(work, out)


@app.command(rich_help_panel="A study")
def check(
    study: Annotated[Path, typer.Argument(help="The study file (TOML).")],
    data: Annotated[Path, typer.Option(help="Folder of the study's files.")],
    key: Annotated[Path | None, typer.Option(help="Key file; a throw-away key where absent, since nothing is kept.")] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
    lang: Lang = Language.en,
) -> None:
    """Read and check the tables, and write nothing.

    Example: childwell check study.toml --data DIR
    """
    def work() -> None:
        import secrets

        opened = open_study(study, data=data, key=Key.load(key) if key else Key.from_bytes(secrets.token_bytes(32)))
        ledger = opened.cohort.ledger
        _say_transcoded(opened)
        missing = [{"school": school, "reason": reason} for school, reason in opened.cohort.schools_missing]
        if as_json:
            _print_json({"tables": ledger["tables"], "schools_missing": missing, "missing_tables": ledger["missing_tables"]})
        elif not quiet:
            _show_ledger(ledger, lang)
        if not as_json:
            for entry in missing:
                out_console.print(f"school {entry['school']}: {entry['reason']}", highlight=False, markup=False)
        if not as_json and ledger["missing_tables"]:
            out_console.print("not in this study: " + ", ".join(ledger["missing_tables"]), highlight=False)
        if any(fault["code"] == "register_mode_undeclared" for fault in ledger["faults"]):
            raise DataError([fault for fault in ledger["faults"] if fault["code"] == "register_mode_undeclared"])

    _guarded(work)


@app.command(rich_help_panel="Begin")
def demo(
    children: Annotated[int, typer.Option(help="Children of the made-up city.")] = 3000,
    seed: Annotated[int, typer.Option(help="Seed of the made-up city.")] = 1,
    out: Annotated[Path, typer.Option(help="Folder for runs.")] = Path("out"),
    quiet: Quiet = False,
    as_json: AsJson = False,
    lang: Lang = Language.en,
) -> None:
    """The main job on a made-up city: from tables to report.html.

    Example: childwell demo --children 300 --seed 7 --out out
    """
    def work() -> None:
        from . import synthetic

        with Steps(quiet) as steps:
            steps("make the city")
            city = synthetic.city(children=children, seed=seed)
            out.mkdir(parents=True, exist_ok=True)
            key_file = out / "demo.key"
            key = Key.load(key_file) if key_file.exists() else Key.create(key_file)
            opened = open_study(city, key=key)
            opened.options |= {"audience": "demonstration", "seed": seed}
            folder = run_study(opened, as_of=[city.as_of], out=out, tell=steps, officer=lambda counts: _say_safety(counts, lang))
            _finish(folder, opened, steps, as_json, quiet, lang)
        if not as_json:
            out_console.print("the city is made up; its key is demo.key in the same folder", highlight=False)

    _guarded(work, out)


@app.command(rich_help_panel="Begin")
def init(
    folder: Annotated[Path, typer.Argument(help="Folder of CSV and Parquet files.")],
    out: Annotated[Path, typer.Option(help="Study file to write; it must not exist.")] = Path("study.toml"),
    policy: Annotated[list[str] | None, typer.Option(help="Policy of the study, by name; may be given several times.",
                                                     autocompletion=_offer_policies)] = None,
    family: Annotated[list[str] | None, typer.Option(help="Family to measure beyond what is always there; may be given several times.",
                                                     autocompletion=_offer_families)] = None,
) -> None:
    """Propose a study file from the files of a folder and its sub folders; every guess in it is marked for you to confirm.

    Columns of names, phones and addresses are never mapped, and a code is written only where ten children hold it.

    Example: childwell init DIR --out study.toml --policy us_edfacts_chronic --policy small_cells_10
    """
    def work() -> None:
        from ._proposal import propose_study

        if out.exists():
            raise ValueError(f"childwell: init: {out.name} exists, and is not written over; give another name with --out")
        find_policies(policy or [])
        for name in family or []:
            if name not in _families():
                raise unknown_name("init", "family", name, _families(), see="childwell catalogue")
        text, left = propose_study(folder, policies=policy or [], families=family or [])
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
        for words in left:
            err_console.print(f"childwell: {words}", markup=False, highlight=False, soft_wrap=True)
        choose = "purpose and audience" if policy else "purpose, audience and policies"
        out_console.print(f"{out.name} written; confirm its lines and choose {choose}, then: "
                          f"childwell check {out.name} --data DIR", highlight=False, markup=False, soft_wrap=True)

    _guarded(work)


def _writer_of(out: Path) -> Callable[..., str | bytes]:
    """What writes a report into a file of this name."""
    from ._document import render_docx
    from ._render import render_html
    from ._workbook import render_xlsx

    writers: dict[str, Callable[..., str | bytes]] = {".html": render_html, ".xlsx": render_xlsx, ".docx": render_docx}
    suffix = out.suffix.lower()
    if suffix not in writers:
        raise ValueError(f"childwell: report: --out is a file that ends in {', '.join(writers)}")
    return writers[suffix]


@app.command(rich_help_panel="A study")
def report(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a finished run, such as out/latest.")],
    out: Annotated[Path, typer.Option(help="File to write: a page (.html), a workbook (.xlsx) or a Word document (.docx).")],
    audience: Annotated[str | None, typer.Option(help="Who reads it, instead of the study's.")] = None,
    classes: Annotated[bool, typer.Option("--classes", help="Tables down to the class.")] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
    lang: Lang = Language.en,
) -> None:
    """Write the report of a finished run again, without its data: from the aggregates that the run has kept.

    Example: childwell report out/latest --out report.html --audience "head teachers"
    """
    def work() -> None:
        write = _writer_of(out)
        kept = run_folder / "report.json"
        try:
            model = json.loads(kept.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ValueError(f"childwell: report: {run_folder.name} holds no report.json; give the folder of a finished run") from None
        except ValueError:
            raise ValueError("childwell: report: report.json is not JSON in UTF-8; run the study again") from None
        made = write(model | {"audience": audience} if audience else model, classes=classes)
        unfinished = out.with_name(f".{out.name}.{os.getpid()}")
        try:
            unfinished.write_bytes(made.encode("utf-8") if isinstance(made, str) else made)
            os.replace(unfinished, out)
        finally:
            unfinished.unlink(missing_ok=True)
        statuses = Counter(row["status"] for row in model["groups"])
        if as_json:
            _print_json({"file": str(out), "as_of": model["as_of"], "audience": audience or model["audience"], "figures": statuses["ok"],
                         "hidden": statuses["hidden"], "bytes": out.stat().st_size})
            return
        if not quiet:
            said = describe("report_written", lang=lang.value, as_of=model["as_of"], figures=statuses["ok"], hidden=statuses["hidden"])
            out_console.print(said, highlight=False, markup=False, soft_wrap=True)
        out_console.print(f"report: {out}", highlight=False, markup=False, soft_wrap=True)

    _guarded(work)


@key_app.command("create")
def key_create(file: Annotated[Path, typer.Argument(help="File to make; it must not exist.")]) -> None:
    """Make a key. Keep it apart from the data: without it no pseudonym can be turned back.

    Example: childwell key create study.key
    """
    made = _guarded(lambda: Key.create(file))
    out_console.print(f"key {made.key_id} written to {file.name}, readable by you alone", highlight=False)


def _recipients_shown() -> RichTable:
    from ._recipients import roles

    shown = RichTable(Column("role", no_wrap=True), "children", Column("columns", overflow="fold"), "reasons from", "days",
                      Column("why", overflow="fold"))
    for role in roles().values():
        shown.add_row(f"{role.zh}\n{role.en}", role.scope, ", ".join(role.columns) or "no list", ", ".join(role.families) or "-",
                      str(role.expires_after_days or "-"), f"{role.reason_zh}\n{role.reason_en}")
    return shown


@app.command(rich_help_panel="Look up")
def catalogue(
    name: Annotated[str | None, typer.Argument(help="One family or one policy; everything where absent.",
                                               autocompletion=_offer_names)] = None,
    recipients: Annotated[bool, typer.Option("--recipients", help="Who may be given what instead, by role.")] = False,
    as_json: AsJson = False,
) -> None:
    """Indicators and policies of this version, or one family or policy; with --recipients, who may be given what.

    Example: childwell catalogue us_edfacts_chronic
    """
    if recipients:
        out_console.print(_recipients_shown())
        return
    table, rules = _guarded(lambda: _looked_up(name))
    if as_json:
        columns = {head: table[head].tolist() for head in table.columns}
        rows = [{head: column[i] for head, column in columns.items()} for i in range(len(table))]
        _print_json({"indicators": rows, "policies": rules})
        return
    if rules and name is not None:
        one = RichTable(Column("policy", no_wrap=True), Column(name, overflow="fold"))
        for part, said in rules[name].items():
            one.add_row(part, Text(f"{said['zh']} / {said['en']}" if part == "name" else str(said)))
        out_console.print(one)
        return
    shown = RichTable(Column("indicator", overflow="fold", min_width=30), "on request",
                      Column("unit, range, direction; estimand, interval: method; source; worked in", overflow="fold"))
    for i in range(len(table)):
        entry = {head: str(table[head][i] or "") for head in table.columns}
        words = (f"{entry['unit']}, {table['range_low'][i]:g} to {table['range_high'][i]:g}, {entry['direction']}; "
                 f"{entry['estimand']}, {entry['interval']}: {entry['method']}; {entry['source']}; {entry['tests']}")
        shown.add_row(entry["id"], entry["request"], words)
    out_console.print(shown)
    if rules:
        listed = RichTable(Column("policy", no_wrap=True), "country", "from", Column("name", overflow="fold"))
        for policy, rule in rules.items():
            listed.add_row(policy, rule["country"], str(rule["from"]), f"{rule['name']['zh']} / {rule['name']['en']}")
        out_console.print(listed)


def _looked_up(name: str | None) -> tuple[Table, dict[str, dict[str, Any]]]:
    """The indicators and policies that a name stands for; all where there is none."""
    table, rules = indicator_catalogue(), shipped_policies()
    if name is None:
        return table, rules
    inside = [i for i in range(len(table)) if name in (table["family"][i], table["request"][i])]
    if name not in rules and not inside:
        raise unknown_name("catalogue", "family or policy", name, [known for known, _ in _offer_names("")], see="childwell catalogue")
    return table.take(np.array(inside, dtype=np.int64)), {name: rules[name]} if name in rules else {}


@app.command(rich_help_panel="A study")
def explain(
    study: Annotated[Path, typer.Argument(help="The study file (TOML).")],
    child: Annotated[str, typer.Argument(help="The child's pseudonym, as it stands on a list.")],
    data: Annotated[Path, typer.Option(help="Folder of the study's files.")],
    as_of: Annotated[str, typer.Option(help="Date, YYYY-MM-DD; what was not known by then is not seen.")],
    key: Annotated[Path, typer.Option(help="Key file under which the list was made.")],
    html: Annotated[Path | None, typer.Option(help="Page to write, for you alone; the text on standard output where absent.")] = None,
    lang: Lang = Language.en,
) -> None:
    """One child: every indicator with the dates of its records, why it is listed, what would take it off, what is not known.

    Example: childwell explain study.toml PSEUDONYM --data DIR --as-of 2026-01-30 --key study.key
    """
    def work() -> None:
        from ._explain import explain as explained
        from ._worklist import _written

        made = explained(open_study(study, data=data, key=Key.load(key)), child=child, as_of=as_of, lang=lang.value)
        if html is None:
            sys.stdout.write(repr(made) + "\n")
        else:
            page = f'<!doctype html><html lang="{lang.value}"><meta charset="utf-8"><title>childwell</title>{made._repr_html_()}</html>'
            _written(page, html, "utf-8")

    _guarded(work)


@app.command(rich_help_panel="A study")
def reveal(
    worklist: Annotated[Path, typer.Argument(help="CSV of a worklist or of the safety queue.")],
    roster: Annotated[Path, typer.Option(help="CSV with the children's own identifiers.")],
    key: Annotated[Path, typer.Option(help="Key file under which the list was made.")],
    log: Annotated[Path, typer.Option(help="File that a line is added to: who, when, which list, how many.")],
    column: Annotated[str, typer.Option(help="Column of the roster with the identifiers.")] = "child",
    out: Annotated[Path | None, typer.Option(help="File to write, for you alone; standard output where absent.")] = None,
    at: Annotated[str | None, typer.Option(help="When, YYYY-MM-DDTHH:MM; the clock's time where absent.")] = None,
) -> None:
    """Turn the pseudonyms of a list back, for the holder of the key: logged, and stored nowhere.

    Example: childwell reveal out/latest/worklist/head/worklist.csv --roster roster.csv --key study.key --log reveals.log
    """
    def work() -> None:
        import datetime
        import getpass

        from ._reveal import reveal as join
        from ._worklist import _written

        try:
            when = datetime.datetime.now().astimezone() if at is None else datetime.datetime.fromisoformat(at)
        except ValueError:
            raise ValueError("childwell.reveal: --at is not a time; write YYYY-MM-DDTHH:MM") from None
        made = join(worklist, roster=roster, key=Key.load(key), log=log, at=when, who=getpass.getuser(), column=column)
        if out is None:
            sys.stdout.write(made)
        else:
            _written(made, out, "utf-8-sig")

    _guarded(work)


_EXTRAS = {"io": ("pyarrow", "duckdb"), "cli": ("typer", "rich"), "report": ("jinja2", "xlsxwriter", "docx"), "plot": ("matplotlib",)}


def _chart_font() -> str | None:
    """The font in which charts of a notebook write Chinese; None where there is none, or nothing to draw with."""
    if importlib.util.find_spec("matplotlib") is None:
        return None
    from ._plot import chinese_font_here

    return chinese_font_here()


def _state() -> dict[str, Any]:
    extras = {extra: [module for module in modules if importlib.util.find_spec(module) is None] for extra, modules in _EXTRAS.items()}
    return {"childwell": __version__, "python": sys.version.split()[0], "platform": sys.platform,
            "modules": {module: importlib.metadata.version(module) for module in ("numpy", "narwhals")},
            "kernel_in_use": _core.kernel_in_use(), "core_set_kernel": _core.core_set_kernel(),
            "processor_level": _core.processor_level(), "built_with": _core.built_with(), "chart_font": _chart_font(),
            "processors": len(os.sched_getaffinity(0)), "threads_asked": os.environ.get("CHILDWELL_NUM_THREADS"), "extras_missing": extras}


@app.command(rich_help_panel="Look up")
def doctor(as_json: AsJson = False) -> None:
    """What is installed and what this machine can do; nothing of your data is in it, so it may be sent.

    Example: childwell doctor --json
    """
    state = _state()
    if as_json:
        _print_json(state)
        return
    shown = RichTable(Column("part", no_wrap=True), "state")
    shown.add_row("childwell", state["childwell"])
    shown.add_row("Python", state["python"])
    for module, number in state["modules"].items():
        shown.add_row(module, number)
    shown.add_row("compiled by", f"{state['built_with']['compiler']}, pybind11 {state['built_with']['pybind11']}")
    shown.add_row("kernel in use", state["kernel_in_use"])
    shown.add_row("kernel of the core set", state["core_set_kernel"])
    shown.add_row("processors", f"{state['processors']}, threads asked for: {state['threads_asked'] or 'none'}")
    shown.add_row("Chinese in charts", Text(state["chart_font"] or "no font: charts are worded in English; apt install fonts-wqy-microhei"))
    for extra, missing in state["extras_missing"].items():
        # as Text: rich would take [plot] for markup and leave it out
        shown.add_row(f"extra {extra}", Text(f"missing: pip install 'childwell[{extra}]'" if missing else "present"))
    out_console.print(shown)


@app.command("version", rich_help_panel="Look up")
def show_version() -> None:
    """Print the version."""
    out_console.print(__version__, highlight=False)


@app.callback(invoke_without_command=True)
def version(show: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if show:
        out_console.print(__version__)
        raise typer.Exit(0)
