"""The service's description of itself, as a document and as a page."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from fastapi import FastAPI
from pydantic_core import to_json

from huashu_api.service import docs_page
from huashu_api.service.problems import Problem
from huashu_api.service.requests import EXAMPLE


class SelfDescribing(FastAPI):
    """FastAPI whose OpenAPI document knows the model's operating points and this service's limits. Everything is made
    once: these pages are for anybody."""

    def openapi(self) -> dict[str, Any]:
        return self._document

    @cached_property
    def openapi_json(self) -> bytes:
        """The document as it is served."""
        return to_json(self._document)

    @cached_property
    def docs(self) -> str:
        """The page as it is served."""
        return docs_page.page(self._document)

    @cached_property
    def _document(self) -> dict[str, Any]:
        document = super().openapi()
        schemas = document["components"]["schemas"]
        schemas.setdefault("Problem", Problem.model_json_schema())
        judge = self.state.worker.judge
        answer = document["paths"]["/v1/assess"]["post"]["responses"]["200"]["content"]["application/json"]
        answer["example"] = judge.answer(EXAMPLE).to_dict()
        points = list(judge.classifier.manifest.operating_points)
        schemas["BatchRequest"]["properties"]["items"]["maxItems"] = self.state.worker.settings.max_batch
        told_beside = document["paths"]["/v1/files"]["post"]["parameters"]
        fields = [schema.get("properties", {}).get("operating_point", {}) for schema in schemas.values()]
        fields += [parameter["schema"] for parameter in told_beside if parameter["name"] == "operating_point"]
        for field in fields:
            for choice in field.get("anyOf", ()):
                if choice.get("type") == "string":
                    choice["enum"] = points
        return document
