"""The description of the routes: whole, and every example true."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from fastapi import FastAPI

from pkqa import model
from pkqa.corpus import Corpus
from pkqa.serve import api, openai_api
from pkqa.serve.api import examples, shapes
from pkqa.serve.api.described import openapi
from pkqa.serve.api.given import answer_of
from pkqa.serve.refusal import STATUS
from pkqa.serve.service import Service
from pkqa.settings import Settings


class Closed(Corpus):
    """No corpus: routes are only made, not asked."""

    def __init__(self) -> None:
        self.settings = Settings()


@pytest.fixture(scope="module")
def app() -> FastAPI:
    service = Service(Closed(), Settings())
    app = FastAPI(openapi_url=None)
    app.include_router(api.router(service))
    app.include_router(openai_api.router(service))
    return app


@pytest.fixture(scope="module")
def document(app: FastAPI) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(openapi(app.routes)))
    return told


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_route_is_described(document: dict[str, Any]) -> None:
    assert sorted(name for name, _ in operations(document)) == [
        "GET /api/v1/documents/{document_id}",
        "GET /api/v1/feedback",
        "GET /api/v1/openapi.json",
        "GET /api/v1/suggestions",
        "GET /healthz",
        "GET /metrics",
        "GET /readyz",
        "GET /v1/models",
        "GET /v1/models/{name}",
        "POST /api/v1/ask",
        "POST /api/v1/feedback",
        "POST /api/v1/search",
        "POST /v1/chat/completions",
    ]
    for name, operation in operations(document):
        assert operation["summary"], name
        assert operation["tags"], name


def test_nothing_in_it_names_another_address(document: dict[str, Any]) -> None:
    assert document["servers"] == [{"url": "/"}]
    assert document["openapi"].startswith("3.1")
    text = json.dumps(document)
    assert text.count("http") == text.count("https://news.example.org") + text.count('"http"')


def test_who_may_ask_is_named(document: dict[str, Any]) -> None:
    named = document["components"]["securitySchemes"]
    assert {name for one in document["security"] for name in one} == set(named)
    open_to_all = [name for name, told in operations(document) if told.get("security") == []]
    assert open_to_all == ["GET /healthz", "GET /readyz"]


def test_every_example_is_what_its_schema_says(document: dict[str, Any]) -> None:
    checked = 0
    for name, operation in operations(document):
        contents = [response.get("content", {}) for response in operation["responses"].values()]
        contents.append(operation.get("requestBody", {}).get("content", {}))
        for content in contents:
            for media_type, told in content.items():
                given = [told["example"]] if "example" in told else list(_listed(told))
                assert given, f"{name}: {media_type} without an example"
                for example in given:
                    jsonschema.Draft202012Validator(
                        told["schema"] | {"components": document["components"]}
                    ).validate(example)
                    checked += 1
    assert checked > 60


def _listed(told: dict[str, Any]) -> Iterator[Any]:
    for value in told.get("examples", {}).values():
        yield value["value"]
    yield from told["schema"].get("examples", ())


def test_every_operation_tells_its_errors(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        if name in {"GET /healthz", "GET /readyz", "GET /api/v1/openapi.json"}:
            continue
        told = set(operation["responses"])
        assert {"401", "403", "500"} <= told, name
        if "requestBody" in operation:
            assert {"413", "422"} <= told, name
        shape = "OpenAIFaultReply" if "/v1/" in name and "/api/" not in name else "FaultReply"
        for status in told - {"200", "201"}:
            content = operation["responses"][status]["content"]
            assert "schema" in content["application/json"], (name, status, content)
            schema = content["application/json"]["schema"]
            assert schema == {"$ref": f"#/components/schemas/{shape}"}, (name, status)
            assert int(status) in STATUS.values()


SHAPES = {
    shapes.AnswerShape: model.Answer,
    shapes.CitationShape: model.Citation,
    shapes.VersionShape: model.Version,
    shapes.DisagreementShape: model.Disagreement,
    shapes.ReportedShape: model.Reported,
    shapes.CheckedShape: model.Checked,
    shapes.HitShape: model.Hit,
}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_the_shapes_are_those_of_the_model(shape: Any) -> None:
    own = {field.name for field in fields(SHAPES[shape])}
    assert set(shape.model_fields) - {"schema_"} == own


def test_an_answer_that_comes_back_is_what_was_given() -> None:
    given = shapes.AnswerShape.model_validate(examples.ANSWER | {"of_a_newer_server": 1})
    answer = answer_of(given)
    assert isinstance(answer.citations[0], model.Citation)
    assert json.loads(json.dumps(answer.to_json())) == examples.ANSWER
