"""Parsed JSON, and JSON as text."""

import json


class JsonNumber(str):
    """A number in JSON, as text."""


class JsonNull:
    """JSON null as the value of a column, which is not null."""


JSON_NULL = JsonNull()


def parse_json(text: str):
    return json.loads(text, parse_int=JsonNumber, parse_float=JsonNumber)


def json_text(value) -> str:
    """Returns JSON as PostgreSQL prints jsonb; parsed values keep its order of keys."""
    if isinstance(value, JsonNumber):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(json_text, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {json_text(item)}" for key, item in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
