"""What several tests of training share."""

from __future__ import annotations

import pytest

from huashu_corpora import Document


@pytest.fixture(scope="session")
def planted(documents: list[Document]) -> list[Document]:
    """Documents, the last of which is a near-duplicate of the first by another hand and in no stated group with it."""
    original = documents[0]
    copy = Document("copy", original.text + "。", original.scheme, original.register, group="copy", hand="other")
    return [*documents[:40], copy]
