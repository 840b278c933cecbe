"""Expressions of Python as values, without running anything."""

from __future__ import annotations

import ast
import inspect
import json
import operator
import re
import textwrap
from collections.abc import Callable
from typing import Final

from components.snippets.reading.context import OMITTED, Client, Context, Names
from components.snippets.reading.unknown import environment

_CLIENT: Final = re.compile(r"(?:.*\.)?(?:Async)?Anthropic\w*")
_TYPED_DICT: Final = re.compile(r"(?:.*\.)?(?:dict|Request|\w+Params?(?:NonStreaming|Streaming|Base)?)")
_OMIT: Final = {"omit", "Omit", "not_given", "NOT_GIVEN", "NotGiven"}
_READS_A_FILE: Final = {"read", "read_text", "read_bytes", "open", "b64encode", "standard_b64encode", "load"}
_ENVIRONMENT: Final = {"os.getenv", "os.environ.get", "getenv", "environ.get"}
_DEDENT: Final[dict[str, Callable[[str], str]]] = {
    "textwrap.dedent": textwrap.dedent,
    "dedent": textwrap.dedent,
    "inspect.cleandoc": inspect.cleandoc,
    "cleandoc": inspect.cleandoc,
}
_STRIP: Final[dict[str, Callable[[str], str]]] = {
    "strip": str.strip,
    "lstrip": str.lstrip,
    "rstrip": str.rstrip,
}
_ARITHMETIC: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
_OF_DUMPS: Final = {"ensure_ascii": bool, "sort_keys": bool, "indent": int}
_LARGEST: Final = 2**63
_WIDEST_INDENT: Final = 17
_LONGEST_PATH: Final = 20
_NOT_READ: Final = "an expression that is not read here"


def dotted(node: ast.expr) -> str | None:
    """`a.b.c` of names; None for any other expression, and for a longer one than people write."""
    names: list[str] = []
    while isinstance(node, ast.Attribute) and len(names) < _LONGEST_PATH:
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else None


