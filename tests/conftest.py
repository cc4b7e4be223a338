"""Shared fixtures: the shipped classifier, and a tiny model trained in the session."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from huashu import Classifier
from huashu_api.service.app import create_app
from huashu_api.service.settings import Settings
from huashu_api.service.store.keys import Role, create
from huashu_corpora import Document, read_documents
from huashu_training.train import Training, train
from texts import CASES


def load_hostile() -> dict[str, list[list[Any]]]:
    """The tables of ``tests/cases/hostile_bodies.json``, from which bodies are put together."""
    tables: dict[str, list[list[Any]]] = json.loads((CASES / "hostile_bodies.json").read_text(encoding="utf-8"))
    return tables


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
    """A model trained on :func:`few_documents`."""
    return train(few_documents, tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def retrained(documents: list[Document], tmp_path_factory: pytest.TempPathFactory) -> Training:
    """The shipped corpora trained again, as ``huashu train`` does."""
    return train(documents, tmp_path_factory.mktemp("retrained"))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of :func:`service`."""
    return tmp_path_factory.mktemp("service")


@pytest.fixture(scope="module")
def service(data: Path) -> Iterator[TestClient]:
    """A service with storage and keys on, called with an admin's key; ``service.app.state.service`` is its inside."""
    app = create_app(Settings(data=data, keys="on", store=True, rate=1e6, max_batch=20, max_sessions=5000))
    here = app.state.service
    key = create(here.store, "tests", Role.admin)
    here.keys.refresh()
    with TestClient(app, raise_server_exceptions=False, headers={"authorization": f"Bearer {key}"}) as client:
        yield client
