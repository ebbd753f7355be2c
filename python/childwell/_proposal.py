# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""A study file proposed from the files of a folder: every guess is marked, and what is a choice is left open.

Only names of columns are looked at, and codes that ten children hold. Names, phones and addresses are never mapped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ._api import policies as shipped_policies
from ._declaration import _schemas

# What registers and spreadsheets call a column, by the column of the data model; compared without case, spaces and marks.
_HEADERS: Mapping[str, tuple[str, ...]] = {
    "child": ("child", "childid", "student", "studentid", "studentno", "studentnumber", "pupil", "pupilid", "学籍号", "全国学籍号", "学号",
              "学生编号", "身份证号", "身份证件号", "身份证号码"),
    "school": ("school", "schoolid", "schoolcode", "学校", "学校标识码", "学校代码", "学校名称", "就读学校"),
    "class": ("class", "classid", "homeroom", "班级", "班号", "班级名称"),
    "grade": ("grade", "yeargroup", "年级"),
    "stage": ("stage", "phase", "学段"),
    "date": ("date", "day", "日期", "考勤日期", "缺勤日期", "上课日期", "时间"),
    "session": ("session", "period", "ampm", "时段", "节次", "上下午"),
    "code": ("code", "mark", "attendance", "attendancecode", "考勤", "考勤情况", "考勤状态", "出勤", "出勤情况", "缺勤原因"),
    "units_absent": ("unitsabsent", "缺勤节数", "缺课节数"),
    "sex": ("sex", "gender", "性别"),
    "birth_month": ("birthmonth", "出生年月", "出生月份"),
    "from": ("from", "start", "startdate", "entrydate", "入学日期", "开始日期", "转入日期"),
    "to": ("to", "end", "enddate", "leavingdate", "离校日期", "结束日期", "转出日期"),
    "exam": ("exam", "test", "assessment", "考试", "考试名称"),
    "subject": ("subject", "course", "科目", "学科"),
    "value": ("value", "points", "score", "result", "成绩", "分数", "得分"),
    "level": ("level", "等级", "等第"),
    "status": ("status", "考试状态", "应考状态"),
    "group": ("group", "boarding", "boardinggroup", "就读方式", "住宿", "住宿类型", "是否住校"),
}
_NEVER = ("name", "firstname", "lastname", "surname", "fullname", "studentname", "childname", "phone", "telephone", "mobile", "address",
          "email", "姓名", "学生姓名", "监护人", "监护人姓名", "家长", "家长姓名", "父亲姓名", "母亲姓名", "电话", "手机", "手机号", "联系电话", "联系方式",
          "家庭住址", "住址", "地址", "微信", "备注")
# A table is proposed where a file has what only it has.
_TELLING: Mapping[str, tuple[str, ...]] = {
    "attendance": ("code",), "exam_results": ("exam", "subject"), "boarding": ("group", "from"), "enrolment": ("school", "from"),
    "children": ("child",),
}
_CODES: Mapping[str, Mapping[str, str]] = {
    "attendance.code": {"√": "present", "出勤": "present", "正常": "present", "present": "present", "P": "present", "/": "present",
                        "迟到": "late", "late": "late", "L": "late", "病假": "absent_illness", "○": "absent_illness", "illness": "absent_illness",
                        "事假": "absent_excused", "△": "absent_excused", "excused": "absent_excused", "旷课": "absent_unexcused",
                        "×": "absent_unexcused", "unexcused": "absent_unexcused", "缺勤": "absent_unknown", "absent": "absent_unknown",
                        "A": "absent_unknown", "公假": "off_site"},
    "children.sex": {"男": "male", "女": "female", "male": "male", "female": "female", "M": "male", "F": "female", "1": "male", "2": "female"},
    "boarding.group": {"走读": "day", "住校": "full", "寄宿": "full", "day": "day", "full": "full", "五天": "five_day"},
    "enrolment.stage": {"小学": "primary", "初中": "junior", "高中": "senior", "幼儿园": "kindergarten", "中职": "vocational"},
}
_SHOWN_FROM = 10  # children who hold a code, before it is written anywhere


def _key(header: str) -> str:
    return "".join(character for character in header.casefold() if character.isalnum())


_COLUMN_OF = {header: column for column, headers in _HEADERS.items() for header in headers}


def propose_study(folder: Path, *, policies: Sequence[str] = (), families: Sequence[str] = ()) -> tuple[str, list[str]]:
    """The text of a study file for a folder, and what its reader has to be told; no row is kept and none shown."""
    from ._sources import read_sources

    if not folder.is_dir():
        raise ValueError(f"childwell: init: there is no folder {folder.name}; give the folder of the study's files")
    files, left = _files_of(folder)
    if not files:
        raise ValueError(f"childwell: init: {folder.name} and its sub folders hold no CSV and no Parquet file; export the tables as CSV "
                         "UTF-8 first")
    found: dict[str, list[str]] = {}
    for name in files:
        table = read_sources({"attendance": {"file": name}}, folder, {})[0]["attendance"]
        columns = _mapped(table.column_names)
        kind = _table_of(columns)
        if kind is None or kind in found:
            left.append(f"{name}: " + ("no table of the data model is recognised" if kind is None else
                                       f"a second file of {kind}; the study reads one, or several joined by a SELECT"))
            continue
        found[kind] = _section(kind, name, table, {column: columns[column] for column in columns if column in _schemas()[kind]["columns"]})
        lacking = [column for column in _schemas()[kind]["required"] if column not in columns]
        if lacking:
            left.append(f"{name}: {kind} needs {', '.join(lacking)}, and no column of that name was recognised")
    return "\n".join([*_head(found, policies, families), *(line for section in found.values() for line in section)]) + "\n", left


