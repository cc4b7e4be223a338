"""The live calls of a worker."""

from __future__ import annotations

import pytest

from huashu import Classifier
from huashu_api.service.judge import Judge
from huashu_api.service.lexicon import Lexicon
from huashu_api.service.problems import ServiceError
from huashu_api.service.sessions import Sessions


def test_idle_sessions_expire(classifier: Classifier) -> None:
    clock = iter([0.0, 5.0, 5.0, 14.0, 14.0, 25.0, 25.0])
    sessions = Sessions(limit=2, idle=10, clock=lambda: next(clock))
    call = sessions.open(Judge(classifier, Lexicon()), None, "key")
    assert sessions.get(call.id, "key") is call
    with pytest.raises(ServiceError):
        sessions.get(call.id, "another")
    with pytest.raises(ServiceError, match="no session"):
        sessions.get(call.id, "key")
