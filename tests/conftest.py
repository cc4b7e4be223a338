"""Shared fixtures: the shipped classifier, and a tiny model trained in the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from huashu import Classifier
from huashu_corpora import Document, read_documents

if TYPE_CHECKING:
    from huashu_training.train import Training


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    """The shipped model."""
    return Classifier.load()


@pytest.fixture(scope="session")
def documents() -> list[Document]:
    """The shipped corpora."""
    return read_documents()


@pytest.fixture(scope="session")
def few_documents(documents: list[Document]) -> list[Document]:
    """A small fixed part of the corpora with every scheme, register and at least five hands."""
    chosen = [document for document in documents if document.hand in FEW_HANDS]
    return chosen[::5]


FEW_HANDS = ("asr_engine", "dispatch_clerk", "sales_trainer", "shop_owner", "spam_desk")


@pytest.fixture(scope="session")
def tiny(few_documents: list[Document], tmp_path_factory: pytest.TempPathFactory) -> Training:
    """A model trained on :func:`few_documents`, for tests that need one of their own; only they pay for it."""
    from huashu_training.train import train

    return train(few_documents, tmp_path_factory.mktemp("tiny"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What trains a model of its own is slow."""
    for item in items:
        if "tiny" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
