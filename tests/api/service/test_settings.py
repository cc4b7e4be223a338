"""Settings: checked at the start, and wrong ones told without their values."""

from __future__ import annotations

from typing import Any

import pytest

from huashu import InputError
from huashu_api.service.settings import Settings, read_settings


@pytest.mark.parametrize(
    ("host", "keys", "required"),
    [("127.0.0.1", "auto", False), ("localhost", "auto", False), ("::1", "auto", False), ("0.0.0.0", "auto", True),
     ("hotline.example", "auto", True), ("127.0.0.1", "on", True), ("10.0.0.1", "off", False)],
)  # fmt: skip
def test_keys_are_asked_for_beyond_loopback(host: str, keys: Any, required: bool) -> None:
    assert Settings(host=host, keys=keys).keys_required is required


def test_wrong_settings_are_told_without_their_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUASHU_DATABASE_URL", "mysql://root:hunter2@db/x")
    monkeypatch.setenv("HUASHU_DEADLINE", "soon")
    with pytest.raises(InputError) as refused:
        read_settings()
    assert "HUASHU_DATABASE_URL" in str(refused.value)
    assert "HUASHU_DEADLINE" in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["postgresql://huashu:hunter2@db:port/x", "hunter2", "sqlite:///:memory:", "postgresql://huashu:hunter2@db"]
)
def test_wrong_database_urls_are_told_without_their_password(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("HUASHU_DATABASE_URL", url)
    with pytest.raises(InputError, match="HUASHU_DATABASE_URL") as refused:
        read_settings()
    assert "hunter2" not in str(refused.value)
