"""Rules about JSON schemas that the model must follow: the output schema and those of strict tools."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from components.domain.catalogue import CHECKED
from components.domain.findings import REMOVE, Edit, Fix, Path, dotted, place
from components.domain.json_schema import flaws
from components.domain.json_types import Json, JsonObject
from components.domain.rule import Case, Hit, Rule

FORMATS: Final = frozenset(
    {"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"}
)
"""Values of `format` that are taken."""
REFUSED_KEYWORDS: Final = frozenset(
    {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
    | {"minLength", "maxLength", "maxItems"}
)
UNDOCUMENTED: Final = frozenset(
    {"oneOf", "not", "if", "then", "else", "prefixItems", "contains", "patternProperties", "propertyNames"}
    | {"dependentSchemas", "dependentRequired", "minProperties", "maxProperties", "uniqueItems"}
    | {"unevaluatedProperties", "unevaluatedItems"}
)
"""Keywords of JSON schema that the documents name neither among those taken nor among those refused."""
MOST_STRICT_TOOLS: Final = 20
MOST_OPTIONAL: Final = 24
"""Parameters that are not required, in all schemas of a request together."""
MOST_UNIONS: Final = 16
"""Parameters of several types, in all schemas of a request together."""
PROPERTY_NAME: Final = re.compile(r"[a-zA-Z0-9_.-]{1,64}")
"""Of the parameters of a tool."""

Node = tuple[Path, JsonObject]


def _strict_tools(case: Case) -> list[int]:
    tools = enumerate(case.listed("tools"))
    return [i for i, tool in tools if isinstance(tool, dict) and tool.get("strict") is True]


def _schemas(case: Case) -> list[Node]:
    paths: list[Path] = [("output_config", "format", "schema"), ("output_format", "schema")]
    paths += [("tools", i, "input_schema") for i in _strict_tools(case)]
    return [(path, schema) for path in paths if isinstance(schema := case.at(*path), dict)]


def subschemas(path: Path, schema: Json) -> Iterator[Node]:
    """A schema and all schemas inside it, with their paths."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for name in ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas"):
        inner = schema.get(name)
        if isinstance(inner, dict):
            for key, value in inner.items():
                yield from subschemas((*path, name, key), value)
    for name in ("anyOf", "allOf", "oneOf", "prefixItems"):
        inner = schema.get(name)
        if isinstance(inner, list):
            for i, value in enumerate(inner):
                yield from subschemas((*path, name, i), value)
    for name in ("items", "not", "if", "then", "else", "contains"):
        yield from subschemas((*path, name), schema.get(name))


def _nodes(case: Case) -> Iterator[Node]:
    for path, schema in _schemas(case):
        yield from subschemas(path, schema)


def _is_object(node: JsonObject) -> bool:
    kind = node.get("type")
    return (
        kind == "object"
        or (isinstance(kind, list) and "object" in kind)
        or isinstance(node.get("properties"), dict)
    )


def _open_object(case: Case) -> Iterator[Hit]:
    paths = [
        path
        for path, node in _nodes(case)
        if _is_object(node) and node.get("additionalProperties") is not False
    ]
    if paths:
        edits = tuple(Edit((*path, "additionalProperties"), False) for path in paths)
        sentence = "Every object of the schema needs “additionalProperties”: false."
        yield Hit(paths[0], sentence, Fix("Close every object", edits), {"path": dotted(paths[0])})


def _undocumented_keyword(case: Case) -> Iterator[Hit]:
    """What the documents neither promise nor refuse."""
    found = [(*path, name) for path, node in _nodes(case) for name in sorted(UNDOCUMENTED & node.keys())]
    if found:
        names = ", ".join(sorted({str(path[-1]) for path in found}))
        sentence = f"The documents do not say that the service takes {names} in a schema. It may refuse it."
        yield Hit(found[0], sentence)


