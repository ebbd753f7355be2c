# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""C++ and Python say the same words, and every public name says what it is in six slots."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERBS = ("admit", "assemble", "measure", "compose", "flag", "aggregate")  # report is made in Python from what aggregate returns
CXX_SLOTS = ("@param", "@return", "@throws", "@source")
PYTHON_SLOTS = ("Parameters", "Returns", "Raises", "References")
# A block of `///` and what it stands above, at the margin of a header: a free function or a template.
BLOCK = re.compile(r"((?:^///.*\n)+)^((?:template.*\n)*.*)", re.MULTILINE)
FUNCTION = re.compile(r"^(?!(?:struct|class|enum|using|concept|inline constexpr|constexpr std::array)\b)[\w:<>,&*\s\[\]]+\(")

# The first line of a free function: it begins at the margin, and with a type.
DECLARATION = re.compile(
    r"^(?!(?:struct|class|enum|union|using|concept|namespace|return|template|requires|static_assert|extern|friend)\b)"
    r"(?!inline constexpr [\w:<>, ]+ \w+ ?[={])[A-Za-z_\[][\w:<>,&*\s\[\]]*?[\s&*>](\w+)\([^=]*$"
)


def enum_words(text: str, name: str) -> list[str]:
    """The enumerators of an enum class, in order."""
    body = re.search(rf"enum class {name}\b[^{{]*\{{(.*?)\}}", text, re.DOTALL)[1]
    bare = re.sub(r"///?<?.*", "", body)
    return [word.split("=")[0].strip() for word in bare.split(",") if word.strip()]


def listed_words(text: str, name: str) -> list[str]:
    """The words of a constexpr array of texts, in order."""
    return re.findall(r'"(\w+)"', re.search(rf"{name}\s*=\s*\{{(.*?)\}};", text, re.DOTALL)[1])


@pytest.mark.parametrize(
    ("header", "enum", "array"),
    [("core/estimate.hpp", "Status", "status_words"), ("cohort/cell.hpp", "State", "state_words")],
)
def test_words_are_the_enumerators_in_the_same_order(header, enum, array):
    text = (ROOT / "include/childwell" / header).read_text("utf-8")
    assert enum_words(text, enum) == listed_words(text, array) != []


def test_a_word_that_differs_is_found():
    text = 'enum class Mood : int {\n  calm,  ///< a, b\n  loud\n};\nmood_words = {"calm", "noisy"};'
    assert enum_words(text, "Mood") == ["calm", "loud"]
    assert listed_words(text, "mood_words") != enum_words(text, "Mood")


@pytest.mark.parametrize("verb", VERBS)
def test_the_verb_is_the_same_in_both_languages(verb):
    headers = "\n".join(path.read_text("utf-8") for path in (ROOT / "include/childwell").rglob("*.hpp"))
    assert re.search(rf"^\S.*\b{verb}\(", headers, re.MULTILINE), f"no C++ function {verb}"
    assert callable(getattr(importlib.import_module("childwell"), verb))


def stated_functions(text: str) -> set[str]:
    """Documented free functions of a header that are no templates: those that Python can have."""
    found = set()
    for _, below in BLOCK.findall(text):
        declared = below.splitlines()[-1] if below else ""
        if FUNCTION.match(declared) and "template" not in below:
            found.add(re.search(r"(\w+)\(", declared)[1])
    return found


def members(text: str, struct: str) -> set[str]:
    """The names of a plain struct's members."""
    body = re.search(rf"^struct {struct} \{{\n(.*?)^\}};", text, re.DOTALL | re.MULTILINE)[1]
    return set(re.findall(r"^  [A-Za-z_].*?\b(\w+)(?: = [^;]*)?;", body, re.MULTILINE))


def test_the_options_of_admit_are_the_same_in_both_languages_and_in_a_study_file():
    options = members((ROOT / "include/childwell/data/admit.hpp").read_text("utf-8"), "AdmitOptions")
    package = importlib.import_module("childwell")
    keywords = {name for name, one in inspect.signature(package.admit).parameters.items() if one.kind is one.KEYWORD_ONLY}
    assert options == keywords - {"key"}
    keys = set(importlib.import_module("childwell._declaration")._KINDS)
    assert {"purpose", "recipients", "lag_days", "registers", "parents_asked_from", "received_on", "utc_offset_minutes", "id_format",
            "date_formats", "made_up", "instruments"} == options & keys


def test_an_option_of_another_name_is_found():
    text = "struct AdmitOptions {\n  std::string purpose;\n  std::map<int, int, std::less<>> lag;  ///< x\n  bool strict = false;\n};\n"
    assert members(text, "AdmitOptions") == {"purpose", "lag", "strict"}


def test_statistics_are_the_same_in_both_languages():
    """Floor stats: each function of a header stands in childwell.stats, and nothing else does. Sums are C++'s own."""
    headers = (path.read_text("utf-8") for path in (ROOT / "include/childwell/stats").glob("*.hpp"))
    in_cxx = set().union(*map(stated_functions, headers)) - {"chunked_sum"}
    module = importlib.import_module("childwell.stats")
    assert {name for name in module.__all__ if inspect.isfunction(getattr(module, name))} == in_cxx


def test_instruments_are_the_same_in_both_languages():
    """Floor instruments; the words of a status and the list of rules are C++'s own."""
    headers = (path.read_text("utf-8") for path in (ROOT / "include/childwell/instruments").glob("*.hpp"))
    in_cxx = set().union(*map(stated_functions, headers)) - {"word", "instrument_rules"}
    module = importlib.import_module("childwell.instruments")
    assert {name for name in module.__all__ if inspect.isfunction(getattr(module, name))} == in_cxx


