"""Calls of the Messages API in Python: through the SDK, `requests`, `httpx`, or a `post` method."""

from __future__ import annotations

import ast
import re
import warnings
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from components.snippets.reading.calls import METHODS, chosen, http_call, sdk_call, without_headers
from components.snippets.reading.context import OMITTED, Context, Found, Names
from components.snippets.reading.imported import UnreadableCode
from components.snippets.reading.python_values import Values, dotted
from components.snippets.reading.shapes import request_in

_CHANGES: Final = {
    *("insert", "pop", "remove", "clear", "sort", "reverse"),
    *("update", "setdefault", "popitem", "__setitem__"),
}
_OPTIONS: Final = ("extra_headers", "extra_body", "extra_query", "timeout", "betas")
"""Arguments of the SDK's methods that are not fields of the body."""
_STEPS: Final = 8
"""What a statement costs."""
_NOTEBOOK_LINE: Final = re.compile(r"[ \t]*[!%]")
_MOST_NOTEBOOK_LINES: Final = 20


def read(text: str, context: Context) -> Found:
    """Raises `UnreadableCode`."""
    tree = _parsed(text)
    program = _Program(context)
    match tree.body:
        case [ast.Expr(value=ast.Dict() | ast.List() as literal)]:
            value = program.values.value(literal, program.names)
            return request_in(context.copied(value, literal.lineno), literal.lineno)
    program.run(tree.body)
    return chosen(context, program.names)


def _parsed(text: str) -> ast.Module:
    """Parse a program, or an indented part of one. Lines meant for a notebook are left out."""
    lines = text.split("\n")
    above: list[str] = []
    for _ in range(_MOST_NOTEBOOK_LINES):
        try:
            return ast.increment_lineno(_tree("\n".join(above + lines)), -len(above))
        except SyntaxError as problem:
            at, reason = (problem.lineno or 1) - len(above), problem.msg
        if reason == "unexpected indent" and not above:
            above = ["if 1:"]
        elif 0 < at <= len(lines) and _NOTEBOOK_LINE.match(lines[at - 1]):
            lines[at - 1] = ""
        else:
            break
    raise UnreadableCode(f"this is not understood as Python: {reason.rstrip('.?')}.", max(at, 1))


def _tree(text: str) -> ast.Module:
    with warnings.catch_warnings():
        # Of escapes that Python keeps as they are; they say nothing about the request.
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except MemoryError:
            raise UnreadableCode("this text is nested too deeply to be read.") from None


