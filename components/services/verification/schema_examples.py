"""A small value for a JSON schema, the same one each time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from components.domain.json_types import Json, JsonObject
from components.domain.rules_schema import resolve

TEXT: Final = "“é” \\ 東京\n\U0001f642"
"""A free text with all that a program may lose when it sends it back."""

_DEEPEST: Final = 50
_FORMATS: Final = {
    "date-time": "2026-11-22T14:30:00Z",
    "date": "2026-11-22",
    "time": "14:30:00Z",
    "duration": "P1D",
    "email": "someone@example.com",
    "hostname": "example.com",
    "uri": "https://example.com/",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def example(schema: Json) -> Json:
    """Return a value of the schema's type with the properties it requires.

    Lengths and patterns are not looked at: nothing here checks the value. A schema that requires itself gets
    a value that ends somewhere.
    """
    return _Maker(schema if isinstance(schema, dict) else {}).value(schema)


@dataclass(slots=True)
class _Maker:
    root: JsonObject
    left: int = 1000
    """Values that may still be made."""

    def value(self, schema: Json, depth: int = 0) -> Json:
        self.left -= 1
        if not isinstance(schema, dict) or depth > _DEEPEST or self.left < 0:
            return {}
        reference = schema.get("$ref")
        if isinstance(reference, str):
            return self.value(resolve(self.root, reference), depth + 1)
        if "const" in schema:
            return schema["const"]
        for keyword in ("enum", "anyOf", "oneOf", "allOf"):
            choices = schema.get(keyword)
            if isinstance(choices, list) and choices:
                return choices[0] if keyword == "enum" else self.value(choices[0], depth + 1)
        return self._of_type(schema, depth)

    def _of_type(self, schema: JsonObject, depth: int) -> Json:
        kind = schema.get("type")
        match kind[0] if isinstance(kind, list) and kind else kind:
            case "string":
                return _FORMATS.get(str(schema.get("format")), TEXT)
            case "integer":
                return 3
            case "number":
                return 1.5
            case "boolean":
                return True
            case "null":
                return None
            case "array":
                return [self.value(schema.get("items"), depth + 1)] if schema.get("minItems") else []
        properties, required = schema.get("properties"), schema.get("required")
        if not isinstance(properties, dict) or not isinstance(required, list):
            return {}
        return {
            name: self.value(properties.get(name), depth + 1) for name in required if isinstance(name, str)
        }
