"""Pydantic classes that read what a JSON schema allows.

They take every value that the schema allows, and more: lengths, patterns and forbidden fields are the
service's business. What is sent does not depend on them.
"""

from __future__ import annotations

import keyword
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from components.domain.json_types import Json, JsonObject
from components.snippets.form import UnavailableForm
from components.snippets.layout import columns
from components.snippets.python_layout import PythonLayout
from components.snippets.python_program import RESERVED, folded, named
from components.snippets.variables import identifiers

_PLAIN: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_WIDEST: Final = 32
"""Columns of a name and of a type. A wider type gets a name of its own, so that a field fits on its line."""
_DEFINITIONS: Final = ("#/$defs/", "#/definitions/")

_OF_BASE_MODEL: Final = frozenset(
    {
        "construct", "copy", "dict", "from_orm", "json", "model_computed_fields", "model_config",
        "model_construct", "model_copy", "model_extra", "model_fields", "model_fields_set",
        "model_json_schema", "model_parametrized_name", "model_post_init", "model_rebuild", "parse_file",
        "parse_obj", "parse_raw", "schema", "schema_json", "update_forward_refs", "validate",
    }
)  # fmt: skip
"""Public attributes of `pydantic.BaseModel`, which a field must not hide, besides those of `_PROTECTED`."""
_PROTECTED: Final = ("model_validate", "model_dump")
"""Pydantic warns of fields that begin so."""
_IN_CLASSES: Final = frozenset(
    {"Any", "BaseModel", "Field", "Literal", "Union", "bool", "dict", "float", "int", "list", "str"}
)
_NOT_A_FIELD: Final = _OF_BASE_MODEL | _IN_CLASSES | frozenset(keyword.kwlist)


@dataclass(frozen=True, slots=True)
class Models:
    """The classes for one schema."""

    root: str
    """The name of the class for the whole answer."""
    classes: tuple[str, ...]
    """Their definitions, each after what it uses."""
    standard_imports: tuple[str, ...]
    package_imports: tuple[str, ...]


def models(schema: JsonObject, layout: PythonLayout) -> Models:
    """Return classes for an output schema.

    Raises `UnavailableForm` where the schema has no such class, which says what is in the way.
    """
    if not isinstance(schema.get("properties"), dict):
        raise UnavailableForm("The output schema is no object with properties, so there is no class for it.")
    return _Builder(schema, layout).build()


