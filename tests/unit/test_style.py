"""How the code reads, as far as that can be counted."""

import ast
from pathlib import Path

import pytest

SERVICES = Path(__file__).parents[2] / "services"
FILES = sorted((SERVICES / "huechat").rglob("*.py"))
MAX_FILE = 400
MAX_FUNCTION = 60
USUAL_FUNCTION = 10
VAGUE = {"util", "utils", "manager", "common", "helper", "helpers", "misc"}

every_file = pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SERVICES)))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function's body, without its docstring."""
    skip = 1 if ast.get_docstring(function) else 0
    body = function.body[skip:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@every_file
def test_a_file_is_one_idea_long(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_FILE


@every_file
def test_no_function_is_longer_than_a_screen(path):
    assert {one.name: lines(one) for one in functions(path) if lines(one) > MAX_FUNCTION} == {}


def test_most_functions_are_short():
    every = [lines(one) for path in FILES for one in functions(path)]
    assert sum(length < USUAL_FUNCTION for length in every) > len(every) / 2


@every_file
def test_a_file_is_named_for_what_it_holds(path):
    assert path.stem not in VAGUE
