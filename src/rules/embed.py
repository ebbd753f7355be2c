# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the rules (TOML) into one C++ source: the text for Python, and tables for C++ that needs no parser."""

from __future__ import annotations

import importlib.util
import math
import sys
import tomllib
from pathlib import Path

TYPES = {
    "child": ("person_id", "child"),
    "person": ("person_id", "person"),
    "household": ("person_id", "household"),
    "guardian": ("person_id", "guardian"),
    "place": ("place", "none"),
    "name": ("name", "none"),
    "date": ("date", "none"),
    "time": ("time", "none"),
    "integer": ("integer", "none"),
    "number": ("number", "none"),
    "flag": ("flag", "none"),
}


def quoted(text: str) -> str:
    """A C++ string literal, in pieces that no compiler finds too long."""
    pieces = []
    for start in range(0, len(text), 2000):
        escaped = text[start : start + 2000].replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        pieces.append(f'"{escaped}"')
    return "\n    ".join(pieces) or '""'


def texts(rules: dict[str, str]) -> str:
    rows = "\n".join(f"    {{{quoted(name)}, {quoted(text)}}}," for name, text in sorted(rules.items()))
    return f"constexpr RuleText rule_texts[] = {{\n{rows}\n}};\n"


def numbered(table: dict) -> list[tuple[str, str]]:
    """The columns item_1, item_2 and so on of a table in wide form."""
    return [(f"{prefix}{number}", kind) for prefix, (kind, last) in table.get("numbered", {}).items()
            for number in range(1, last + 1)]


def schemas(document: dict) -> str:
    lines, tables = [], []
    for name, table in document.items():
        if name == "version":
            continue
        columns = []
        for column, kind in [*table["columns"].items(), *numbered(table)]:
            words = "{}"
            if isinstance(kind, list):
                lines.append(f"constexpr std::string_view words_{name}_{column}[] = {{{', '.join(map(quoted, kind))}}};")
                words = f"words_{name}_{column}"
                type_name, id_kind = "words", "none"
            else:
                type_name, id_kind = TYPES[kind]
            columns.append(
                f"    {{{quoted(column)}, ColumnType::{type_name}, IdKind::{id_kind}, "
                f"{str(column in table['required']).lower()}, {str(column in table['key']).lower()}, {words}}},"
            )
        lines.append(f"constexpr ColumnRule columns_{name}[] = {{\n" + "\n".join(columns) + "\n};")
        lines.append(f"constexpr std::string_view key_{name}[] = {{{', '.join(map(quoted, table['key']))}}};")
        admitted = str(table.get("admitted", False)).lower()
        tables.append(f"    {{{quoted(name)}, {admitted}, columns_{name}, key_{name}}},")
    lines.append("constexpr TableRule tables[] = {\n" + "\n".join(tables) + "\n};")
    lines.append(f"constexpr int schemas_version = {document['version']};")
    return "\n".join(lines) + "\n"


def policies(document: dict) -> str:
    rows = []
    for name, policy in document.items():
        if name == "version":
            continue

        def pair(key: str, policy: dict = policy) -> str:
            numerator, denominator = policy.get(key, (0, 1))
            return f"{{{numerator}, {denominator}}}"

        texts_ = [name, policy["kind"], policy["country"], policy["from"].isoformat(), policy["source"],
                  policy["name"]["en"], policy["name"]["zh"]]
        whole = ("minimum_days", "unexplained_days", "sessions", "minimum_cell", "interval_days", "days")
        numbers = ", ".join(str(policy.get(key, 0)) for key in whole)
        schooling = [literal(policy.get("failing_levels", [])), literal(policy.get("core", [])), pair("core_pass"),
                     quoted(policy.get("stands", "")), literal(policy.get("term_months", [])), str(policy.get("make_up_days", 0)),
                     literal(policy.get("grades", [])),
                     *(str(policy.get(key, 0)) for key in ("courses_failed", "core_failed", "courses_passed")),
                     quoted(policy.get("reference", "")), *(str(policy.get(key, 0)) for key in ("entry_age", "years_over"))]
        rows.append(
            f"    {{{', '.join(map(quoted, texts_))}, {pair('chronic')}, {pair('severe')}, "
            f"{pair('absent_day_fraction')}, {quoted(policy.get('counts', ''))}, {pair('pass')}, {numbers}, {', '.join(schooling)}}},"
        )
    return "std::vector<Policy> make_policies() {\n  return {\n" + "\n".join(rows) + "\n  };\n}\n"


def messages(document: dict) -> str:
    rows = [f"    {{{quoted(code)}, {quoted(text['en'])}, {quoted(text['zh'])}}},"
            for code, text in document.items() if code != "version"]
    return "constexpr MessageRule messages[] = {\n" + "\n".join(rows) + "\n};\n"


def package_reader(root: Path, path: str):
    """One of the package's own readers, so that what ships and what a user writes are read by one rule."""
    sys.dont_write_bytecode = True  # the source tree is left as it is
    given = importlib.util.spec_from_file_location("document", root / "python/childwell" / path)
    module = importlib.util.module_from_spec(given)
    given.loader.exec_module(module)
    return module


