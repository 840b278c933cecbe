"""Blocks with data worth keeping once."""

from __future__ import annotations

import base64
import hashlib
import random

from components.domain.json_types import JsonObject


def base64_of(size: int, seed: int = 1) -> str:
    """So many random bytes, the same for the same seed."""
    return base64.b64encode(random.Random(seed).randbytes(size)).decode()


def sha256_of(data: str) -> str:
    return hashlib.sha256(base64.b64decode(data)).hexdigest()


def a_pdf(data: str, **fields: object) -> JsonObject:
    source: JsonObject = {"type": "base64", "media_type": "application/pdf", "data": data}
    return {"type": "document", "source": source, **fields}  # type: ignore[dict-item]