def _files_of(folder: Path) -> tuple[list[str], list[str]]:
    """The files that can be read, those of the folder itself before those of its sub folders, and what is said of others.

    Hidden files and folders are left alone, and links out of the folder are none of it.
    """
    inside = folder.resolve()
    held: list[str] = []
    left: list[str] = []
    for path in sorted(folder.rglob("*"), key=lambda path: (len(path.relative_to(folder).parts), path)):
        name = path.relative_to(folder)
        if not path.is_file() or any(part.startswith((".", "~$")) for part in name.parts) or not path.resolve().is_relative_to(inside):
            continue
        if path.suffix.lower() in (".csv", ".parquet"):
            held.append(name.as_posix())
        elif path.suffix.lower() in (".xlsx", ".xls", ".et", ".ods"):
            left.append(f"{name.as_posix()}: a workbook; save each of its sheets as CSV UTF-8")
    return held, left


def _mapped(headers: list[str]) -> dict[str, str]:
    """Column of the data model to header; the first header of a meaning counts, and a name of a person never does."""
    columns: dict[str, str] = {}
    for header in headers:
        key = _key(header)
        if key in _COLUMN_OF and key not in _NEVER:
            columns.setdefault(_COLUMN_OF[key], header)
    return columns


def _table_of(columns: Mapping[str, str]) -> str | None:
    if "child" not in columns:
        return None
    return next((table for table, telling in _TELLING.items() if all(column in columns for column in telling)), None)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _section(kind: str, name: str, table: Any, columns: Mapping[str, str]) -> list[str]:
    lines = ["", f"[tables.{kind}]  # confirm", f"file = {_quoted(name)}", f"[tables.{kind}.columns]"]
    lines += [f"{column} = {_quoted(header)}  # confirm" for column, header in columns.items()]
    never = [header for header in table.column_names if _key(header) in _NEVER]
    if never:
        lines.append(f"# never mapped: {', '.join(map(_quoted, never))}")
    unknown = [header for header in table.column_names if header not in columns.values() and header not in never]
    if unknown:
        lines.append(f"# not recognised: {', '.join(map(_quoted, unknown))}")
    for column, header in columns.items():
        words = _schemas()[kind]["columns"][column]
        if isinstance(words, list):
            lines += _code_section(kind, column, words, _codes_of(table, header, columns["child"]))
    return lines


def _codes_of(table: Any, header: str, child: str) -> tuple[list[str], int]:
    """The codes that ten children or more hold, by code, and how many others there are."""
    held = table.select([header, child]).group_by([header]).aggregate([(child, "count_distinct")])
    counts = dict(zip(held.column(header).to_pylist(), held.column(f"{child}_count_distinct").to_pylist(), strict=True))
    codes = {str(code).strip(): count for code, count in counts.items() if code is not None and str(code).strip()}
    shown = sorted(code for code, count in codes.items() if count >= _SHOWN_FROM)
    return shown, len(codes) - len(shown)


def _code_section(kind: str, column: str, words: list[str], codes: tuple[list[str], int]) -> list[str]:
    guesses = _CODES.get(f"{kind}.{column}", {})
    shown, others = codes
    lines = [f"[tables.{kind}.codes.{column}]  # one of: {', '.join(words)}"]
    for code in shown:
        if code in words:
            continue
        guess = guesses.get(code)
        lines.append(f"{_quoted(code)} = {_quoted(guess)}  # confirm" if guess else f"# {_quoted(code)} = \"\"  # choose its word")
    if others:
        lines.append(f"# {others} more, each held by fewer than ten children, and so not shown")
    return lines


def _head(found: Mapping[str, Any], policies: Sequence[str], families: Sequence[str]) -> list[str]:
    by_kind: dict[str, list[str]] = {}
    for name, rule in shipped_policies().items():
        by_kind.setdefault(rule["kind"], []).append(name)
    lines = ["# Proposed by childwell init. Nothing is certain until you have confirmed it: go through every line marked confirm.",
             'title = ""', 'purpose = ""       # choose: what consents are asked about, such as "term_review"',
             'audience = ""      # choose: who reads the report', "# Choose policies by name; none is a default:"]
    lines += [f"#   {kind}: {', '.join(names)}" for kind, names in by_kind.items()]
    lines.append(f"policies = [{', '.join(map(_quoted, dict.fromkeys(policies)))}]")
    if families:
        lines.append(f"families = [{', '.join(map(_quoted, dict.fromkeys(families)))}]")
    if "attendance" in found:
        lines.append('# registers = "full"  # choose what a blank means: full (every child is marked) or by_exception')
    return lines