class Values:
    """Evaluates expressions. What is not shown in the text becomes a mark; see `Unknowns`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def unknown(self, node: ast.expr | ast.stmt, what: str = _NOT_READ, name: str | None = None) -> str:
        return self._context.unknowns.mark(node.lineno, what, name)

    def value(self, node: ast.expr, names: Names) -> object:
        """Return JSON values, possibly with `OMITTED` and `Client` among them."""
        self._context.step()
        match node:
            case ast.Constant(value=None | bool() | int() | float() | str()):
                return node.value
            case ast.JoinedStr():
                return self._joined(node, names)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return self._list(items, names)
            case ast.Dict():
                return self._dict(node, names)
            case ast.Name(id=name):
                return OMITTED if name in _OMIT else names.get(name, node.lineno)
            case ast.Attribute():
                return self._attribute(node, names)
            case ast.Subscript():
                return self._item(node, names)
            case ast.UnaryOp() | ast.BinOp() | ast.BoolOp():
                return self._operation(node, names)
            case ast.Await(value=inner):
                return self.value(inner, names)
            case ast.Call():
                return self._call(node, names)
            case _:
                return self.unknown(node)

    def keywords(self, node: ast.Call, names: Names) -> dict[str, object] | str:
        """The keyword arguments of a call; a mark if some of them are not shown."""
        fields: dict[str, object] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, names)
            if keyword.arg is not None:
                fields[keyword.arg] = value
            elif isinstance(value, dict):
                self._context.spend(len(value))
                fields |= value
            else:
                return self._blamed(keyword.value, value)
        return fields

    # Literals -------------------------------------------------------------------------------------------

    def _joined(self, node: ast.JoinedStr, names: Names) -> str:
        pieces = [self._piece(piece, names) for piece in node.values]
        self._context.spend(sum(map(len, pieces)))
        return "".join(pieces)

    def _piece(self, node: ast.expr, names: Names) -> str:
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.FormattedValue(conversion=-1 | 115, format_spec=None):  # 115: "!s"
                value = self.value(node.value, names)
                if isinstance(value, str | float | None) or (
                    isinstance(value, int) and abs(value) < _LARGEST
                ):
                    return str(value)
                return self._blamed(node.value, value)
            case _:
                return self.unknown(node)

    def _list(self, items: list[ast.expr], names: Names) -> object:
        values: list[object] = []
        for item in items:
            if isinstance(item, ast.Starred):
                spread = self.value(item.value, names)
                if not isinstance(spread, list):
                    return self._blamed(item, spread)
                self._context.spend(len(spread))
                values += spread
            else:
                values.append(self.value(item, names))
        return values

    def _dict(self, node: ast.Dict, names: Names) -> object:
        fields: dict[str, object] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            value = self.value(item, names)
            if key is None:
                if not isinstance(value, dict):
                    return self._blamed(item, value)
                self._context.spend(len(value))
                fields |= value
                continue
            name = self.value(key, names)
            if not isinstance(name, str) or self._context.unknowns.within(name):
                return self.unknown(key, "an object with a field whose name is not a text shown here")
            fields[name] = value
        return fields

    # Names ----------------------------------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute, names: Names) -> object:
        path = dotted(node)
        if path is None:
            return self._blamed(node, self.value(node.value, names))
        if names.known(path) is None and node.attr in _OMIT:
            return OMITTED
        return names.get(path, node.lineno)

    def _item(self, node: ast.Subscript, names: Names) -> object:
        key = self.value(node.slice, names)
        if isinstance(key, str) and dotted(node.value) in ("os.environ", "environ"):
            return self._environment(node, key)
        of = self.value(node.value, names)
        match of, key:
            case dict(), str() if key in of:
                return of[key]
            case list(), int() if -len(of) <= key < len(of):
                return of[key]
        return self._blamed(node, of)

    # Operations and calls -------------------------------------------------------------------------------

    def _operation(self, node: ast.UnaryOp | ast.BinOp | ast.BoolOp, names: Names) -> object:
        match node:
            case ast.UnaryOp(op=op):
                value = self.value(node.operand, names)
                if isinstance(value, int | float) and not isinstance(value, bool):
                    match op:
                        case ast.USub():
                            return -value
                        case ast.UAdd():
                            return value
                return self._blamed(node, value)
            case ast.BoolOp(op=ast.Or(), values=[first, *others]):
                # `os.environ.get("MODEL") or "claude-…"`
                value = self.value(first, names)
                if (value is None or self._is_unknown(value)) and len(others) == 1:
                    default = self.value(others[0], names)
                    return value if self._is_unknown(default) else default
                return self._blamed(node, value)
            case ast.BinOp(op=op):
                return self._binary(node, op, self.value(node.left, names), self.value(node.right, names))
            case _:
                return self.unknown(node)

    def _binary(self, node: ast.BinOp, op: ast.operator, left: object, right: object) -> object:
        match op, left, right:
            case ast.Add(), str(), str():
                return self._context.joined(left, right)
            case ast.Add(), list(), list():
                self._context.spend(len(left) + len(right))
                return left + right
            case ast.BitOr(), dict(), dict():
                self._context.spend(len(left) + len(right))
                return left | right
            case _, int() | float(), int() | float() if max(abs(left), abs(right)) < _LARGEST:
                try:
                    return _ARITHMETIC[type(op)](left, right)
                except (ArithmeticError, KeyError):
                    return self.unknown(node)
        return self._blamed(node, left, right)

    def _call(self, node: ast.Call, names: Names) -> object:
        path = dotted(node.func) or ""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else path
        if _CLIENT.fullmatch(path):
            return self._client(Client(), self.keywords(node, names))
        if name in _OMIT:
            return OMITTED
        if _TYPED_DICT.fullmatch(path) and not node.args:
            return self.keywords(node, names)
        arguments = [self.value(argument, names) for argument in node.args]
        match path, arguments:
            case "list" | "tuple" | "dict", [list() | dict() as value]:
                return value.copy()
            case "json.dumps", [value]:
                return self._written(node, value, names)
            case "json.loads", [str(text)]:
                return self._parsed(node, text)
            case _, [str(key), *rest] if path in _ENVIRONMENT:
                default = rest[0] if rest else None
                shown = default is not None and not self._is_unknown(default)
                return default if shown else self._environment(node, key)
            case _, [str(text)] if path in _DEDENT:
                return _DEDENT[path](text)
        if isinstance(node.func, ast.Attribute) and name not in _READS_A_FILE:
            value = self._method(node, name, self.value(node.func.value, names), arguments, names)
            if value is not OMITTED:
                return value
        return self._result(node, path, name)

    def _method(self, node: ast.Call, name: str, of: object, arguments: list[object], names: Names) -> object:
        """The result of a method that is known to change nothing; `OMITTED` if it is another."""
        match name, of, arguments:
            case _, str(), [] if name in _STRIP:
                return _STRIP[name](of)
            case "encode", str(), _:
                return of
            case "decode", str(), _ if self._is_unknown(of):
                return of
            case "join", str(), [list(items)] if all(isinstance(item, str) for item in items):
                self._context.spend(sum(map(len, items)) + len(of) * len(items))
                return of.join(items)
            case "copy", list() | dict(), []:
                return of.copy()
            case "get", dict(), [str(key), *rest]:
                return of.get(key, rest[0] if rest else None)
            case "with_options" | "copy", _, [] if isinstance(of, Client) or self._is_unknown(of):
                before = of if isinstance(of, Client) else Client()
                return self._client(before, self.keywords(node, names))
        return OMITTED

    def _client(self, before: Client, options: dict[str, object] | str) -> Client:
        if isinstance(options, str):
            return before
        headers = options.get("default_headers")
        return Client(
            options.get("base_url") or before.base_url,
            {**before.headers, **(headers if isinstance(headers, dict) else {})},
        )

    def _environment(self, node: ast.expr, name: str) -> str:
        return self.unknown(node, *environment(name))

    def _result(self, node: ast.Call, path: str, name: str) -> str:
        if name in _READS_A_FILE:
            return self.unknown(node, "read from a file, which the pasted text does not contain")
        called = f": `{path}(…)`" if path else ""
        return self.unknown(node, f"the result of a call, and nothing is run here{called}")

    def _written(self, node: ast.Call, value: object, names: Names) -> str:
        """`json.dumps`, with the options that decide about the text."""
        options = self.keywords(node, names)
        if self._is_unknown(value) or isinstance(options, str):
            return self._blamed(node, value)
        if any(type(option) is not _OF_DUMPS.get(name) for name, option in options.items()):
            return self.unknown(node)
        indent = options.get("indent")
        if isinstance(indent, int) and indent not in range(_WIDEST_INDENT):
            return self.unknown(node)
        copy = self._context.copied(value, node.lineno)
        try:
            text = json.dumps(
                copy,
                ensure_ascii=options.get("ensure_ascii") is not False,
                sort_keys=options.get("sort_keys") is True,
                indent=indent if isinstance(indent, int) else None,
            )
        except ValueError:
            return self.unknown(node, "a number that JSON cannot carry")
        self._context.spend(len(text))
        return text

    def _parsed(self, node: ast.Call, text: str) -> object:
        try:
            value = json.loads(text)
        except ValueError:
            return self.unknown(node, "a text that is not JSON")
        return self._context.copied(value, node.lineno)

    def _is_unknown(self, value: object) -> bool:
        return self._context.unknowns.of(value) is not None

    def _blamed(self, node: ast.expr, *values: object) -> str:
        """A mark for what cannot be read because of one of these values."""
        for value in values:
            if isinstance(value, str) and self._is_unknown(value):
                return value
        return self.unknown(node)
