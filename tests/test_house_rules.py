"""The rules of the house that no linter knows; each test lists the places that break one."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest
from tree import ROOT, modules, texts

from pipeline.findings import CATALOGUE
from pipeline.forms import FORMS
from pipeline.settings import default_text, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_LINES = 400
MOST_FUNCTION_LINES = 60

# Lists whose words code may not know: it asks the term for its rank, handler or colour.
WORD_LISTS = ("levels", "consequences", "categories", "powers")
MAY_NAME_WORDS = (
    "pipeline/findings/",  # the examples of docs/codes.md
    "pipeline/forms/",
    "pipeline/settings/",
    "pipeline/rehearsal/",
)

# A broad except ends here, told in words or in the log; elsewhere it only cleans up and raises on.
DOORS = (
    "pipeline/cli/",
    "pipeline/watch/",
    "pipeline/reading/worker.py",
    "pipeline/steps/answer.py",
    "pipeline/steps/receive.py",
)

# Rooms where Chinese stands, and why. Any other room is told what to say by its callers.
CHINESE = {
    "checks": "rules of repairs, the classes of findings",
    "cli": "help and closing tables",
    "documents": "signs of the typesetter's errors",
    "errors.py": "the frame around a list of faults",
    "exports": "how a guarded field is undone, that pyarrow is missing",
    "files": "what the disk refuses",
    "findings": "the catalogue",
    "forms": "the forms are Chinese",
    "intake": "why a file waits",
    "ledger": "what the archive refuses",
    "monitor": "reports, reminders, the list of today",
    "reading": "that no reader can be started",
    "rehearsal": "the invented bureau",
    "roster": "faults of roster.xlsx",
    "session.py": "that an earlier day cannot be changed",
    "settings": "faults of config.toml",
    "site": "titles of pages",
    "steps": "answers, names of outputs",
    "summaries": "titles and notes of sheets",
    "tables": "titles of reports, the line of proof",
    "text.py": "words that mean nothing or as above, numbers",
    "vocab.py": "the kinds of change",
    "watch": "what the operator sees on the console",
    "workbook": "captions, prompts, marks",
    "workspace": "faults on opening, names of folders",
}

_HAN = re.compile("[\u3400-\u9fff]")
_MACHINE = re.compile(r"(?<![\w.\-/<:~])/(work|root|home|tmp)(?![\w-])")


def strings(tree: ast.Module) -> Iterator[tuple[ast.Constant, str]]:
    """Yield the string constants of a module that are not documentation."""
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node, node.value


@cache
def calls(tree: ast.Module) -> tuple[tuple[ast.Call, str], ...]:
    """Return every call with the dotted name of what is called."""
    return tuple(
        (node, ast.unparse(node.func)) for node in ast.walk(tree) if isinstance(node, ast.Call)
    )


def options(call: ast.Call) -> dict[str, str]:
    return {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg}


def at(name: str, node: ast.expr | ast.stmt | ast.excepthandler) -> str:
    return f"{name}:{node.lineno}"


# Words, codes and Chinese in their places


def test_code_knows_no_word_of_a_vocabulary():
    settings = parse(default_text(year=2011, bureau="某局").encode())
    words = {name for key in WORD_LISTS for name in settings.vocabularies[key].names}
    assert [
        (at(name, node), said)
        for name, tree in modules()
        if not name.startswith(MAY_NAME_WORDS)
        for node, said in strings(tree)
        if said in words
    ] == []


def test_no_header_of_a_form_is_a_key():
    headers = {
        entry.header for form in FORMS for section in form.sections for entry in section.fields
    }
    keys = (
        (at(name, key), key.value)
        for name, tree in modules()
        for node in ast.walk(tree)
        for key in (node.keys if isinstance(node, ast.Dict) else [getattr(node, "slice", None)])
        if isinstance(key, ast.Constant)
    )
    assert [(place, value) for place, value in keys if value in headers] == []


def test_every_code_of_the_catalogue_is_raised_somewhere():
    raised = {
        said
        for name, tree in modules()
        if not name.startswith(("pipeline/findings/", "pipeline/rehearsal/"))
        for _, said in strings(tree)
    }
    assert sorted(CATALOGUE.keys() - raised) == []


def test_every_code_of_the_catalogue_is_named_in_a_test():
    named = {
        word
        for path in (ROOT / "tests").rglob("test_*.py")
        for word in re.findall(r"\b[A-Z][A-Z0-9_]+\b", path.read_text("utf-8"))
    }
    assert sorted(CATALOGUE.keys() - named) == []


def test_chinese_stands_only_in_the_rooms_that_speak():
    found = {
        name.split("/")[1]
        for name, tree in modules()
        if any(_HAN.search(said) for _, said in strings(tree))
    }
    assert sorted(found - CHINESE.keys()) == []


# Sizes


def test_no_file_is_too_long():
    lengths = {name: len((ROOT / name).read_text("utf-8").splitlines()) for name, _ in modules()}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_no_function_is_too_long():
    assert [
        (at(name, node), node.name)
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= MOST_FUNCTION_LINES
    ] == []


# Nothing made from input is ever a formula, link, markup or code


FORBIDDEN_CALLS = {
    r"\.to_excel$": "writes what looks like a formula as one",
    r"(?i)(^|[._])(worksheet|sheet|ws)\.write(_(formula|array|dynamic|row|col).*)?$": (
        "guesses the kind of a cell from its text, or writes a formula"
    ),
    r"(^|\.)extractall$": "lets a member choose its path",
    r"^(eval|exec|compile|__import__)$": "runs text",
    r"^os\.(system|popen|exec\w+|spawn\w+|startfile)$": "runs text in a shell",
    r"\.eval$": "runs text; pandas calculates what stands in it",
    r"^(pickle|marshal|shelve|dill)\.|\.(read|to)_pickle$": "runs what it reads",
    r"^(yaml\.load|jsonpickle\.)": "makes objects of what it reads",
}


# The one door for formulas; what comes to it was made by the module below.
FORMULA_DOOR = ("pipeline/workbook/book.py", "self._sheet.write_formula")
FORMULA_MAKER = "pipeline/workbook/formulas.py"


def test_formulas_are_written_by_one_door_and_made_in_one_module():
    doors = [
        (name, said)
        for name, tree in modules()
        for _, said in calls(tree)
        if re.search(r"\.write_(array_|dynamic_array_)?formula$", said)
    ]
    assert doors == [FORMULA_DOOR]
    makers = {
        name
        for name, tree in modules()
        for node, said in calls(tree)
        if said.split(".")[-1] == "Formula"
        or (said == "cast" and "Formula" in ast.unparse(node.args[0]))
    }
    assert makers == {FORMULA_MAKER}


@pytest.mark.parametrize("pattern", FORBIDDEN_CALLS)
def test_no_call_lets_input_become_code(pattern):
    called = [
        at(name, node)
        for name, tree in modules()
        for node, said in calls(tree)
        if re.search(pattern, said) and (name, said) != FORMULA_DOOR
    ]
    assert called == [], FORBIDDEN_CALLS[pattern]


NETWORK = {
    "aiohttp", "ftplib", "http", "httpx", "imaplib", "poplib", "requests", "smtplib", "socket",
    "socketserver", "ssl", "telnetlib", "urllib", "urllib3", "webbrowser", "xmlrpc",
}  # fmt: skip
# What a lock says of its holder is the name of this machine; no connection is made for it.
KNOWS_THE_MACHINE = ("pipeline/ledger/locks.py", "socket")


def imports() -> Iterator[tuple[str, int, str]]:
    """Yield module, line and the first part of the name of everything that is imported."""
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from ((name, node.lineno, alias.name.split(".")[0]) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield name, node.lineno, (node.module or "").split(".")[0]


def test_no_dangerous_module_is_imported():
    dangerous = {"pickle", "marshal", "shelve", "dill"}
    assert [told for told in imports() if told[2] in dangerous] == []


def test_nothing_is_imported_that_speaks_to_a_network():
    assert [
        told for told in imports() if told[2] in NETWORK and told[::2] != KNOWS_THE_MACHINE
    ] == []


# The one door for links, all of which lead to a page of the same workbook.
LINK_DOOR = "pipeline/workbook/book.py"
LINK_TARGET = "f\"internal:{quoted(page.name)}!{area.a1.replace('$', '')}\""


def test_links_are_written_by_one_door_and_lead_nowhere_else():
    doors = [
        name for name, tree in modules() for _, said in calls(tree) if said.endswith(".write_url")
    ]
    assert doors == [LINK_DOOR]
    tree = dict(modules())[LINK_DOOR]
    targets = {
        ast.unparse(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "target"
    }
    assert targets == {LINK_TARGET}


# Where text is said to be markup already: drawn tables and the contents of a document.
MARKUP_MAKERS = {"pipeline/documents/word.py", "pipeline/documents/word_table.py"}


def test_markup_is_made_where_documents_are_drawn_alone():
    assert {
        name
        for name, tree in modules()
        for _, said in calls(tree)
        if re.search(r"(^|\.)Markup$", said)
    } == MARKUP_MAKERS


def test_layouts_of_a_bureau_are_filled_in_a_sandbox():
    """Our own layouts come with the package; what anybody may edit reaches nothing of Python."""
    for name, tree in modules():
        environments = [
            (node, said) for node, said in calls(tree) if re.search(r"Environment$", said)
        ]
        for node, said in environments:
            bundled = options(node).get("loader", "").startswith("PackageLoader(")
            assert bundled or said == "SandboxedEnvironment", at(name, node)
        if any(said == "DocxTemplate" for _, said in calls(tree)):
            assert environments, name


PANDAS = "pipeline/frames.py"  # where its one setting stands


def test_pandas_is_loaded_by_one_module():
    assert [
        at(name, node)
        for name, tree in modules()
        if name != PANDAS
        for node in loaded(tree)
        if re.match(r"(from|import) pandas\b", ast.unparse(node))
    ] == []


def loaded(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the imports of a module that a run executes."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        for entry in ast.walk(node):
            if isinstance(entry, ast.Import | ast.ImportFrom):
                yield entry


def test_no_command_goes_through_a_shell():
    assert [
        at(name, node)
        for name, tree in modules()
        for node, _ in calls(tree)
        if options(node).get("shell", "False") != "False"
    ] == []


def test_xlsxwriter_never_guesses_formulas_or_links():
    on = re.compile(r"strings_to_(formulas|urls)['\"]?\s*[:=]\s*True")
    assert [
        name for name, text in texts() if name.startswith("pipeline/") and on.search(text)
    ] == []


def test_no_cell_of_a_sheet_is_assigned_outside_the_rehearsal():
    assert [
        at(name, target)
        for name, tree in modules()
        if not name.startswith("pipeline/rehearsal/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Subscript)
        and re.search(r"(?i)(^|[._])(ws|sheet|worksheet)$", ast.unparse(target.value))
    ] == []


def test_every_layout_escapes_what_is_filled_in():
    """jinja2 escapes by its environment, docxtpl by an option of `render`."""
    for name, tree in modules():
        for node, said in calls(tree):
            escapes = options(node).get("autoescape") == "True"
            if re.search(r"(^|\.)Environment$", said):
                assert escapes, at(name, node)
            if said.endswith(".render") and "docxtpl" in (ROOT / name).read_text("utf-8"):
                assert escapes, at(name, node)


def test_no_layout_switches_escaping_off():
    off = re.compile(r"\|\s*safe\b|autoescape\s+false|autoescape\s*=\s*False")
    assert [
        name for name, text in texts() if name.startswith("pipeline/") and off.search(text)
    ] == []


# Errors


def broad(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler takes every error, bugs included."""
    caught = ast.unparse(handler.type) if handler.type else "BaseException"
    return bool(re.search(r"\b(Base)?Exception\b", caught))


def raises_on(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler only cleans up: its last statement passes the same error on."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_every_error_is_caught_at_the_doors_only():
    assert [
        at(name, node)
        for name, tree in modules()
        if not name.startswith(DOORS)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and broad(node) and not raises_on(node)
    ] == []


# The repository


def test_no_file_names_a_place_of_one_machine():
    assert [
        f"{name}:{number}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if _MACHINE.search(line)
    ] == []
