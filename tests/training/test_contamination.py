"""Contamination: rows that a model has learned from are found, and refused or left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from huashu import Classifier, InputError
from huashu_corpora import Document
from huashu_training.contamination import learned_by, read_unlearned
from huashu_training.train import Training
from texts import write_rows

pytestmark = pytest.mark.slow


def test_what_another_model_learned_from_is_found_when_named(
    tiny: Training, few_documents: list[Document], tmp_path: Path
) -> None:
    model = Classifier.load(tiny.folder)
    long = max(few_documents, key=lambda document: len(document.text))
    texts = (long.text + "！", "晚上吃鱼")
    path = write_rows(tmp_path / "r.jsonl", *({"text": text, "label": "none"} for text in texts))
    assert learned_by([model]).unknown == [model.version]
    learned = learned_by([model], few_documents)
    assert not learned.unknown
    with pytest.raises(InputError, match=f"r.jsonl:1: a near-duplicate .* of document {long.id}"):
        read_unlearned(path, learned, leave_out=False)
    rows, left_out = read_unlearned(path, learned, leave_out=True)
    assert ([row.text for row in rows], left_out) == (["晚上吃鱼"], 1)
    with pytest.raises(InputError, match="are not those that the model learned from"):
        learned_by([model], few_documents[1:])
