"""Models at hand and in force: verified before use, replaced when damaged, and never in the way of the present one."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from huashu import ArtifactError, InputError
from huashu.artifact import ARRAYS, MANIFEST, SHIPPED
from huashu_api.service.models import Registry
from huashu_api.service.worker import Worker

pytestmark = pytest.mark.slow


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


def test_the_model_to_start_with_is_kept_for_replays(registry: Registry) -> None:
    registry.keep_base()
    registry.keep_base()
    (version,) = registry.versions()
    assert [path.name for path in registry.folder.iterdir()] == [version]
    other = Registry(registry.folder, base=SHIPPED)
    kept = other.find(version)
    assert kept
    assert kept.version == version
    assert other.find("0" * 12) is None


def test_a_damaged_model_is_not_used_and_can_be_added_again(registry: Registry) -> None:
    version = registry.add(SHIPPED)
    (registry.folder / version / ARRAYS).write_bytes(b"damaged")
    with pytest.raises(ArtifactError, match="digest"):
        registry.activate(version)
    assert registry.choice().active is None
    assert registry.add(SHIPPED) == version
    assert registry.activate(version).active == version


def test_the_same_arrays_with_another_manifest_are_refused(registry: Registry, tmp_path: Path) -> None:
    registry.add(SHIPPED)
    other = tmp_path / "other"
    shutil.copytree(SHIPPED, other)
    manifest = json.loads((other / MANIFEST).read_text(encoding="utf-8"))
    (other / MANIFEST).write_text(json.dumps(manifest | {"default_operating_point": "wide"}), encoding="utf-8")
    with pytest.raises(InputError, match="another manifest"):
        registry.add(other)


def test_a_model_that_cannot_be_loaded_leaves_the_present_one_at_work(
    service: TestClient, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    worker.registry.folder.mkdir(parents=True, exist_ok=True)
    choice = worker.registry.folder / "active.json"
    for damage in ('{"active": "000000000000"}', "{"):
        choice.write_text(damage, encoding="utf-8")
        asyncio.run(worker.follow_once())
        assert service.get("/readyz").status_code == 200
        assert service.post("/v1/assess", json={"text": "您好"}).status_code == 200
    choice.unlink()
    asyncio.run(worker.follow_once())
    complaints = [record for record in caplog.records if "cannot be used" in record.getMessage()]
    assert len(complaints) == 1
