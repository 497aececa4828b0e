"""The house: who may know whom, and how large a room may be. `make lint` runs this too."""

import ast
import re
import statistics
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_NAME = {
    "routing": {"routing"},
    "escalations": {"escalations", "routing"},
    "analytics": {"analytics", "escalations", "routing"},
    "config": {"config", "analytics", "escalations", "routing"},
}
NAMES_SOMETHING = re.compile(r"\b(routing|escalations|analytics|config)[.:/][A-Za-z_]")
SAYS_NOTHING = {"utils.py", "helpers.py", "common.py", "misc.py", "services.py"}
OPENS_HOLES = {"SimpleHistoryAdmin", "FSMAdminMixin"}
SIGNALS = ("django.dispatch", "django.db.models.signals", "blinker")


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


CODE = sources(*MAY_NAME)
EVERYTHING = [*CODE, *sources("tests"), ROOT / "manage.py"]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(tree(path))


def place(path: Path, node: ast.AST | None = None) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def floor(path: Path) -> set[str]:
    """The apps above the one that the file belongs to."""
    return set(MAY_NAME) - MAY_NAME[path.relative_to(ROOT).parts[0]]


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module or ''}.{alias.name}" for alias in node.names] if not node.level else []
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in nodes(path) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_no_app_imports_one_of_a_higher_floor():
    upward = [
        f"{place(path, node)} imports {name}"
        for path in CODE
        for node in nodes(path)
        for name in imported(node)
        if name.split(".")[0] in floor(path)
    ]
    assert upward == []


def test_no_app_names_a_higher_floor_in_a_string():
    upward = [
        f"{place(path, node)} says {node.value[:60]!r}"
        for path in CODE
        for node in nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for name in NAMES_SOMETHING.findall(node.value)
        if name in floor(path)
    ]
    assert upward == []


@pytest.mark.parametrize("app", ["routing", "escalations", "analytics"])
def test_no_template_of_an_app_names_a_higher_floor(app):
    templates = [*(ROOT / "templates" / app).rglob("*.*"), *(ROOT / app / "templates").rglob("*.*")]
    upward = [
        f"{place(path)} says {name}"
        for path in templates
        if path.suffix in {".html", ".txt"}
        for name in NAMES_SOMETHING.findall(path.read_text(encoding="utf-8"))
        if name in set(MAY_NAME) - MAY_NAME[app]
    ]
    assert upward == []


def test_no_module_talks_by_signals():
    senders = [
        f"{place(path, node)} imports {name}"
        for path in CODE
        for node in nodes(path)
        for name in imported(node)
        if name.startswith(SIGNALS)
    ]
    assert senders == []


def test_admin_mixins_that_walk_past_the_workflow_are_not_used():
    used = [
        f"{place(path, node)} uses {name}"
        for path in CODE
        for node in nodes(path)
        for name in [*(full.rsplit(".", 1)[-1] for full in imported(node)), getattr(node, "attr", "")]
        if name in OPENS_HOLES
    ]
    assert used == []


def test_no_error_is_swallowed_whole():
    swallowed = [
        place(path, node)
        for path in EVERYTHING
        for node in nodes(path)
        if isinstance(node, ast.ExceptHandler)
        and all(isinstance(step, ast.Pass) for step in node.body)
        and getattr(node.type, "id", "Exception") in ("Exception", "BaseException")
    ]
    assert swallowed == []


def test_every_file_is_one_room_with_a_name_that_says_something():
    lengths = {path: path.read_text(encoding="utf-8").count("\n") for path in EVERYTHING}
    assert [f"{place(path)} has {length} lines" for path, length in lengths.items() if length > 450] == []
    assert [place(path) for path in EVERYTHING if path.name in SAYS_NOTHING] == []


def test_functions_are_short():
    lengths = sorted((node.end_lineno or 0) - node.lineno + 1 for path in EVERYTHING for node in functions(path))
    assert statistics.median(lengths) <= 10
    assert lengths[int(len(lengths) * 0.9)] <= 32


DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
NAMES_A_FILE = re.compile(r"`(\w[\w/-]*/[\w-]+\.(?:py|md|json|toml|html|css|js))`")
IN_THE_HOUSE = re.compile(
    r"\b((?:config|routing|escalations|analytics|tests|docs)/[\w/-]+\.(?:py|md|json|toml|html|css|js))\b"
)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
TARGET, COMMAND = re.compile(r"(?:^|`)make ([a-z]\w*)", re.MULTILINE), re.compile(r"manage\.py ([a-z]\w*)")
OF_DJANGO = {"check", "compilemessages", "createsuperuser", "makemessages", "migrate", "qcluster"}
EXAMPLE = "/xx."
"""Stands for a file that the reader is to make."""


def test_documents_and_comments_name_only_files_that_there_are():
    folders = [ROOT / name for name in (*MAY_NAME, "tests", "docs", "templates", "static")]
    there = [path.as_posix() for folder in folders for path in folder.rglob("*.*")]
    said = [(path, NAMES_A_FILE) for path in DOCUMENTS] + [(path, IN_THE_HOUSE) for path in CODE]
    gone = [
        f"{place(path)} names {name}"
        for path, names in said
        for name in names.findall(path.read_text(encoding="utf-8"))
        if EXAMPLE not in name and not any(one.endswith(f"/{name}") for one in there)
    ]
    assert gone == []


def test_links_of_the_documents_lead_somewhere():
    lost = [
        f"{place(document)} leads to {link}"
        for document in DOCUMENTS
        for link in LINK.findall(document.read_text(encoding="utf-8"))
        if not (document.parent / link).exists()
    ]
    assert lost == []


def test_the_documents_name_only_commands_that_there_are():
    targets = set(re.findall(r"^([a-z]\w*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    commands = OF_DJANGO | {path.stem for path in CODE if path.parent.name == "commands"}
    unknown = [
        f"{place(document)} says {name}"
        for document in DOCUMENTS
        for pattern, known in ((TARGET, targets), (COMMAND, commands))
        for name in pattern.findall(document.read_text(encoding="utf-8"))
        if name not in known
    ]
    assert unknown == []
