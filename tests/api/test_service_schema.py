"""The service against its own OpenAPI document: every phase and every check of Schemathesis, in this process."""

from __future__ import annotations

import schemathesis
from fastapi.testclient import TestClient
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

SEED = 20261122
EXAMPLES = 15


def test_the_service_keeps_to_its_openapi_document(service: TestClient) -> None:
    config = SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none"},
            "auth": {"openapi": {"HTTPBearer": {"bearer": service.headers["authorization"].removeprefix("Bearer ")}}},
        }
    )
    schema = schemathesis.openapi.from_asgi("/openapi.json", service.app, config=config)
    failures: list[str] = []
    checked = 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished | events.FuzzScenarioFinished):
            for case_id, checks in event.recorder.checks.items():
                checked += len(checks)
                for check in checks:
                    if check.failure_info is not None:
                        case = event.recorder.cases[case_id].value
                        answer = event.recorder.interactions[case_id].response
                        told = answer.text if answer else "no answer"
                        failures.append(
                            f"{case.method} {case.formatted_path} {case.body!r}: {check.failure_info.failure} {told}"
                        )
        elif isinstance(event, events.NonFatalError | events.FatalError):
            failures.append(str(getattr(event, "value", None) or getattr(event, "exception", "")))
    assert not failures, "\n\n".join(failures[:10])
    assert checked > 1000