class _Program:
    """Goes through a program once, in the order of the text, functions last."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.values = Values(context)
        self.names = Names(context)
        self._later: deque[tuple[ast.FunctionDef | ast.AsyncFunctionDef, Names]] = deque()

    def run(self, body: list[ast.stmt]) -> None:
        self._block(body, self.names)
        while self._later:
            function, names = self._later.popleft()
            self._take_parameters(function.args, names)
            self._block(function.body, names)

    def _block(self, body: Iterable[ast.stmt], names: Names) -> None:
        for statement in body:
            self._statement(statement, names)

    def _statement(self, statement: ast.stmt, names: Names) -> None:
        self._context.step(_STEPS)
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            self._later.append((statement, names.child()))
            return
        for call in _calls(statement):
            self._call(call, names)
        match statement:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, self.values.value(value, names), names)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, self.values.value(value, names), names)
            case ast.AugAssign():
                self._add(statement, names)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=of, attr=method)) as call):
                self._change(call, of, method, names)
            case ast.For(target=target) | ast.AsyncFor(target=target):
                self._forget(target, names)
            case ast.With(items=items) | ast.AsyncWith(items=items):
                for item in items:
                    if item.optional_vars:
                        self._assign(item.optional_vars, self.values.value(item.context_expr, names), names)
            case ast.ClassDef():
                self._class(statement, names)
                return
        self._block(_within(statement), names)

    # Names ----------------------------------------------------------------------------------------------

    def _take_parameters(self, arguments: ast.arguments, names: Names) -> None:
        positional = [*arguments.posonlyargs, *arguments.args]
        none: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
        defaults = [*none, *arguments.defaults, *arguments.kw_defaults]
        for parameter, default in zip([*positional, *arguments.kwonlyargs], defaults, strict=True):
            if default is None:
                names.forget(parameter.arg, parameter.lineno)
            else:
                names.set(parameter.arg, self.values.value(default, names))
        for rest in filter(None, (arguments.vararg, arguments.kwarg)):
            names.forget(rest.arg, rest.lineno)

    def _class(self, statement: ast.ClassDef, names: Names) -> None:
        for inner in statement.body:
            self._statement(inner, names)
            match inner:
                case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                    names.set(f"self.{name}", names.known(name))

    def _assign(self, target: ast.expr, value: object, names: Names) -> None:
        match target:
            case ast.Name(id=name):
                names.set(name, value)
            case ast.Attribute() if path := dotted(target):
                names.set(path, value)
            case ast.Subscript():
                container = self.values.value(target.value, names)
                key = self.values.value(target.slice, names)
                if not names.put(container, key, value) and (path := dotted(target.value)):
                    names.forget(path, target.lineno)
            case _:
                self._forget(target, names)

    def _forget(self, target: ast.expr, names: Names) -> None:
        for each in ast.walk(target):
            if isinstance(each, ast.Name):
                names.forget(each.id, each.lineno)

    def _add(self, statement: ast.AugAssign, names: Names) -> None:
        operation = ast.copy_location(
            ast.BinOp(left=statement.target, op=statement.op, right=statement.value), statement
        )
        self._assign(statement.target, self.values.value(operation, names), names)

    def _change(self, call: ast.Call, of: ast.expr, method: str, names: Names) -> None:
        """`messages.append({…})` and its like, as a statement of its own."""
        container = self.values.value(of, names)
        path = dotted(of)
        match method, container, call.args:
            case "append", list(), [item]:
                container.append(self.values.value(item, names))
            case "extend", list(), [items] if isinstance(more := self.values.value(items, names), list):
                self._context.spend(len(more))
                container += more
            case _, list() | dict(), _ if path and (method in _CHANGES or method == "extend"):
                names.set(path, self.values.unknown(call, f"a value that `{method}` has changed"))

    # Calls ----------------------------------------------------------------------------------------------

    def _call(self, call: ast.Call, names: Names) -> None:
        if not isinstance(call.func, ast.Attribute):
            return
        of, method = call.func.value, call.func.attr
        if _last(of) in ("with_raw_response", "with_streaming_response") and isinstance(of, ast.Attribute):
            of = of.value
        if method in METHODS and _last(of) == "messages":
            self._sdk(call, of, method, names, batch=False)
        elif method == "create" and _last(of) == "batches" and isinstance(of, ast.Attribute):
            if _last(of.value) == "messages":
                self._sdk(call, of.value, method, names, batch=True)
        elif method in ("post", "request", "stream"):
            self._http(call, of, method, names)

    def _sdk(self, call: ast.Call, messages: ast.expr, method: str, names: Names, *, batch: bool) -> None:
        client = messages.value if isinstance(messages, ast.Attribute) else None
        if isinstance(client, ast.Attribute) and client.attr == "beta":
            client = client.value
        fields = self.values.keywords(call, names)
        if call.args:
            fields = self.values.unknown(call, "given in a way that the SDK does not take")
        elif not call.keywords:
            fields = self.values.unknown(call, "not shown in the pasted text")
        options: dict[str, object] = {}
        params: object = fields
        if isinstance(fields, dict):
            options = {name: value for name, value in fields.items() if name in _OPTIONS}
            params = self._body(fields, options.get("extra_body"))
        sdk_call(
            self._context,
            call.lineno,
            method=method,
            params=params,
            client=self.values.value(client, names) if client else None,
            headers=options.get("extra_headers"),
            betas=options.get("betas"),
            batch=batch,
        )

    def _body(self, fields: dict[str, object], extra: object) -> object:
        own = {name: value for name, value in fields.items() if name not in _OPTIONS}
        body = without_headers(self._context, own)
        if extra is None or extra is OMITTED:
            return body
        return {**body, **extra} if isinstance(extra, dict) else extra

    def _http(self, call: ast.Call, of: ast.expr, method: str, names: Names) -> None:
        fields = self.values.keywords(call, names)
        if not isinstance(fields, dict):
            return
        position = 0 if method == "post" else 1
        arguments = [self.values.value(argument, names) for argument in call.args]
        url = arguments[position] if len(arguments) > position else fields.get("url")
        given = (fields.get(name) for name in ("json", "data", "content", "body"))
        options = fields.get("options")
        http_call(
            self._context,
            call.lineno,
            url=url,
            body=next((value for value in given if value is not None), None),
            headers=options.get("headers") if isinstance(options, dict) else fields.get("headers"),
            client=self.values.value(of, names),
        )


def _last(node: ast.expr) -> str:
    """The last name of `a.b.c`."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def _within(statement: ast.stmt) -> Iterator[ast.stmt]:
    """The statements directly within another."""
    for node in ast.iter_child_nodes(statement):
        if isinstance(node, ast.stmt):
            yield node
        elif isinstance(node, ast.ExceptHandler | ast.match_case):
            yield from node.body


def _calls(statement: ast.stmt) -> list[ast.Call]:
    """The calls in a statement itself, in the order of the text."""
    found = [
        inner
        for part in ast.iter_child_nodes(statement)
        if not isinstance(part, ast.stmt | ast.ExceptHandler | ast.match_case)
        for inner in ast.walk(part)
        if isinstance(inner, ast.Call)
    ]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))
