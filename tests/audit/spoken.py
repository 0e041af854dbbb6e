"""Which actions the project's code can record: read from its syntax, wherever `audit.record` is called."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

DEEPEST = 4


class Untold(Exception):
    """What a call records cannot be read from the code."""


@dataclass(frozen=True)
class Call:
    """A call and the function that it stands in."""

    where: str
    node: ast.Call
    within: ast.FunctionDef | ast.AsyncFunctionDef | None


class Code:
    """Every call of the project."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.calls: list[Call] = []
        self.doors: list[Call] = []
        for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found = list(_calls(tree, str(path), None))
            self.calls += found
            own = _imports_record(tree)
            self.doors += [call for call in found if _is_record(call.node.func, own)]

    def recorded(self) -> dict[str, str]:
        """Each action and where it is recorded. Raises Untold."""
        return {action: call.where for call in self.doors for action in self._told(call, call.node.args[0])}

    def _told(self, call: Call, said: ast.expr, depth: int = 0) -> set[str]:
        match said:
            case ast.Constant(value=str(text)):
                return {text}
            case ast.IfExp():
                return self._told(call, said.body, depth) | self._told(call, said.orelse, depth)
            case ast.JoinedStr():
                parts = [self._told(call, part, depth) for part in said.values]
                return {"".join(one) for one in product(*parts)}
            case ast.FormattedValue():
                return self._told(call, said.value, depth)
            case ast.Name(id=name) if call.within is not None and depth < DEEPEST:
                return self._meant(call, call.within, name, depth)
        raise Untold(f"{call.where}: say the action in words, not by {ast.unparse(said)}.")

    def _meant(
        self, call: Call, within: ast.FunctionDef | ast.AsyncFunctionDef, name: str, depth: int
    ) -> set[str]:
        """What a name can hold: what it is set to in its function, or what callers of that function say."""
        given = [arg.arg for arg in within.args.args]
        if name in given:
            place, where = given.index(name), call.where.rpartition(":")[0]
            callers = [other for other in self.calls if _named(other.node.func) == within.name]
            if within.name.startswith("_"):
                callers = [other for other in callers if other.where.startswith(f"{where}:")]
            told = [self._told(other, other.node.args[place], depth + 1) for other in callers]
            return set().union(*told)
        values = [
            node.value for node in ast.walk(within) if isinstance(node, ast.Assign) and _sets(node, name)
        ]
        if not values:
            raise Untold(f"{call.where}: {name} is set nowhere in its function.")
        return set().union(*(self._told(call, value, depth + 1) for value in values))


def _calls(node: ast.AST, path: str, within: ast.FunctionDef | ast.AsyncFunctionDef | None) -> Iterator[Call]:
    for child in ast.iter_child_nodes(node):
        inside = child if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else within
        if isinstance(child, ast.Call):
            yield Call(f"{path}:{child.lineno}", child, within)
        yield from _calls(child, path, inside)


def _imports_record(tree: ast.Module) -> bool:
    """Whether `record` alone is the log's in this module."""
    sources = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "audit"]
    return any(name.name == "record" for node in sources for name in node.names)


def _is_record(called: ast.expr, own: bool) -> bool:
    match called:
        case ast.Attribute(value=ast.Name(id="audit"), attr="record"):
            return True
        case ast.Name(id="record"):
            return own
    return False


def _named(called: ast.expr) -> str:
    match called:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _sets(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
