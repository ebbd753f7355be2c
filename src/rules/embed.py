# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the rules (TOML) into one C++ source: the text for Python, and tables for C++ that needs no parser."""

from __future__ import annotations

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


def schemas(document: dict) -> str:
    lines, tables = [], []
    for name, table in document.items():
        if name == "version":
            continue
        columns = []
        for column, kind in table["columns"].items():
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
        whole = ("minimum_days", "unexplained_days", "sessions", "minimum_cell")
        numbers = ", ".join(str(policy.get(key, 0)) for key in whole)
        rows.append(
            f"    {{{', '.join(map(quoted, texts_))}, {pair('chronic')}, {pair('severe')}, "
            f"{pair('absent_day_fraction')}, {quoted(policy.get('counts', ''))}, {pair('pass')}, {numbers}}},"
        )
    return "std::vector<Policy> make_policies() {\n  return {\n" + "\n".join(rows) + "\n  };\n}\n"


def messages(document: dict) -> str:
    rows = [f"    {{{quoted(code)}, {quoted(text['en'])}, {quoted(text['zh'])}}},"
            for code, text in document.items() if code != "version"]
    return "constexpr MessageRule messages[] = {\n" + "\n".join(rows) + "\n};\n"


def main(folder: Path, target: Path) -> None:
    rules = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.toml")}
    parsed = {name: tomllib.loads(text) for name, text in rules.items()}
    target.write_text(
        "// Made by src/rules/embed.py; change the TOML files instead.\n"
        "#include <childwell/core/policy.hpp>\n#include <childwell/core/rules.hpp>\n"
        "#include <childwell/data/schema.hpp>\n\n"
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
        "  static const std::vector<Policy> rules = make_policies();\n  return rules;\n}\n"
        "}  // namespace childwell::inline v0_1\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
