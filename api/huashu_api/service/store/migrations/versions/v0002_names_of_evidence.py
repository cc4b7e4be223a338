"""Records name evidence as assessments do: a stage has ``spans``, ``why_not`` has ``tactics``; both were ``moves``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huashu_api.service.store.migrations.results import rewrite_results

revision = "0002"
down_revision = "0001"

_NEW = {"stage": {"moves": "spans"}, "why_not": {"moves": "tactics"}}
_OLD = {"stage": {"spans": "moves"}, "why_not": {"tactics": "moves"}}


def upgrade() -> None:
    rewrite_results(lambda result: _renamed(result, _NEW))


def downgrade() -> None:
    rewrite_results(lambda result: _renamed(result, _OLD))


def _renamed(result: dict[str, Any], names: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    stage, why_not = names["stage"], names["why_not"]
    timeline = [{stage.get(field, field): value for field, value in step.items()} for step in result["timeline"]]
    why = result["why_not"]
    if why is not None:
        why = {why_not.get(field, field): value for field, value in why.items()}
        why["because"] = why_not.get(why["because"], why["because"])
    return result | {"timeline": timeline, "why_not": why}
