"""What goes in over HTTP. Requests are strict: what a field does not allow is refused, never guessed at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from huashu import Source
from huashu.labels import REGISTERS, SCHEMES
from huashu.reading.dialogue import MAX_CHARACTERS

EXAMPLE = (
    "上周接到电话，自称是刷卡机总部的售后，说我这台机器用满半年要到期，不换的话费率会涨，刷卡还不到账，免费给我寄一台新的。"
    "加了微信，新机寄来后叫我先刷一千激活，结果到账少了299，他说是升级服务费，一个月后返还。现在找他退钱，一直推脱，还把我拉黑了。"
)
EXAMPLE_DIALOGUE: list[Any] = [
    {"role": "客服", "words": "您好，您的刷卡机到期了，免费给您换一台新的", "begin": 0, "end": 4200},
    {"role": "客户", "words": "要钱吗", "begin": 4300, "end": 5000},
]

_PHRASE = r"^[A-Za-z\u4e00-\u9fff]*[0-9]{0,5}[A-Za-z\u4e00-\u9fff]*$"
"""Letters and Chinese characters, with a number too short to be anybody's."""
NOT_BLANK = r"[^\s\u0085]"
"""Something to judge; dialects of patterns differ in whether U+0085 is a blank."""
HEX_ID = "^[0-9a-f]{32}$"
VERSION = "^[0-9a-f]{12}$"
CHANNEL = r"^[a-z][a-z_\-]{0,63}$"
"""A word without digits: a channel is kept as it is."""
if TYPE_CHECKING:
    Scheme = str
    Register = str
else:
    Scheme, Register = Literal[SCHEMES.ids], Literal[REGISTERS.ids]
PageNumber = Annotated[int, Query(ge=1, lt=2**31, description="page of the list, from 1")]
Note = Annotated[str | None, Field(max_length=2000, description="kept with personal numbers masked")]


MAX_FIELDS = 64
"""Of an object: for each that it does not know, an error would be made."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _few_fields(cls, data: Any) -> Any:
        if isinstance(data, dict) and len(data) > MAX_FIELDS:
            raise ValueError(f"has more than {MAX_FIELDS} fields")
        return data


def _whole(value: Any) -> Any:
    """JSON has one kind of number: 1.0 is a whole one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Milliseconds = Annotated[int, Field(ge=0, lt=2**53), BeforeValidator(_whole)]
Count = Annotated[int, Field(ge=0, lt=2**31), BeforeValidator(_whole)]


class Turn(BaseModel):
    """One turn of a dialogue, as call-centre quality systems write it; other fields are ignored."""

    model_config = ConfigDict(extra="ignore", strict=True, json_schema_extra={"additionalProperties": True})

    role: str = Field("unknown", description="客服, 客户, 坐席, 用户, … or anything else for unknown", max_length=100)
    words: str = Field(description="what was said", max_length=MAX_CHARACTERS)
    begin: Milliseconds | None = Field(None, description="milliseconds")
    end: Milliseconds | None = Field(None, description="milliseconds")


Turns = Annotated[
    list[Turn],
    Field(
        min_length=1,
        max_length=20_000,
        # Some turn has to hold something to judge.
        json_schema_extra={
            "contains": {"type": "object", "properties": {"words": {"pattern": NOT_BLANK}}, "required": ["words"]}
        },
    ),
]
Text = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_CHARACTERS,
        pattern=NOT_BLANK,
        description="plain text, with or without speaker marks",
    ),
]


class Options(Strict):
    """How a text is to be judged and what the answer holds."""

    operating_point: str | None = Field(
        None, max_length=64, description="one of the model's operating points (`GET /v1/model`); default: the service's"
    )
    evidence: bool = Field(
        True,
        description="false: the verdict alone, at less than half the cost; part, moves, facts, reasons, missing, "
        "timeline, why_not are empty",
    )
    language: Literal["zh", "en"] | None = Field(None, description="adds names and advice for people in this language")
    masking: bool = Field(False, description="masks personal numbers in the answer's quotes and values")
    channel: str | None = Field(
        None, pattern=CHANNEL, description="where the text came from, such as hotline; kept as it is"
    )


