# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the stubs of the compiled module: `python python/bindings/stubs.py`, after a change to a binding.

pybind11-stubgen reads the module; what it says is put here into the form of this project, one line a member, so that a
change of a binding is a change of as many lines. A test holds the committed stubs equal to what this writes.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "childwell" / "_core"
WIDTH = 120
_HEADER = """# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
# Written by python/bindings/stubs.py with pybind11 {pybind11}; a change belongs into the bindings.
"""
# What pybind11 says of an argument is what it would convert; what a caller gives is shorter.
_SHORTER = (
    (r"typing\.SupportsInt \| typing\.SupportsIndex", "int"),
    (r"typing\.SupportsFloat \| typing\.SupportsIndex", "float"),
    (r"typing\.Annotated\[numpy\.typing\.ArrayLike, [^\]]+\]", "ArrayLike"),
    (r"numpy\.typing\.", ""),
    (r"\bnumpy\.", "np."),
    (r"collections\.abc\.", ""),
    (r"typing\.", ""),
    (r"\bdict\b(?!\[)", "dict[str, Any]"),
    (r"\blist\b(?!\[)", "list[Any]"),
    (r"\btuple\b(?!\[)", "tuple[Any, ...]"),
)
_IMPORTS = (
    ("collections.abc", ("Buffer", "Callable", "Iterable", "Iterator", "Mapping", "Sequence")),
    ("typing", ("Annotated", "Any", "ClassVar", "SupportsIndex", "overload")),
    ("numpy.typing", ("ArrayLike", "NDArray")),
)


def _annotation(node: ast.expr | None) -> str:
    if node is None:
        return "Any"
    text = ast.unparse(node)
    for long, short in _SHORTER:
        text = re.sub(long, short, text)
    return re.sub(r"\bIterable\b(?!\[)", "Iterable[Any]", text)  # pybind11 says not of what


def _parameters(arguments: ast.arguments) -> list[str]:
    def worded(argument: ast.arg, default: ast.expr | None) -> str:
        typed = argument.arg if argument.arg == "self" else f"{argument.arg}: {_annotation(argument.annotation)}"
        return typed if default is None else f"{typed} = {ast.unparse(default)}"

    plain = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(plain) - len(arguments.defaults)) + list(arguments.defaults)
    made = [worded(*pair) for pair in zip(plain, defaults, strict=True)]
    if arguments.posonlyargs:
        made.insert(len(arguments.posonlyargs), "/")
    if arguments.vararg is not None:
        made.append("*" + worded(arguments.vararg, None))
    elif arguments.kwonlyargs:
        made.append("*")
    made += [worded(*pair) for pair in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    if arguments.kwarg is not None:
        made.append("**" + worded(arguments.kwarg, None))
    return made


def _wrapped(start: str, parts: list[str], end: str, indent: str) -> list[str]:
    line = f"{start}{', '.join(parts)}{end}"
    if len(line) <= WIDTH:
        return [line]
    lines = [start]
    current = ""
    for i, part in enumerate(parts):
        piece = part + ("," if i + 1 < len(parts) else "")
        if current and len(indent) + 5 + len(current) + len(piece) > WIDTH:
            lines.append(f"{indent}    {current}")
            current = piece
        else:
            current = f"{current} {piece}" if current else piece
    return [*lines, f"{indent}    {current}", f"{indent}{end}"]


def _function(node: ast.FunctionDef, indent: str) -> list[str]:
    decorators = [f"{indent}@{_annotation(decorator)}" for decorator in node.decorator_list]
    said = ast.get_docstring(node)
    result = f") -> {_annotation(node.returns)}:"
    lines = _wrapped(f"{indent}def {node.name}(", _parameters(node.args), result if said else f"{result} ...", indent)
    return [*decorators, *lines, *([f'{indent}    """{said}"""'] if said else [])]


def _class(node: ast.ClassDef) -> list[str]:
    bases = f"({', '.join(map(_annotation, node.bases))})" if node.bases else ""
    lines = ["", f"class {node.name}{bases}:"]
    said = ast.get_docstring(node)
    if said:
        lines.append(f'    """{said}"""')
    for part in node.body:
        if isinstance(part, ast.FunctionDef):
            lines += _function(part, "    ")
        elif isinstance(part, ast.AnnAssign):
            kind = "ClassVar[tuple[str, ...]]" if ast.unparse(part.target) == "fields" else _annotation(part.annotation)
            lines.append(f"    {ast.unparse(part.target)}: {kind}")
    if len(lines) == 2:
        lines[1] += " ..."
    return lines


def _module(text: str, pybind11: str) -> str:
    tree = ast.parse(text)
    lines: list[str] = []
    submodules: list[str] = []
    functions = False
    for part in tree.body:
        if isinstance(part, ast.ClassDef):
            lines += _class(part)
        elif isinstance(part, ast.FunctionDef):
            if not functions:
                lines.append("")
            functions = True
            lines += _function(part, "")
        elif isinstance(part, ast.AnnAssign) and ast.unparse(part.target) != "__all__":
            lines.append(f"{ast.unparse(part.target)}: {_annotation(part.annotation)}")
        elif isinstance(part, ast.ImportFrom) and part.level:
            submodules += [name.name for name in part.names]
    body = "\n".join(lines)
    imports = []
    for module, names in _IMPORTS:
        used = [name for name in names if re.search(rf"\b{name}\b", body)]
        if used:
            imports.append(f"from {module} import {', '.join(used)}")
    if re.search(r"\bnp\.", body):
        imports.append("import numpy as np")
    imports += [f"from . import {name} as {name}" for name in sorted(submodules)]
    said = ast.get_docstring(tree)
    return f'{_HEADER.format(pybind11=pybind11)}"""{said}"""\n\n' + "\n".join(imports) + f"\n{body.rstrip()}\n"


def stubs() -> dict[str, str]:
    """The stub files of the compiled module that this Python imports, by name."""
    from childwell import _core

    pybind11 = _core.built_with()["pybind11"].rpartition(".")[0]
    with tempfile.TemporaryDirectory() as made:
        command = [sys.executable, "-m", "pybind11_stubgen", "childwell._core", "--exit-code", "-o", made]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"pybind11-stubgen stopped:\n{done.stdout}{done.stderr}")
        found = sorted((Path(made) / "childwell" / "_core").glob("*.pyi"))
        return {path.name: _module(path.read_text("utf-8"), pybind11) for path in found}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    written = stubs()
    for old in FOLDER.glob("*.pyi"):
        if old.name not in written:
            old.unlink()
    for name, text in written.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
