"""Expressions of TypeScript as values, without running anything."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from components.snippets.reading.context import OMITTED, Client, Context, Names
from components.snippets.reading.typescript_text import (
    as_sent,
    number,
    trimmed,
    unescaped,
    unescaped_template,
)
from components.snippets.reading.typescript_tree import (
    callee,
    child,
    dotted,
    first_error,
    line_of,
    parts,
    text_of,
)
from components.snippets.reading.unknown import environment

if TYPE_CHECKING:
    from tree_sitter import Node

CLIENT: Final = re.compile(r"(?:.*\.)?Anthropic\w*")
_READS: Final = {"readFile", "readFileSync", "text", "arrayBuffer", "bytes"}
"""Functions and methods that read files and responses."""
_WRAPPERS: Final = {
    "parenthesized_expression": 0,
    "as_expression": 0,
    "satisfies_expression": 0,
    "non_null_expression": 0,
    "type_assertion": -1,
    "await_expression": 0,
}
"""Expressions that are what the named part of them is."""
_PASSES: Final = {"Headers", "URL", "structuredClone", "Object.freeze"}
"""Functions and classes whose result stands for their argument."""


_WIDEST_INDENT: Final = 10
"""Of `JSON.stringify`."""
_NO_NUMBERS: Final = {"NaN", "Infinity"}


class Values:
    """Evaluates expressions. What is not shown in the text becomes a mark; see `Unknowns`."""

    def __init__(self, context: Context, *, as_json: bool = False) -> None:
        self._context = context
        self._as_json = as_json
        """Whether the text is JSON in spirit: numbers keep their digits, `__proto__` is a field."""

    def unknown(self, node: Node, what: str, name: str | None = None) -> str:
        return self._context.unknowns.mark(line_of(node), what, name)

    def value(self, node: Node | None, names: Names) -> object:
        """Return JSON values, possibly with `OMITTED` and `Client` among them."""
        self._context.step()
        if node is None:
            return OMITTED
        match node.type:
            case "string" | "template_string" | "number" | "true" | "false" | "null" | "undefined":
                return self._literal(node, names)
            case "object":
                return self._object(node, names)
            case "array":
                return self._array(node, names)
            case "identifier" | "shorthand_property_identifier":
                name = text_of(node)
                if name in _NO_NUMBERS:
                    return self.unknown(node, "a number that JSON cannot carry")
                return names.get(name, line_of(node))
            case "member_expression" | "subscript_expression":
                return self._member(node, names)
            case "unary_expression" | "binary_expression":
                return self._operation(node, names)
            case "call_expression":
                return self._call(node, names)
            case "new_expression":
                return self._new(node, names)
            case wrapper if wrapper in _WRAPPERS and (inner := parts(node)):
                return self.value(inner[_WRAPPERS[wrapper]], names)
            case "ERROR":
                return self.unknown(node, "not understood")
            case _:
                return self.unknown(node, "an expression that is not read here")

    def arguments(self, node: Node, names: Names) -> list[object]:
        """The values of a call's arguments."""
        found = child(node, "arguments")
        if found is None or found.type != "arguments":
            return []
        return [self.value(each, names) for each in parts(found)]

    # Literals -------------------------------------------------------------------------------------------

    def _literal(self, node: Node, names: Names) -> object:
        match node.type:
            case "string":
                return self._string(node, text_of(node)[1:-1])
            case "template_string":
                return self._template(node, names)
            case "number":
                return self._number(node)
            case "undefined":
                return OMITTED
            case word:
                return {"true": True, "false": False, "null": None}[word]

    def _string(self, node: Node, raw: str) -> str:
        if node.has_error:
            return self.unknown(first_error(node), "a text that does not end where it should")
        try:
            return unescaped(raw)
        except ValueError:
            return self.unknown(node, "a text with an escape that JavaScript does not know")

    def _template(self, node: Node, names: Names) -> str:
        source = node.text or b""
        pieces: list[str] = []
        at = 1
        for part in [*(part for part in node.children if part.type == "template_substitution"), None]:
            end = len(source) - 1 if part is None else part.start_byte - node.start_byte
            try:
                pieces.append(unescaped_template(source[at:end].decode()))
            except ValueError:
                return self.unknown(node, "a text with an escape that JavaScript does not know")
            if part is not None:
                pieces.append(self._substitution(part, names))
                at = part.end_byte - node.start_byte
        self._context.spend(sum(map(len, pieces)))
        return "".join(pieces)

    def _substitution(self, node: Node, names: Names) -> str:
        inner = parts(node)
        text = self._as_text(self.value(inner[0], names)) if len(inner) == 1 else None
        return self.unknown(node, "an expression that is not read here") if text is None else text

    def _number(self, node: Node) -> object:
        raw = text_of(node)
        try:
            value = number(raw, as_json=self._as_json)
        except (ValueError, OverflowError):
            return self.unknown(node, "a number that JSON cannot carry")
        if isinstance(value, int) and raw.isdecimal() and int(raw) != value:
            self._context.notes.append(f"Line {line_of(node)}: JavaScript rounds {raw} to {value}.")
        return value

    def _as_text(self, value: object) -> str | None:
        match value:
            case str():
                return value
            case bool():
                return "true" if value else "false"
            case int() | float():
                return json.dumps(value)
            case _:
                return None

    # Objects and lists ----------------------------------------------------------------------------------

    def _object(self, node: Node, names: Names) -> object:
        fields: dict[str, object] = {}
        for part in parts(node):
            match part.type:
                case "pair":
                    key_node = child(part, "key")
                    name = self._key(key_node, names)
                    if name is None:
                        return self.unknown(part, "an object with a field whose name is not shown")
                    sets_prototype = name == "__proto__" and key_node and key_node.type[:8] != "computed"
                    if not sets_prototype or self._as_json:
                        fields[name] = self.value(child(part, "value"), names)
                case "shorthand_property_identifier":
                    fields[text_of(part)] = self.value(part, names)
                case "spread_element":
                    spread = self.value(parts(part)[0], names)
                    if isinstance(spread, dict):
                        self._context.spend(len(spread))
                        fields.update(spread)
                    elif spread is not None and spread is not OMITTED:
                        return self._blamed(part, spread)
                case "method_definition":
                    return self.unknown(part, "an object with a function in it")
                case _:
                    return self.unknown(part, "not understood")
        return fields

    def _key(self, node: Node | None, names: Names) -> str | None:
        if node is None:
            return None
        match node.type:
            case "property_identifier":
                try:
                    return unescaped(text_of(node))
                except ValueError:
                    return None
            case "computed_property_name":
                inner = parts(node)
                value = self.value(inner[0], names) if inner else None
            case _:
                value = self.value(node, names)
        text = self._as_text(value)
        return None if text is None or self._context.unknowns.within(text) else text

    def _array(self, node: Node, names: Names) -> object:
        items: list[object] = []
        hole = True
        for part in node.children:
            if part.type == ",":
                if hole:
                    items.append(OMITTED)
                hole = True
            elif part.type == "spread_element":
                spread = self.value(parts(part)[0], names)
                if not isinstance(spread, list):
                    return self._blamed(part, spread)
                self._context.spend(len(spread))
                items += spread
                hole = False
            elif part.is_named and part.type != "comment":
                items.append(self.value(part, names))
                hole = False
        return items

    # Names ----------------------------------------------------------------------------------------------

    def _member(self, node: Node, names: Names) -> object:
        """`process.env.X`, `config.model`, `config["model"]`."""
        path = dotted(node)
        if path and names.known(path) is not None:
            return names.get(path, line_of(node))
        of = child(node, "object")
        if of is None:
            return self.unknown(node, "not understood")
        index = child(node, "index")
        key = self.value(index, names) if index else text_of(child(node, "property") or node)
        base_path = dotted(of)
        if base_path == "process.env" and isinstance(key, str):
            return self.unknown(node, *environment(key))
        base = self.value(of, names)
        if isinstance(base, dict) and isinstance(key, str):
            return base.get(key, OMITTED)
        if isinstance(base, list) and isinstance(key, int) and 0 <= key < len(base):
            return base[key]
        if path:
            return names.get(path, line_of(node))
        return self._blamed(node, base)

    # Operations and calls -------------------------------------------------------------------------------

    def _operation(self, node: Node, names: Names) -> object:
        operator = text_of(sign) if (sign := child(node, "operator")) else ""
        if node.type == "unary_expression":
            value = self.value(child(node, "argument"), names)
            if operator == "void":
                return OMITTED
            if operator in ("+", "-") and isinstance(value, int | float) and not isinstance(value, bool):
                negative = -value if self._as_json else as_sent(-float(value))
                return negative if operator == "-" else value
            return self._blamed(node, value)
        left = self.value(child(node, "left"), names)
        right = self.value(child(node, "right"), names)
        if operator in ("??", "||") and (left is None or left is OMITTED or self._is_unknown(left)):
            return left if self._is_unknown(right) or right is OMITTED else right
        match operator, left, right:
            case ("+", str(), str() | int() | float()) | ("+", int() | float(), str()):
                texts = self._as_text(left), self._as_text(right)
                return self._context.joined(texts[0] or "", texts[1] or "")
            case "+" | "-" | "*" | "/", int() | float(), int() | float():
                return self._arithmetic(node, operator, left, right)
        return self._blamed(node, left, right)

    def _arithmetic(self, node: Node, operator: str, left: float, right: float) -> object:
        try:
            match operator:
                case "+":
                    return as_sent(float(left) + float(right))
                case "-":
                    return as_sent(float(left) - float(right))
                case "*":
                    return as_sent(float(left) * float(right))
                case _:
                    return as_sent(float(left) / float(right))
        except ArithmeticError:
            return self.unknown(node, "a number that JSON cannot carry")

    def _call(self, node: Node, names: Names) -> object:
        function = callee(node)
        if function is None:
            return self.unknown(node, "not understood")
        path = dotted(function)
        raw = child(node, "arguments")
        if path == "String.raw" and raw is not None and raw.type == "template_string" and not parts(raw):
            return text_of(raw)[1:-1].replace("\r\n", "\n")
        arguments = self.arguments(node, names)
        if path and function.type == "member_expression":
            match path.rpartition(".")[2], arguments:
                case "stringify", [value, *layout] if path == "JSON.stringify":
                    return self._written(node, value, layout)
                case "parse", [str(text)] if path == "JSON.parse":
                    return self._parsed(node, text)
        if path in _PASSES and len(arguments) == 1:
            return arguments[0]
        if function.type == "member_expression":
            of = self.value(child(function, "object"), names)
            match text_of(child(function, "property") or function), of, arguments:
                case "trim", str(), []:
                    return trimmed(of)
                case "trimStart", str(), []:
                    return trimmed(of, end=False)
                case "trimEnd", str(), []:
                    return trimmed(of, start=False)
                case "join", list(), [str(separator)] if all(isinstance(item, str) for item in of):
                    self._context.spend(sum(map(len, of)) + len(separator) * len(of))
                    return separator.join(of)
                case "withOptions", _, [dict(options)] if isinstance(of, Client) or self._is_unknown(of):
                    before, changed = of if isinstance(of, Client) else Client(), self.client(options)
                    return Client(changed.base_url or before.base_url, {**before.headers, **changed.headers})
                case "toString", str(), _ if self._is_unknown(of):
                    return of
        return self._result(node, path, text_of(child(function, "property") or function))

    def _result(self, node: Node, path: str | None, name: str) -> str:
        if name in _READS:
            return self.unknown(node, "read from a file or a server, which the pasted text does not contain")
        called = f": `{path}(…)`" if path else ""
        return self.unknown(node, f"the result of a call, and nothing is run here{called}")

    def _new(self, node: Node, names: Names) -> object:
        path = dotted(maker) if (maker := child(node, "constructor")) else None
        arguments = self.arguments(node, names)
        if path and CLIENT.fullmatch(path):
            return self.client(arguments[0] if arguments else {})
        if path in _PASSES and len(arguments) == 1:
            return arguments[0]
        return self._result(node, path and f"new {path}", "")

    def client(self, options: object) -> Client:
        """What the options of a client say."""
        if not isinstance(options, dict):
            return Client()
        headers = options.get("defaultHeaders")
        return Client(options.get("baseURL"), headers if isinstance(headers, dict) else {})

    def _written(self, node: Node, value: object, layout: list[object]) -> str:
        """`JSON.stringify(value, null, 2)`."""
        match layout:
            case [] | [None]:
                indent = None
            case [None, int(indent)] if 0 < indent <= _WIDEST_INDENT:
                pass
            case _:
                return self.unknown(node, "an expression that is not read here")
        if self._is_unknown(value):
            return str(value)
        text = json.dumps(
            self._context.copied(value, line_of(node)),
            ensure_ascii=False,
            indent=indent,
            separators=(",", ": " if indent else ":"),
        )
        self._context.spend(len(text))
        return text

    def _parsed(self, node: Node, text: str) -> object:
        try:
            value = json.loads(text)
        except ValueError:
            return self.unknown(node, "a text that is not JSON")
        return self._context.copied(value, line_of(node))

    def _is_unknown(self, value: object) -> bool:
        return self._context.unknowns.of(value) is not None

    def _blamed(self, node: Node, *values: object) -> str:
        """A mark for what cannot be read because of one of these values."""
        for value in values:
            if isinstance(value, str) and self._is_unknown(value):
                return value
        return self.unknown(node, "an expression that is not read here")
