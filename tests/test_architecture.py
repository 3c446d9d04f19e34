"""The shape of the code: import direction, light modules, the README's tree, no registry named."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = {
    "index": {"index"},
    "assistant": {"assistant", "index"},
    "eval": {"eval", "assistant", "index"},
    "tests": {"tests", "eval", "assistant", "index"},
}
HEAVY = (
    "torch",
    "sentence_transformers",
    "transformers",
    "gradio",
    "llama_index",
    "matplotlib",
    "pandas",
    "playwright",
)
ONE_FILE_ONLY = (
    "faiss",
    "bm25s",
    "jieba",
    "gradio",
    "pypdf",
    "uvicorn",
    "ir_measures",
    "pydantic_settings",
    "typer",
    "rich",
    "rapidfuzz",
    "pypinyin",
    "opencc",
    "argon2",
    "limits",
    "pptx",
    "openpyxl",
    "genanki",
)
FEWEST_TREE_LINES = 40


def modules(package: str) -> list[Path]:
    return sorted(p for p in (ROOT / package).rglob("*.py") if "__pycache__" not in p.parts)


def imported(path: Path, top_level_only: bool = False) -> set[str]:
    """The first parts of the names that a module imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else ast.walk(tree)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("package", ALLOWED)
def test_imports_run_one_way(package: str) -> None:
    assert modules(package)
    wrong = {str(p.relative_to(ROOT)): imported(p) & set(ALLOWED) - ALLOWED[package] for p in modules(package)}
    assert {p: names for p, names in wrong.items() if names} == {}


@pytest.mark.parametrize("package", ["index", "assistant", "eval"])
def test_modules_have_no_cycles_at_import(package: str) -> None:
    graph: dict[str, set[str]] = {}
    for path in modules(package):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        graph[name] = {
            n.module for n in tree.body if isinstance(n, ast.ImportFrom) and n.module and n.module.startswith(package)
        }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join([*trail, name])
        if name not in done:
            for other in graph.get(name, set()):
                visit(other, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("library", ONE_FILE_ONLY)
def test_a_library_is_named_in_one_file(library: str) -> None:
    users = [
        str(p.relative_to(ROOT))
        for package in ("index", "assistant", "eval")
        for p in modules(package)
        if library in imported(p)
    ]
    assert len(users) <= 1, users


@pytest.mark.parametrize(
    "module",
    [
        "index.search",
        "index.build",
        "index.corpus",
        "index.audit",
        "assistant.cli",
        "assistant.batch",
        "assistant.reading",
        "assistant.importing",
        "assistant.doctor",
    ],
)
def test_importing_a_light_module_loads_nothing_heavy_and_prints_nothing(module: str) -> None:
    code = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (result.stdout, result.stderr) == ("[]\n", "")


def tracked_files() -> list[Path]:
    """The files that git tracks or would track; without git, those of the packages."""
    try:
        result = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return [p for package in ALLOWED for p in modules(package)]
    return [ROOT / line for line in result.stdout.splitlines() if (ROOT / line).is_file()]


def tree_of_readme() -> dict[str, str]:
    """path -> clause, from the first fenced block of the README that has a line for `index/records.py`."""
    for block in re.findall(r"```\w*\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL):
        found = (re.match(r"\s*([\w./-]+\.py)\s+(\S.*)$", line) for line in block.splitlines())
        lines = {match[1]: match[2] for match in found if match}
        if "index/records.py" in lines:
            return lines
    pytest.fail(
        "README.md has no fenced block with lines `path  clause`, one for each module, such as `index/records.py  …`"
    )


def test_the_tree_in_the_readme_lists_every_module_once_with_a_clause() -> None:
    tracked = {p.relative_to(ROOT).as_posix() for p in tracked_files() if p.suffix == ".py"}
    expected = {
        name
        for name in tracked
        if name.partition("/")[0] in ("index", "assistant", "eval") and not name.endswith("__init__.py")
    }
    listed = tree_of_readme()
    assert len(listed) >= FEWEST_TREE_LINES
    assert {
        name for name in listed if name.partition("/")[0] != "tests" and not name.endswith("__init__.py")
    } == expected


def test_no_registry_is_named() -> None:
    hosts = re.compile(
        "|".join(
            [
                "py" + r"pi\.(?:org|python)",
                "files" + r"\.python" + r"hosted",
                r"(?:mirrors?|pypi)\.\w+\.(?:edu|com|cn|net)",
                "npm" + r"js\.",
                r"index-url\s*=?\s*http",
            ]
        )
    )
    texts = [
        p
        for p in tracked_files()
        if p.suffix in (".py", ".toml", ".md", ".txt", ".cfg", ".yml", ".yaml", ".json", "")
        and p.stat().st_size < 1_000_000
    ]
    assert len(texts) > 20
    assert [
        str(p.relative_to(ROOT)) for p in texts if hosts.search(p.read_text(encoding="utf-8", errors="ignore"))
    ] == []


def test_no_file_or_function_is_too_long_and_nothing_is_caught_broadly() -> None:
    wrong: list[str] = []
    for path in (p for package in ("index", "assistant", "eval") for p in modules(package)):
        source = path.read_text(encoding="utf-8")
        if source.count("\n") > 400:
            wrong.append(f"{path.name}: {source.count(chr(10))} lines")
        for node in ast.walk(ast.parse(source)):
            is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and path.parent.name != "versions"
            if is_function and (node.end_lineno or 0) - node.lineno >= 60:  # Alembic writes one function a step
                wrong.append(f"{path.name}:{node.lineno} {node.name} is long")
            if isinstance(node, ast.ExceptHandler) and (
                node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception")
            ):
                wrong.append(f"{path.name}:{node.lineno} catches everything")
    assert wrong == []
