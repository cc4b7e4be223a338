"""The API's page at ``/docs``: made from the OpenAPI document, without a script and without anything from elsewhere.

Swagger UI would be 1.5 MB of JavaScript to keep patched and a hole in the content security policy; a hotline's network
often has no way out for the copy that FastAPI links to.
"""

from __future__ import annotations

import json
from html import escape
from typing import Any

STYLE = """
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; }
section { border-top: 1px solid #ccc; margin-top: 1.5rem; }
h2 code { font-size: 1.1rem; }
pre { background: #f4f4f4; padding: .7rem; overflow-x: auto; }
table { border-collapse: collapse; } td, th { border: 1px solid #ccc; padding: .2rem .6rem; text-align: left; }
"""


def _schema_name(schema: dict[str, Any]) -> str:
    choices = [*schema.get("oneOf", ()), *schema.get("anyOf", ())]
    if choices:
        return " or ".join(_schema_name(choice) for choice in choices)
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f'<a href="#{escape(name)}">{escape(name)}</a>'
    if schema.get("type") == "array":
        return f"list of {_schema_name(schema.get('items', {}))}"
    if "enum" in schema:
        return escape(" | ".join(map(str, schema["enum"])))
    return escape(str(schema.get("type", "anything")))


def _example(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    for part in [schema, *schema.get("oneOf", ())]:
        examples = schemas.get(part.get("$ref", "").rsplit("/", 1)[-1], {}).get("examples")
        if examples:
            return f"<pre>{escape(json.dumps(examples[0], ensure_ascii=False, indent=1))}</pre>"
    return ""


def _answer_schema(response: dict[str, Any]) -> dict[str, Any]:
    contents: list[dict[str, Any]] = list(response.get("content", {}).values())
    return contents[0].get("schema", {}) if contents else {}


def _operation(method: str, path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> str:
    parts = [f"<section><h2><code>{method.upper()} {escape(path)}</code></h2><p>{escape(operation['description'])}</p>"]
    parts += [
        f"<p>Query: <code>{escape(parameter['name'])}</code>, {_schema_name(parameter['schema'])}</p>"
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
    ]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if body:
        parts.append(f"<p>Body: {_schema_name(body)}</p>{_example(body, schemas)}")
    rows = []
    for status, response in operation["responses"].items():
        content = _answer_schema(response)
        rows.append(
            f"<tr><td>{status}</td><td>{escape(response['description'])}</td><td>{_schema_name(content)}</td></tr>"
        )
    return "".join([*parts, "<table>", *rows, "</table></section>"])


def _schema(name: str, schema: dict[str, Any]) -> str:
    required = schema.get("required", ())
    rows = [
        f"<tr><td><code>{escape(field)}</code>{'' if field in required else ' (optional)'}</td>"
        f"<td>{_schema_name(inner)}</td><td>{escape(inner.get('description', ''))}</td></tr>"
        for field, inner in schema.get("properties", {}).items()
    ]
    about = escape(schema.get("description", ""))
    return f'<section><h3 id="{escape(name)}">{escape(name)}</h3><p>{about}</p><table>{"".join(rows)}</table></section>'


def page(document: dict[str, Any]) -> str:
    """The page for an OpenAPI document."""
    schemas = document["components"]["schemas"]
    operations = [
        _operation(method, path, operation, schemas)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    title = escape(document["info"]["title"])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<link rel="stylesheet" href="/docs/style.css"></head><body>'
        f"<h1>{title} {escape(document['info']['version'])}</h1>"
        f"<p>{escape(document['info']['description'])} Machines read <a href='/openapi.json'>/openapi.json</a>.</p>"
        f"{''.join(operations)}<h2>Types</h2>{''.join(_schema(name, schema) for name, schema in schemas.items())}"
        "</body></html>"
    )