class _Builder:
    def __init__(self, schema: JsonObject, layout: PythonLayout) -> None:
        self.schema = schema
        self.layout = layout
        self.taken = set(RESERVED | _NOT_A_FIELD | {*layout.names.values()}) - {"Answer"}
        self.written: list[str] = []
        self.typing: set[str] = set()
        self.fields = False
        self.known: dict[str, str] = {}
        """The types of references."""
        self.open: set[str] = set()
        """References on the way to what is being looked at."""

    def build(self) -> Models:
        root = self._class(self.schema, "Answer")
        return Models(
            root,
            tuple(self.written),
            (f"from typing import {', '.join(sorted(self.typing))}",) if self.typing else (),
            (f"from pydantic import {'BaseModel, Field' if self.fields else 'BaseModel'}",),
        )

    def _type(self, schema: Json, name: str) -> str:
        """The type of what a schema allows. `name`: what it is called, should it need a name."""
        if not isinstance(schema, dict):
            raise _no_type(name)
        match schema:
            case {"enum": list(values)} if values:
                return self._literal(values, name)
            case {"const": value}:
                return self._literal([value], name)
            case {"$ref": str(reference)}:
                return self._reference(reference)
            case {"type": list(kinds)} if kinds:
                return self._union([{**schema, "type": kind} for kind in kinds], name)
            case {"type": "object"}:
                return self._object(schema, name)
            case {"type": "array"}:
                return self._short(f"list[{self._type(schema.get('items'), name)}]", name)
            case {"type": str(kind)} if kind in _PLAIN:
                return _PLAIN[kind]
            case {"anyOf": list(choices)} | {"oneOf": list(choices)} if choices:
                return self._union(choices, name)
            case {"allOf": [only]}:
                return self._type(only, name)
        raise _no_type(name)

    def _object(self, schema: JsonObject, name: str) -> str:
        if isinstance(schema.get("properties"), dict):
            return self._class(schema, self._name(name))
        more = schema.get("additionalProperties")
        if isinstance(more, dict) and more:
            return self._short(f"dict[str, {self._type(more, name)}]", name)
        self.typing.add("Any")
        return "dict[str, Any]"

    def _class(self, schema: JsonObject, name: str) -> str:
        self.taken.add(name)
        properties, required = schema["properties"], schema.get("required")
        assert isinstance(properties, dict)
        needed = required if isinstance(required, list) else []
        types = {field: self._type(each, field) for field, each in properties.items()}
        names = self._field_names(list(properties))
        lines = [
            self._field(names[field], field, kind, needed=field in needed) for field, kind in types.items()
        ]
        self.written.append("\n".join([f"class {name}(BaseModel):", *(lines or ["    pass"])]))
        return name

    def _field(self, name: str, alias: str, kind: str, *, needed: bool) -> str:
        if not needed and not kind.endswith("None"):
            kind = f"{kind} | None"
        start = f"{name}: {kind}"
        if name == alias:
            return f"    {start}" if needed else f"    {start} = None"
        self.fields = True
        settings = [f"alias={self.layout.quote(alias)}"]
        if not needed:
            settings.insert(0, "default=None")
        return folded(f"{start} = Field(", settings, ")", "    ")

    def _field_names(self, names: list[str]) -> dict[str, str]:
        taken = self.taken | _NOT_A_FIELD
        kept = {name: name for name in names if _is_field(name) and name not in taken}
        others = [name for name in names if name not in kept]
        return kept | dict(identifiers(others, _short_name, frozenset(taken | kept.keys())))

    def _reference(self, reference: str) -> str:
        if reference not in self.known:
            start = next((start for start in _DEFINITIONS if reference.startswith(start)), "")
            definitions = self.schema.get(start[2:-1])
            name = reference[len(start) :]
            if not isinstance(definitions, dict) or name not in definitions:
                raise UnavailableForm("The output schema refers to something that it does not define.")
            if reference in self.open:
                raise UnavailableForm("The output schema refers to itself: there is no class for that here.")
            self.open.add(reference)
            self.known[reference] = self._type(definitions[name], name)
            self.open.remove(reference)
        return self.known[reference]

    def _union(self, choices: Sequence[Json], name: str) -> str:
        types = list(dict.fromkeys(self._type(choice, name) for choice in choices))
        if "None" in types:  # `None | None` is no type, and at the end it reads best
            types = [kind for kind in types if kind != "None"] + ["None"]
        return self._listed(" | ".join(types), "Union", types, name)

    def _literal(self, values: Sequence[Json], name: str) -> str:
        if not all(value is None or isinstance(value, str | int) for value in values):
            raise UnavailableForm(
                "The output schema lists values that are no texts, integers, booleans or null: "
                "Python has no type for them."
            )
        if values == [None]:
            return "None"
        words = list(dict.fromkeys(self.layout.one_line(value) for value in values))
        self.typing.add("Literal")
        return self._listed(f"Literal[{', '.join(words)}]", "Literal", words, name)

    def _listed(self, flat: str, kind: str, items: list[str], name: str) -> str:
        if columns(flat) <= _WIDEST:
            return flat
        self.typing.add(kind)
        chosen = self._name(name)
        if len(items) > 1:
            self.written.append(folded(f"{chosen} = {kind}[", items, "]"))
        else:
            line = f"{chosen} = {flat}"
            fits = columns(line) <= self.layout.width
            self.written.append(line if fits else f"{chosen} = {kind}[\n    {items[0]}\n]")
        return chosen

    def _short(self, kind: str, name: str) -> str:
        if columns(kind) <= _WIDEST:
            return kind
        chosen = self._name(name)
        self.written.append(f"{chosen} = {kind}")
        return chosen

    def _name(self, wanted: str) -> str:
        chosen = identifiers([wanted], _pascal, frozenset(self.taken))[wanted]
        self.taken.add(chosen)
        return chosen


def _is_field(name: str) -> bool:
    return (
        name.isascii()
        and name.isidentifier()
        and not name.startswith(("_", *_PROTECTED))
        and len(name) <= _WIDEST
        and name not in _NOT_A_FIELD
    )


def _no_type(name: str) -> UnavailableForm:
    return UnavailableForm(f"The output schema does not say what type “{name}” has.")


def _pascal(words: list[str]) -> str:
    return "".join(word[0].upper() + word[1:] for word in words)[:_WIDEST]


def _short_name(words: list[str]) -> str:
    name = named(words)
    return f"value_{name}" if name.startswith(_PROTECTED) else name