def literal(value: object) -> str:
    """A C++ initialiser of a text, number, flag or list; of a mapping, a designated initialiser in the fields' order."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, float):
        if math.isnan(value):
            return "std::numeric_limits<double>::quiet_NaN()"
        return "std::numeric_limits<double>::infinity()" if math.isinf(value) else repr(value)
    if isinstance(value, int):
        return str(value)
    return "{" + ", ".join(map(literal, value)) + "}"


def scale_row(scale: dict) -> str:
    fields = {**scale, "kind": f"ScaleKind::{scale['kind']}", "rounding": f"Rounding::{scale['rounding']}"}
    words = [fields[name] if name in ("kind", "rounding") else literal(fields[name])
             for name in ("name", "kind", "items", "scales", "factor", "answered", "rounding", "step", "high_is_good",
                          "unverified", "source")]
    nothing = literal(math.nan)
    return "{" + ", ".join([*words, nothing, nothing]) + "}"


def norm_row(norm: dict) -> str:
    tables = ", ".join("{" + literal(table["scale"]) + ", " + literal(table["bands"]) + "}" for table in norm["tables"])
    names = ("name", "country", "informants", "age_from", "age_to", "limit_in_upper")
    return "{" + ", ".join([*(literal(norm[name]) for name in names), "{" + tables + "}", literal(norm["source"])]) + "}"


def instruments(read: dict) -> str:
    """One function an instrument, each small enough for any compiler; checked once, when first asked for."""
    lines = []
    for number, fields in enumerate(read.values()):
        lines.append(f"Instrument instrument_{number}() {{\n  Instrument made;")
        for name, value in fields.items():
            if name in ("scales", "norms"):
                row = scale_row if name == "scales" else norm_row
                lines += [f"  made.{name}.push_back({row(one)});" for one in value]
            else:
                lines.append(f"  made.{name} = {literal(value)};")
        lines.append("  return define_instrument(std::move(made));\n}\n")
    made = ", ".join(f"instrument_{number}()" for number in range(len(read)))
    return ("namespace instruments {\nnamespace {\n" + "\n".join(lines) + "}  // namespace\n\n"
            "const std::vector<Instrument>& instrument_rules() {\n"
            f"  static const std::vector<Instrument> rules = {{{made}}};\n  return rules;\n}}\n"
            "}  // namespace instruments\n\n")


def flags(read: dict) -> str:
    """Rules of listing as one vector; checked once, when first asked for."""
    rows = []
    for fields in read.values():
        set_ = "".join(f"\n    rule.{name} = {literal(value)};" for name, value in fields.items())
        rows.append(f"  {{\n    FlagRule rule;{set_}\n    rules.push_back(define_flag_rule(std::move(rule)));\n  }}")
    made = "\n".join(rows)
    return ("namespace {\nstd::vector<FlagRule> make_flag_rules() {\n  std::vector<FlagRule> rules;\n" + made + "\n  return rules;\n}\n"
            "}  // namespace\n\nconst std::vector<FlagRule>& flag_rules() {\n"
            "  static const std::vector<FlagRule> rules = make_flag_rules();\n  return rules;\n}\n\n")


def main(folder: Path, target: Path) -> None:
    rules = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.toml")}
    parsed = {name: tomllib.loads(text) for name, text in rules.items()}
    root = folder.parents[1]
    read = package_reader(root, "instruments/_document.py").instruments_of(parsed["instruments"])
    listed = package_reader(root, "_flag_rules.py").rules_of(parsed["flags"])
    target.write_text(
        "// Made by src/rules/embed.py; change the TOML files instead.\n"
        "#include <childwell/core/policy.hpp>\n#include <childwell/core/rules.hpp>\n"
        "#include <childwell/data/schema.hpp>\n#include <childwell/instruments/instrument.hpp>\n"
        "#include <childwell/risk/rule.hpp>\n\n"
        "#include <limits>\n#include <utility>\n\n"
        "namespace childwell::inline v0_1 {\nnamespace {\n"
        "struct RuleText { std::string_view name; std::string_view text; };\n"
        + texts(rules) + schemas(parsed["schemas"]) + policies(parsed["policies"]) + messages(parsed["messages"])
        + "}  // namespace\n\n"
        "std::string_view rules_text(std::string_view name) {\n"
        "  for (const RuleText& rule : rule_texts) {\n    if (rule.name == name) return rule.text;\n  }\n  return {};\n}\n\n"
        "std::span<const MessageRule> message_rules() { return messages; }\n\n"
        "std::span<const TableRule> table_rules() { return tables; }\n\n"
        "const TableRule* find_table_rule(std::string_view name) {\n"
        "  for (const TableRule& rule : tables) {\n    if (rule.name == name) return &rule;\n  }\n  return nullptr;\n}\n\n"
        "int schema_version() { return schemas_version; }\n\n"
        "const std::vector<Policy>& policy_rules() {\n"
        "  static const std::vector<Policy> rules = make_policies();\n  return rules;\n}\n\n"
        + instruments(read) + flags(listed) +
        "}  // namespace childwell::inline v0_1\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
