"""The description of an API as a page: made from its OpenAPI document, without scripts, loading nothing."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse

STYLE = "body{font:16px sans-serif;max-width:60em;margin:2em auto}pre{background:#f3f2f1;padding:1em;overflow:auto}"
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def add_description(api: FastAPI) -> None:
    """Adds `GET /docs`, which needs no key: it says nothing that the OpenAPI document does not say."""

    async def docs(_request: Request) -> HTMLResponse:
        return HTMLResponse(page(api.openapi()), headers={"Content-Security-Policy": POLICY})

    api.add_route("/docs", docs, include_in_schema=False)


def page(document: Mapping[str, Any]) -> str:
    """Returns the page for an OpenAPI document: each operation with its parameters, and the form of each value."""
    title = escape(document["info"]["title"])
    body = "".join((*_operations(document), "<h2>Values</h2>", *_values(document)))
    head = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body><h1>{title}</h1>{body}</body></html>'


def _operations(document: Mapping[str, Any]) -> Iterator[str]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"<h2>{method.upper()} {escape(path)}</h2><p>{escape(operation.get('description', ''))}</p>"
            said = {name: operation[name] for name in ("parameters", "requestBody", "responses") if name in operation}
            yield _shown("Parameters, body and answers", said)


def _values(document: Mapping[str, Any]) -> Iterator[str]:
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        yield f'<h3 id="{escape(name)}">{escape(name)}</h3>' + _shown("Form", schema)


def _shown(summary: str, value: Any) -> str:
    written = escape(json.dumps(value, indent=2, ensure_ascii=False))
    return f"<details><summary>{summary}</summary><pre>{written}</pre></details>"