def _refused_keyword(case: Case) -> Iterator[Hit]:
    found: list[Path] = []
    for path, node in _nodes(case):
        names = {name for name in REFUSED_KEYWORDS if name in node}
        least = node.get("minItems")
        if "minItems" in node and least not in (0, 1):
            names.add("minItems")
        if "format" in node and str(node["format"]) not in FORMATS:
            names.add("format")
        found += [(*path, name) for name in sorted(names)]
    if found:
        edits = tuple(Edit(path, REMOVE) for path in found)
        names_ = ", ".join(sorted({str(path[-1]) for path in found}))
        sentence = (
            f"The schema uses what the service does not enforce: {names_}. Say it in a description instead."
        )
        words = {"path": dotted(found[0][:-1]), "keyword": found[0][-1]}
        yield Hit(found[0], sentence, Fix(f"Remove {names_}", edits), words)


def resolve(root: JsonObject, reference: str) -> Json:
    """The schema an internal `$ref` names, or None."""
    place: Json = root
    for step in reference.removeprefix("#").strip("/").split("/") if reference != "#" else ():
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(place, list) and name.isdecimal() and int(name) < len(place):
            place = place[int(name)]
        else:
            place = place.get(name) if isinstance(place, dict) else None
    return place


def _reference(case: Case) -> Iterator[Hit]:
    for base, root in _schemas(case):
        for path, node in subschemas(base, root):
            reference = node.get("$ref")
            if not isinstance(reference, str):
                continue
            inside = reference.startswith("#")
            if not inside or not isinstance(resolve(root, reference), dict):
                why = "points to nothing" if inside else "points outside the schema"
                sentence = f"The reference “{reference}” {why}. Point it to a definition under $defs."
                yield Hit((*path, "$ref"), sentence, None, {"path": dotted(path), "reference": reference})


def _recursion(case: Case) -> Iterator[Hit]:
    for base, root in _schemas(case):
        if _recursive(root, root, ()):
            yield Hit(
                base, "The schema refers to itself. Unfold it to a fixed depth.", None, {"path": dotted(base)}
            )


def _recursive(root: JsonObject, schema: JsonObject, within: tuple[str, ...]) -> bool:
    """Whether following references from this schema comes back to one that is being followed."""
    for _, node in subschemas((), {k: v for k, v in schema.items() if k not in ("$defs", "definitions")}):
        reference = node.get("$ref")
        if isinstance(reference, str):
            if reference in within or reference == "#":
                return True
            target = resolve(root, reference)
            if isinstance(target, dict) and _recursive(root, target, (*within, reference)):
                return True
    return False


def _too_complex(case: Case) -> Iterator[Hit]:
    optional = unions = 0
    for _, node in _nodes(case):
        properties, required = node.get("properties"), node.get("required")
        if isinstance(properties, dict):
            optional += sum(
                name not in (required if isinstance(required, list) else []) for name in properties
            )
        unions += "anyOf" in node or isinstance(node.get("type"), list)
    strict = len(_strict_tools(case))
    for count, most, what in (
        (strict, MOST_STRICT_TOOLS, "strict tools"),
        (optional, MOST_OPTIONAL, "optional parameters"),
        (unions, MOST_UNIONS, "parameters of several types"),
    ):
        if count > most:
            path: Path = ("tools",) if what == "strict tools" else _schemas(case)[0][0]
            yield Hit(path, f"The schemas have {count} {what}; {most} is the most. Make them simpler.")
            return


def _no_schema(case: Case) -> Iterator[Hit]:
    for path, tool in case.objects("tools"):
        for inside, says in list(flaws(tool.get("input_schema", {})))[:1]:
            named = f" “{tool['name']}”" if isinstance(tool.get("name"), str) else ""
            where = dotted(inside) or "the schema"
            sentence = f"The schema of the tool{named} is no JSON schema: {where} {says}."
            yield Hit((*path, "input_schema", *inside), sentence, None, {"i": path[1]})