class TextRequest(Options):
    """A text to judge."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": EXAMPLE}]})
    text: Text

    @property
    def source(self) -> Source:
        """What is to be judged."""
        return self.text


class DialogueRequest(Options):
    """A call to judge."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"dialogue": EXAMPLE_DIALOGUE, "language": "en"}]})
    dialogue: Turns

    @property
    def source(self) -> Source:
        """What is to be judged."""
        return [turn.model_dump() for turn in self.dialogue]


def _form(body: Any) -> str:
    return (
        "dialogue" if isinstance(body, DialogueRequest) or (isinstance(body, dict) and "dialogue" in body) else "text"
    )


AssessRequest = Annotated[
    Annotated[TextRequest, Tag("text")] | Annotated[DialogueRequest, Tag("dialogue")], Discriminator(_form)
]


class BatchRequest(Strict):
    """Texts and calls to judge. Each item is what `POST /v1/assess` takes; a bad one is reported in its place."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [{"text": EXAMPLE}, {"text": " "}]}]})
    items: list[Any] = Field(min_length=1, description="what `POST /v1/assess` takes, each; their number is limited")


class FileOptions(BaseModel):
    """What is told beside a file: how it is to be read and judged."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(
        max_length=255,
        pattern=r"^[^\x00-\x1f\x7f]*[^\s/\x00-\x1f\x7f]$",
        description="the file's name; its ending helps to know what it is",
    )
    text: str | None = Field(None, max_length=200, description="column of the text or dialogue (default: guessed)")
    split: bool = Field(False, description="tickets that hold several cases become one item a case")
    lines: bool = Field(False, description="a plain text file holds a text a line")
    operating_point: str | None = Field(None, max_length=64, description="as for `POST /v1/assess`")
    evidence: bool = Field(True, description="as for `POST /v1/assess`")
    language: Literal["zh", "en"] | None = Field(None, description="as for `POST /v1/assess`")
    masking: bool = Field(False, description="masks personal numbers in texts, quotes and values")
    channel: str | None = Field(None, pattern=CHANNEL, description="as for `POST /v1/assess`")


class SessionRequest(Strict):
    """A live call begins."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"channel": "hotline"}]})
    operating_point: str | None = Field(None, max_length=64, description="as for `POST /v1/assess`")
    channel: str | None = Field(None, pattern=CHANNEL, description="as for `POST /v1/assess`")


class TurnsRequest(Strict):
    """The next turns of a call."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"turns": EXAMPLE_DIALOGUE}]})
    turns: list[Turn] = Field(min_length=1, max_length=100)
    after: Count | None = Field(
        None,
        description="how many turns were sent before these; a request that was heard already is then refused",
    )


class PhraseRequest(Strict):
    """A phrase that raises (weight > 0) or lowers (weight < 0) a scheme, in log-odds: 2.2 makes odds 9 times as high.

    It counts once in a text, wherever it stands.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"phrase": "换机激活金", "scheme": "upgrade_fee", "weight": 3}]}
    )
    phrase: str = Field(min_length=2, max_length=100, pattern=_PHRASE, description="as it is said")
    scheme: Scheme
    weight: float = Field(ge=-10, le=10, allow_inf_nan=False)
    note: Note = None


class PhraseTest(Strict):
    """Tries the lexicon, and with ``trial`` one phrase more, on a text."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "请支付换机激活金"}]})
    text: Text
    trial: PhraseRequest | None = None


class FeedbackRequest(Strict):
    """What a reviewer says an assessed text is."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"assessment": "0" * 32, "scheme": "none", "note": "a genuine notice"}]}
    )
    assessment: str = Field(pattern=HEX_ID, description="id that `POST /v1/assess` gave")
    scheme: Scheme
    register_: Register | None = Field(None, alias="register")
    note: Note = None


class ReplayRequest(Strict):
    """What to judge a recorded input with; what is left out is taken from the record."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})
    model_version: str | None = Field(None, pattern=VERSION, description="a version of `GET /v1/models`")
    lexicon_version: Count | None = None
    operating_point: str | None = Field(None, max_length=64, description="one of that model's")


class ActivateRequest(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"version": "0" * 12}]})
    version: str | None = Field(pattern=VERSION, description="null: the one the service was started with")
