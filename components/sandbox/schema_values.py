"""Values that are valid for a JSON schema, made of the prompt's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from components.domain.json_types import Json, JsonObject
from components.domain.rules_schema import resolve
from components.sandbox.patterns import text_for

SHALLOW: Final = 4
"""From this depth on, optional properties and items are left out."""
DEEPEST: Final = 40
LARGEST: Final = 1_000
"""Items of a list or characters of a text that a schema may demand; no more are made."""

_FORMATS: Final = {
    "date-time": "2026-11-22T14:30:00Z",
    "date": "2026-11-22",
    "time": "14:30:00Z",
    "duration": "P1DT2H",
    "email": "sandbox@example.com",
    "hostname": "sandbox.example.com",
    "uri": "https://example.com/sandbox",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "5a6db0c5-0000-4000-8000-000000000000",
}


@dataclass(slots=True)
class Maker:
    """Makes values for one schema and its definitions."""

    root: JsonObject
    random: Random
    words: Sequence[str]
    """Words of the prompt, those that matter most first."""
    lead: str = ""
    """What free texts begin with."""
    used: int = 0

    def value(self, schema: Json, name: str = "", depth: int = 0) -> Json:
        """A value for the schema; `name` is the property it is for."""
        if not isinstance(schema, dict) or depth > DEEPEST:
            return self._word(name)
        schema = self._merged(schema, depth)
        if "const" in schema:
            return schema["const"]
        choices = schema.get("enum")
        if isinstance(choices, list) and choices:
            return self._choice(choices)
        for key in ("anyOf", "oneOf"):
            options = schema.get(key)
            if isinstance(options, list) and options:
                rest = {k: v for k, v in schema.items() if k != key}
                option = self._option(options, depth)
                return self.value({"allOf": [rest, option]} if rest else option, name, depth + 1)
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((k for k in kind if k != "null"), "null")
        elif kind is None:
            kind = "object" if "properties" in schema else "array" if "items" in schema else "string"
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, name, depth)
            case "integer" | "number":
                return self._number(schema, whole=kind == "integer")
            case "boolean":
                return self.random.random() < 0.5
            case "null":
                return None
            case _:
                return self._text(schema, name)

    def _merged(self, schema: JsonObject, depth: int) -> JsonObject:
        """The schema with its reference followed and its `allOf` parts laid together."""
        for _ in range(DEEPEST):
            reference = schema.get("$ref")
            if not isinstance(reference, str):
                break
            target = resolve(self.root, reference)
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            schema = {**(target if isinstance(target, dict) else {}), **rest}
        parts = schema.get("allOf")
        if not isinstance(parts, list):
            return schema
        merged: JsonObject = {key: value for key, value in schema.items() if key != "allOf"}
        for part in parts:
            if not isinstance(part, dict) or depth > DEEPEST:
                continue
            for key, value in self._merged(part, depth + 1).items():
                present = merged.get(key)
                if isinstance(present, dict) and isinstance(value, dict):
                    merged[key] = {**present, **value}
                elif key == "required" and isinstance(present, list) and isinstance(value, list):
                    merged[key] = [*present, *(item for item in value if item not in present)]
                else:
                    merged[key] = value
        return merged

    def _option(self, options: list[Json], depth: int) -> Json:
        """One of the alternatives; deep inside, one that ends the descent."""
        null: JsonObject = {"type": "null"}
        full = [o for o in options if not (isinstance(o, dict) and o.get("type") == "null")]
        if depth > SHALLOW and len(full) < len(options):
            return null
        plain: list[Json] = [o for o in full if isinstance(o, dict) and "$ref" not in o]
        return self._choice(plain if depth > SHALLOW and plain else full or options)

    def _choice(self, options: list[Json]) -> Json:
        """The option the prompt names, or any."""
        named = [option for option in options if isinstance(option, str) and option.lower() in self._lower]
        return named[0] if named else options[self.random.randrange(len(options))]

    @property
    def _lower(self) -> set[str]:
        return {word.lower() for word in self.words}

    def _object(self, schema: JsonObject, depth: int) -> JsonObject:
        properties = schema.get("properties")
        required = schema.get("required")
        names = required if isinstance(required, list) else []
        made: JsonObject = {}
        for name, inner in (properties if isinstance(properties, dict) else {}).items():
            if name in names or depth < SHALLOW:
                made[name] = self.value(inner, name, depth + 1)
        for missing in names:
            if isinstance(missing, str) and missing not in made:
                made[missing] = self.value(schema.get("additionalProperties"), missing, depth + 1)
        return made

    def _array(self, schema: JsonObject, name: str, depth: int) -> list[Json]:
        least = _whole(schema.get("minItems"), 0)
        most = _whole(schema.get("maxItems"), max(least, 3))
        wanted = least if depth > SHALLOW else min(most, max(least, 1 + self.random.randrange(3)))
        first = schema.get("prefixItems")
        inner = schema.get("items", True)
        fixed = first if isinstance(first, list) else []
        made: list[Json] = [self.value(item, name, depth + 1) for item in fixed]
        for _ in range(wanted * 20):
            if len(made) >= wanted:
                break
            item = self.value(inner, name, depth + 1)
            if schema.get("uniqueItems") is not True or item not in made:
                made.append(item)
        return made

    def _number(self, schema: JsonObject, *, whole: bool) -> int | float:
        low, high = _bound(schema, "minimum"), _bound(schema, "maximum")
        above, below = _bound(schema, "exclusiveMinimum"), _bound(schema, "exclusiveMaximum")
        step = _bound(schema, "multipleOf") or (1 if whole else 0)
        if low is None and above is not None:
            low = above + (step or (((below or high or above + 2) - above) / 2))
        if high is None and below is not None:
            high = below - (step or ((below - (low if low is not None else below - 2)) / 2))
        if low is None:
            low = min(1, high) if high is not None else 1
        if high is None:
            high = max(low, 100)
        if step:
            first, last = -(-low // step), high // step
            value = self.random.randint(int(first), max(int(first), int(last))) * step
            return int(value) if whole else value
        return round(value, 2) if low <= (value := self.random.uniform(low, high)) <= high - 0.01 else value

    def _text(self, schema: JsonObject, name: str) -> str:
        form, pattern = schema.get("format"), schema.get("pattern")
        if isinstance(form, str) and form in _FORMATS:
            return _FORMATS[form]
        least, most = _whole(schema.get("minLength"), 0), schema.get("maxLength")
        if isinstance(pattern, str) and (made := text_for(pattern, self.random, least)) is not None:
            return made
        text = self._word(name)
        while len(text) < least:
            text += f" {self._word('')}"
        return text[:most] if isinstance(most, int) else text

    def _word(self, name: str) -> str:
        """A text from the prompt: a name for short fields, words for the others, in turn."""
        if not self.words:
            return f"{self.lead}{name or 'value'}".strip()
        self.used += 1
        return f"{self.lead}{self.words[(self.used - 1) % len(self.words)]}"


def _whole(value: Json, otherwise: int) -> int:
    return min(int(value), LARGEST) if isinstance(value, int | float) else otherwise


def _bound(schema: JsonObject, name: str) -> float | int | None:
    value = schema.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def make(schema: JsonObject, random: Random, words: Sequence[str], lead: str = "") -> Json:
    """A value valid for the schema. Keywords beyond the subset that is compiled are met where possible."""
    return Maker(schema, random, words, lead).value(schema)
