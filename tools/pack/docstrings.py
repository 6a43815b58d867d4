"""Compile modules without their docstrings, which are a third of them and which nobody reads in a frozen program."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import CodeType

__all__ = ["compile_without"]

_Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def compile_without(source: bytes, name: str) -> CodeType:
    """
    Compile a module without docstrings; unlike with ``python -OO``, assertions stay.

    Parameters
    ----------
    source : bytes
        Text of the module.
    name : str
        Of its file, for tracebacks.

    Returns
    -------
    types.CodeType
        Of the module. Line numbers are those of the source.

    Raises
    ------
    SyntaxError
        If it is no Python.
    """
    tree = ast.parse(source, name)
    for node in ast.walk(tree):
        if isinstance(node, _Documented) and node.body and _is_text(node.body[0]):
            place = node.body.pop(0)
            if not node.body and not isinstance(node, ast.Module):
                node.body.append(ast.copy_location(ast.Pass(), place))
    return compile(tree, name, "exec", dont_inherit=True, optimize=0)


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
