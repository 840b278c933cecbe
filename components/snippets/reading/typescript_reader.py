"""Calls of the Messages API in TypeScript or JavaScript: through the SDK, `fetch`, or a `post` method."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from components.snippets.reading.calls import METHODS, chosen, http_call, sdk_call, without_headers
from components.snippets.reading.context import OMITTED, Context, Found, Names
from components.snippets.reading.imported import UnreadableCode
from components.snippets.reading.typescript_tree import (
    callee,
    child,
    dotted,
    first_error,
    line_of,
    parse,
    parts,
    text_of,
    walk,
)
from components.snippets.reading.typescript_values import Values

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTIONS: Final = {
    "function_declaration",
    "function_expression",
    "generator_function",
    "generator_function_declaration",
    "arrow_function",
    "method_definition",
}
NOT_JSON: Final = "this is not understood as JSON."
_FETCH: Final = {"fetch", "globalThis.fetch", "window.fetch"}
_CHANGES_A_LIST: Final = {"push", "unshift", "pop", "shift", "splice", "reverse", "sort", "fill"}


def read(text: str, context: Context) -> Found:
    """Raises `UnreadableCode`."""
    root = parse(text)
    program = _Program(context)
    program.run(root)
    if not context.found and root.has_error and not program.names.bodies():
        raise _not_understood(root)
    return chosen(context, program.names)


def literal(text: str, context: Context) -> object:
    """The value of an object literal that stands alone. Raises `UnreadableCode`."""
    root = parse(f"({text}\n)")
    match parts(root):
        case [statement] if not root.has_error:
            return Values(context, as_json=True).value(parts(statement)[0], Names(context))
        case _:
            raise UnreadableCode(NOT_JSON, line_of(first_error(root)))


class _Program:
    """Goes through a program once, in the order of the text, functions last."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._values = Values(context)
        self.names = Names(context)
        self._later: deque[tuple[Node, Names]] = deque()

    def run(self, root: Node) -> None:
        self._go_through(root, self.names)
        while self._later:
            function, names = self._later.popleft()
            self._take_parameters(function, names)
            if body := child(function, "body"):
                self._go_through(body, names)

    def _go_through(self, start: Node, names: Names) -> None:
        left = [(start, False)]
        while left:
            node, seen = left.pop()
            if seen:
                self._assign(node, names)
                continue
            if node.type in _FUNCTIONS:
                self._later.append((node, names.child()))
                continue
            match node.type:
                case "call_expression":
                    self._call(node, names)
                case (
                    "variable_declarator"
                    | "assignment_expression"
                    | "augmented_assignment_expression"
                    | "public_field_definition"
                    | "for_in_statement"
                ):
                    left.append((node, True))
            left.extend((each, False) for each in reversed(node.children))

    # Names ----------------------------------------------------------------------------------------------

    def _take_parameters(self, function: Node, names: Names) -> None:
        if parameter := child(function, "parameter"):
            self._forget(parameter, names)
        found = child(function, "parameters")
        for each in parts(found) if found else []:
            pattern, default = child(each, "pattern") or each, child(each, "value")
            if default and pattern.type == "identifier":
                names.set(text_of(pattern), self._values.value(default, names))
            else:
                self._forget(pattern, names)

    def _forget(self, pattern: Node, names: Names) -> None:
        for each in walk(pattern):
            if each.type in ("identifier", "shorthand_property_identifier_pattern"):
                names.forget(text_of(each), line_of(each))

    def _assign(self, node: Node, names: Names) -> None:
        if node.type == "for_in_statement":
            if left := child(node, "left"):
                self._forget(left, names)
            return
        target = child(node, "name") or child(node, "left")
        if target is None:
            return
        value = self._assigned(node, names)
        match target.type:
            case "identifier":
                names.set(text_of(target), value)
            case "property_identifier":
                names.set(f"this.{text_of(target)}", value)
            case "member_expression" | "subscript_expression":
                self._assign_part(target, value, names)
            case _:
                self._forget(target, names)

    def _assigned(self, node: Node, names: Names) -> object:
        source = child(node, "value") or child(node, "right")
        if source is None:
            return OMITTED
        if source.has_error and source.type not in _FUNCTIONS:
            return self._values.unknown(first_error(source), "not understood")
        value = self._values.value(source, names)
        if node.type == "augmented_assignment_expression":
            target, operator = child(node, "left"), child(node, "operator")
            before = self._values.value(target, names)
            if operator and text_of(operator) == "+=" and isinstance(before, str) and isinstance(value, str):
                return self._context.joined(before, value)
            return self._values.unknown(node, "an expression that is not read here")
        return value

    def _assign_part(self, target: Node, value: object, names: Names) -> None:
        of = child(target, "object")
        index = child(target, "index")
        key = self._values.value(index, names) if index else text_of(child(target, "property") or target)
        container = self._values.value(of, names)
        if not names.put(container, key, value):
            path = dotted(target)
            if path:
                names.set(path, value)
            elif of and (base := dotted(of)):
                names.forget(base, line_of(target))

    # Calls ----------------------------------------------------------------------------------------------

    def _call(self, node: Node, names: Names) -> None:
        function = callee(node)
        if function is None:
            return
        if dotted(function) in _FETCH:
            self._fetch(node, names)
            return
        if function.type != "member_expression":
            return
        method = text_of(child(function, "property") or function)
        of = child(function, "object")
        if of is None:
            return
        if method in METHODS and _last(of) in ("messages", "batches"):
            self._sdk(node, method, of, names)
        elif method == "post":
            self._post(node, of, names)
        elif method in _CHANGES_A_LIST:
            self._change(node, method, of, names)

    def _arguments(self, node: Node, names: Names) -> list[object]:
        raw = child(node, "arguments")
        if raw is not None and raw.has_error:
            raise _not_understood(raw)
        return self._values.arguments(node, names)

    def _sdk(self, node: Node, method: str, of: Node, names: Names) -> None:
        batch = _last(of) == "batches"
        inner = child(of, "object") if batch else of
        if inner is None or _last(inner) != "messages":
            return
        base = child(inner, "object")
        beta = base is not None and _last(base) == "beta"
        client = child(base, "object") if beta and base else base
        arguments = self._arguments(node, names)
        params = arguments[0] if arguments else self._values.unknown(node, "not shown in the pasted text")
        options = arguments[1] if len(arguments) > 1 else None
        betas: object = None
        if beta and isinstance(params, dict):
            betas = params.get("betas")
            params = {name: value for name, value in params.items() if name != "betas"}
        if isinstance(params, dict):
            params = without_headers(self._context, params)
        sdk_call(
            self._context,
            line_of(node),
            method=method,
            params=params,
            client=self._values.value(client, names) if client else None,
            headers=options.get("headers") if isinstance(options, dict) else None,
            betas=betas,
            batch=batch,
        )

    def _fetch(self, node: Node, names: Names) -> None:
        match self._arguments(node, names):
            case [url, dict(options), *_]:
                self._http(node, url, options.get("body"), options.get("headers"))
            case [url, *_]:
                self._http(node, url, None, None)

    def _post(self, node: Node, of: Node, names: Names) -> None:
        """`client.post(path, { body, headers })` of the SDK, or `axios.post(url, body, { headers })`."""
        match self._arguments(node, names):
            case [url, {"body": body, **options}, *_] if "messages" not in options:
                self._http(node, url, body, options.get("headers"), self._values.value(of, names))
            case [url, body, *rest]:
                config = rest[0] if rest and isinstance(rest[0], dict) else {}
                self._http(node, url, body, config.get("headers"))

    def _http(self, node: Node, url: object, body: object, headers: object, client: object = None) -> None:
        http_call(self._context, line_of(node), url=url, body=body, headers=headers, client=client)

    def _change(self, node: Node, method: str, of: Node, names: Names) -> None:
        path = dotted(of)
        container = self._values.value(of, names)
        if not isinstance(container, list):
            return
        if method == "push":
            added = self._arguments(node, names)
            raw = child(node, "arguments")
            if raw and not any(part.type == "spread_element" for part in parts(raw)):
                self._context.spend(len(added))
                container += added
                return
        if path:
            names.set(path, self._values.unknown(node, f"a list that `{method}` has changed"))


def _not_understood(node: Node) -> UnreadableCode:
    return UnreadableCode("this is not understood as TypeScript or JavaScript.", line_of(first_error(node)))


def _last(node: Node) -> str:
    """The last name of `a.b.c`."""
    if node.type == "identifier":
        return text_of(node)
    return text_of(prop) if node.type == "member_expression" and (prop := child(node, "property")) else ""