def test_the_steps_of_the_index_are_the_same_in_both_languages():
    """Floor index."""
    headers = (path.read_text("utf-8") for path in (ROOT / "include/childwell/index").glob("*.hpp"))
    in_cxx = set().union(*map(stated_functions, headers)) - {"compose"}  # a verb: it stands in the package itself
    module = importlib.import_module("childwell.index")
    in_python = {name for name in module.__all__ if inspect.isfunction(getattr(module, name))}
    assert in_python - {"define_index"} == in_cxx  # TOML is read in Python


@pytest.mark.parametrize("floor", ["stats", "instruments", "index"])
def test_every_function_of_a_floor_fills_its_slots(floor):
    module = importlib.import_module(f"childwell.{floor}")
    found = {name: docstring_faults(getattr(module, name)) for name in module.__all__}
    assert {name: faults for name, faults in found.items() if faults} == {}


def header_faults(text: str) -> list[str]:
    """Documented free functions that lack a slot; the first line is the summary, prose after it says when."""
    faults = []
    for block, below in BLOCK.findall(text):
        declared = below.splitlines()[-1] if below else ""
        if not FUNCTION.match(declared) or declared.startswith(("}", "#")):
            continue
        name = re.search(r"(\w+)\(", declared)[1]
        has_parameters = not re.search(rf"{name}\(\)", declared)
        # A line that says all there is to say of a predicate is a sentence, not a form to fill in.
        if "@" not in block and block.count("\n") == 1:
            continue
        faults += [f"{name}: {slot}" for slot in CXX_SLOTS if slot not in block and (slot != "@param" or has_parameters)]
        if "Use " not in block:
            faults.append(f"{name}: when to use it")
    return faults


def test_every_documented_function_of_a_header_fills_its_slots():
    found = {path.name: header_faults(path.read_text("utf-8")) for path in (ROOT / "include/childwell").rglob("*.hpp")}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_missing_slot_of_a_header_is_found():
    text = "/// Adds.\n///\n/// @param a   one\n/// @return the sum\n/// @source arithmetic\ndouble add(double a);\n"
    assert header_faults(text) == ["add: @throws", "add: when to use it"]


def docstring_faults(function: object) -> list[str]:
    text = inspect.getdoc(function) or ""
    faults = [slot for slot in PYTHON_SLOTS if not re.search(rf"^{slot}\n-+$", text, re.MULTILINE)]
    if not re.search(r"\b(use|when)\b", text, re.IGNORECASE):
        faults.append("when to use it")
    return faults


def test_every_public_function_fills_its_slots():
    package = importlib.import_module("childwell")
    functions = {name: getattr(package, name) for name in package.__all__ if inspect.isfunction(getattr(package, name))}
    assert functions
    found = {name: docstring_faults(function) for name, function in functions.items()}
    assert {name: faults for name, faults in found.items() if faults} == {}


def public_methods(kind: type) -> dict[str, object]:
    """The public methods and properties that a class defines itself, as plain functions."""
    bare = {name: getattr(value, "__func__", getattr(value, "fget", value)) for name, value in vars(kind).items()}
    return {name: value for name, value in bare.items() if inspect.isfunction(value) and not name.startswith("_")}


def method_faults(method: object) -> list[str]:
    """A method with arguments fills the slots; a property or a verb without arguments says what it is in a sentence."""
    if set(inspect.signature(method).parameters) - {"self", "cls"}:
        return docstring_faults(method)
    return [] if (inspect.getdoc(method) or "").rstrip().endswith((".", ")")) else ["no sentence"]


def public_classes() -> dict[str, type]:
    package = importlib.import_module("childwell")
    return {name: getattr(package, name) for name in package.__all__ if inspect.isclass(getattr(package, name))}


def test_every_public_class_and_method_fills_its_slots():
    classes = public_classes()
    assert len(classes) >= 10
    found = {name: docstring_faults(kind) for name, kind in classes.items()}
    found |= {f"{name}.{method}": method_faults(function) for name, kind in classes.items() for method, function in public_methods(kind).items()}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_missing_slot_of_a_method_is_found():
    class Thin:
        def add(self, a):
            """Adds."""

        @property
        def sum(self):
            pass

        @classmethod
        def read(cls, path):
            """Reads."""

    faults = {name: method_faults(method) for name, method in public_methods(Thin).items()}
    assert all(faults[name] for name in ("add", "sum", "read"))


def undocumented(text: str) -> list[str]:
    """Free functions of a header without a `///` above them."""
    lines, found = text.splitlines(), []
    for number, line in enumerate(lines):
        if not DECLARATION.match(line):
            continue
        above = number - 1
        while above >= 0 and lines[above].lstrip().startswith(("template", "requires")):
            above -= 1
        if above < 0 or not lines[above].startswith("///"):
            found.append(line)
    return found


def test_every_free_function_of_a_header_is_documented():
    found = {path.name: undocumented(path.read_text("utf-8")) for path in (ROOT / "include/childwell").rglob("*.hpp")}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_an_undocumented_function_is_found():
    assert undocumented("/// Says.\nint a();\n") == []
    assert undocumented("/// Says.\ntemplate <class T>\nrequires true\nint a(T x);\n") == []
    assert undocumented("int bare(double x);\n") == ["int bare(double x);"]
    assert undocumented("[[nodiscard]] constexpr int bare(int x) noexcept {\n") != []
    assert undocumented("template <class T>\nstd::vector<T> bare(std::span<const T> values,\n") != []
    assert undocumented("// a comment is none\nvoid bare();\n") != []


def test_a_missing_slot_of_a_docstring_is_found():
    def thin():
        """Adds numbers."""

    assert len(docstring_faults(thin)) == len(PYTHON_SLOTS) + 1
