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


def test_one_key_has_its_share_of_the_sessions(classifier: Classifier) -> None:
    sessions, judge = Sessions(limit=4, idle=10, share=0.5), Judge(classifier, Lexicon())
    calls = [sessions.open(judge, None, "greedy") for _ in range(2)]
    with pytest.raises(ServiceError, match="as one key may") as refused:
        sessions.open(judge, None, "greedy")
    assert refused.value.status == 429
    sessions.open(judge, None, "other")
    sessions.forget(calls[0])
    sessions.open(judge, None, "greedy")


def test_the_text_of_live_calls_is_bounded_in_all_and_for_each_key(classifier: Classifier) -> None:
    sessions, judge = Sessions(limit=9, idle=10, share=0.5, characters=100), Judge(classifier, Lexicon())
    greedy, other, third = (sessions.open(judge, None, key) for key in ("greedy", "other", "third"))
    greedy.hear([{"role": "客服", "words": "好" * 40}])
    sessions.check_room(greedy, 10)
    with pytest.raises(ServiceError, match="of this key") as own:
        sessions.check_room(greedy, 11)
    other.hear([{"role": "客服", "words": "好" * 40}])
    with pytest.raises(ServiceError, match="as much text as they may") as all_of_them:
        sessions.check_room(third, 21)
    assert (own.value.status, all_of_them.value.status) == (429, 503)
