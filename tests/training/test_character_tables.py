"""The shipped character tables are what OpenCC and pypinyin give."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from huashu_training.character_tables import TABLE_PATH, tables_as_json

pytestmark = pytest.mark.slow


def test_shipped_tables_are_what_the_libraries_give() -> None:
    if (version("opencc"), version("pypinyin")) != ("1.4.2", "0.55.0"):
        pytest.skip("the shipped tables were made with OpenCC 1.4.2 and pypinyin 0.55.0")
    assert TABLE_PATH.read_text(encoding="utf-8") == tables_as_json()