def _no_output_schema(case: Case) -> Iterator[Hit]:
    for path in (("output_config", "format", "schema"), ("output_format", "schema")):
        for inside, says in list(flaws(case.at(*path)))[:1] if isinstance(case.at(*path), dict) else ():
            sentence = f"The output schema is no JSON schema: {dotted(inside)} {says}."
            yield Hit((*path, *inside), sentence, None, {"path": dotted(path)})


def _top_level(case: Case) -> Iterator[Hit]:
    for path, _ in case.objects("tools"):
        schema = case.at(*path, "input_schema")
        found = [name for name in ("oneOf", "allOf", "anyOf") if isinstance(schema, dict) and name in schema]
        if found:
            names = ", ".join(found)
            edits = tuple(Edit((*path, "input_schema", name), REMOVE) for name in found)
            sentence = (
                f"The schema of {place(path)} has {names} at its top, which is taken only further inside."
            )
            yield Hit(edits[0].path, sentence, Fix(f"Remove {names}", edits), {"i": path[1]})


def _property_names(case: Case) -> Iterator[Hit]:
    for path, _ in case.objects("tools"):
        properties = case.at(*path, "input_schema", "properties")
        for name in properties if isinstance(properties, dict) else ():
            if not PROPERTY_NAME.fullmatch(name):
                sentence = f"A parameter cannot be called “{name}”: letters, digits, _, . and - only."
                yield Hit((*path, "input_schema", "properties", name), sentence, None, {"i": path[1]})


_SOURCE: Final = 'docs "Structured outputs"; wording (?)'

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "tool_schema_invalid",
        "an input_schema that is no JSON schema",
        "tools.{i}.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12 "
        "(https://json-schema.org/draft/2020-12). Learn more about tool use at "
        "https://docs.claude.com/en/docs/tool-use.",
        "",
        _no_schema,
        "historical behaviour (?)",
        CHECKED,
    ),
    Rule(
        "output_schema_invalid",
        "an output schema that is no JSON schema",
        "{path}: JSON schema is invalid. It must match JSON Schema draft 2020-12 "
        "(https://json-schema.org/draft/2020-12).",
        "",
        _no_output_schema,
        "inferred from tools (?)",
        CHECKED,
    ),
    Rule(
        "tool_schema_top_level",
        "oneOf, allOf or anyOf at the top of an input_schema",
        "tools.{i}.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top "
        "level",
        "remove them",
        _top_level,
        "reports of users to July 2026",
        CHECKED,
    ),
    Rule(
        "tool_schema_property",
        "a parameter whose name the service does not take",
        "tools.{i}.custom.input_schema.properties: Property keys should match pattern "
        "'^[a-zA-Z0-9_.-]{{1,64}}$'",
        "",
        _property_names,
        "historical behaviour (?)",
        CHECKED,
    ),
    Rule(
        "open_object",
        "an object of a schema without additionalProperties: false",
        "{path}: For 'object' type, 'additionalProperties' must be explicitly set to false",
        "close every object",
        _open_object,
        _SOURCE,
        CHECKED,
    ),
    Rule(
        "refused_keyword",
        "a bound or format the compiler does not take",
        "{path}: property '{keyword}' is not supported",
        "remove it",
        _refused_keyword,
        _SOURCE,
        CHECKED,
    ),
    Rule(
        "undocumented_keyword",
        "a keyword of JSON schema that the documents do not speak of",
        "",
        "",
        _undocumented_keyword,
        _SOURCE,
        CHECKED,
        severity="notice",
    ),
    Rule(
        "reference",
        "a reference that is external or leads nowhere",
        "{path}: $ref '{reference}' could not be resolved; external references are not supported",
        "",
        _reference,
        _SOURCE,
        CHECKED,
    ),
    Rule(
        "recursion",
        "a schema that refers to itself",
        "{path}: Recursive schemas are not supported",
        "",
        _recursion,
        _SOURCE,
        CHECKED,
    ),
    Rule(
        "too_complex",
        "too many strict tools, optional or union-typed parameters",
        "Schema is too complex for compilation.",
        "",
        _too_complex,
        _SOURCE,
        CHECKED,
    ),
)
