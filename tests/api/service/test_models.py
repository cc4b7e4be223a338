"""Models at hand and in force: verified before use, replaced when damaged, and never in the way of the present one."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from huashu import ArtifactError
from huashu.artifact import ARRAYS, SHIPPED
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
    assert [path.name for path in registry.folder.iterdir() if path.name != ".lock"] == [version]
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


def test_a_model_under_another_name_is_not_used(registry: Registry) -> None:
    version = registry.add(SHIPPED)
    (registry.folder / version).rename(registry.folder / ("0" * 12))
    with pytest.raises(ArtifactError, match=version):
        registry.activate("0" * 12)


def test_many_may_activate_and_roll_back_at_once(registry: Registry) -> None:
    version = registry.add(SHIPPED)
    registry.activate(version)
    code = (
        "import sys; from pathlib import Path; from huashu import InputError\n"
        "from huashu_api.service.models import Registry\n"
        "registry = Registry(Path(sys.argv[1])); registry._load = lambda version: None\n"
        "for i in range(150):\n"
        "    try:\n"
        "        registry.activate([None, sys.argv[2]][i % 2]) if i % 3 else registry.rollback()\n"
        "        assert registry.choice().active in (None, sys.argv[2])\n"
        "    except InputError as error:\n"
        "        assert 'at the same time' in str(error), error\n"
    )
    command = [sys.executable, "-c", code, str(registry.folder), version]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    failures = [process.communicate()[1] for process in running]
    assert failures == [""] * 4
    assert {path.name for path in registry.folder.iterdir()} == {version, "active.json", ".lock"}


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
