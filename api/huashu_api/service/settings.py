"""Settings of the service, read from the environment (``HUASHU_…``) and checked before anything starts."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from huashu import InputError
from huashu.masking import KINDS
from huashu.reading.dialogue import MAX_CHARACTERS

_DRIVERS = ("sqlite", "postgresql", "postgresql+psycopg")
_IN_MEMORY = (None, "", ":memory:")
PREFIX = "HUASHU_"
DEFAULT_DATA = Path.home() / ".local" / "state" / "huashu"


class Settings(BaseSettings):
    """Each field is the environment variable ``HUASHU_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on")
    workers: int = Field(1, ge=1, le=64, description="processes that share the port; each loads the model")
    threads: int = Field(1, ge=1, le=64, description="threads of a worker that judge texts")

    model: Path | None = Field(None, description="folder of the model artifact until another is activated")
    operating_point: str | None = Field(None, description="the model's thresholds to use")
    data: Path = Field(DEFAULT_DATA, description="folder of models and of the SQLite database")
    database_url: str | None = Field(None, description="SQLAlchemy URL (default: SQLite in the data folder)")

    store: bool = Field(False, description="keep a record of every assessment")
    retention_days: int = Field(180, ge=1, le=36_500, description="days after which records are deleted")
    masked: str = Field(
        ",".join(KINDS), description="kinds of personal data that records hide besides numbers, parted by commas"
    )
    keys: Literal["auto", "on", "off"] = Field(
        "auto", description="whether API keys are asked for; auto: when bound to anything but loopback"
    )

    rate: float = Field(200, gt=0, description="requests a second for each key, over all workers")
    concurrency: int = Field(64, ge=1, description="requests of one key in work at a time, over all workers")
    queue: int = Field(64, ge=0, description="requests of a worker that may wait for a thread")
    deadline: float = Field(10, gt=0, le=600, description="seconds after which a request is given up")
    shutdown: int = Field(30, ge=1, le=600, description="seconds that accepted requests have to finish at the end")

    max_body: int = Field(8 * MAX_CHARACTERS, ge=1024, description="bytes of a request body")
    max_file: int = Field(16 << 20, ge=1024, description="bytes of a file that is sent")
    max_items: int = Field(1000, ge=1, le=10_000, description="texts and calls of a file that is sent")
    max_pending: int = Field(
        64_000_000, ge=1024, description="bytes of request bodies that a worker holds at a time, being read or judged"
    )
    max_characters: int = Field(MAX_CHARACTERS, ge=1, le=MAX_CHARACTERS, description="characters of a text or batch")
    max_message: int = Field(256 * 1024, ge=1024, description="bytes of a WebSocket message, which is one turn")
    connections: int = Field(1000, ge=1, description="open connections of a worker")
    connections_each: int = Field(
        200, ge=1, description="of these from one address; raise it for a proxy on another machine"
    )
    max_batch: int = Field(100, ge=1, le=10_000, description="items of a batch")
    max_sessions: int = Field(1000, ge=1, description="live sessions of a worker")
    max_live_characters: int = Field(
        20_000_000, ge=1024, description="characters of all live calls of a worker; they take about 25 bytes each"
    )
    max_turns: int = Field(2000, ge=1, description="turns of a session")
    session_idle: float = Field(900, gt=0, description="seconds after which a session without turns expires")
    lexicon_size: int = Field(1000, ge=1, le=10_000, description="phrases in the lexicon")
    refresh: float = Field(1, gt=0, le=60, description="seconds between looks for a new lexicon, model or key state")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str | None) -> str | None:
        try:
            parsed = None if url is None else make_url(url)
        except (ArgumentError, ValueError):
            raise ValueError(
                "is not a URL; percent-encode what is not a letter or digit in user and password"
            ) from None
        if parsed and (parsed.drivername not in _DRIVERS or parsed.database in _IN_MEMORY):
            raise ValueError("give sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE")
        return url

    @field_validator("masked")
    @classmethod
    def _known_kinds(cls, kinds: str) -> str:
        unknown = [kind for kind in map(str.strip, kinds.split(",")) if kind and kind not in KINDS]
        if unknown:
            raise ValueError(f"knows {', '.join(KINDS)}")
        return kinds

    @model_validator(mode="after")
    def _room_for_workers(self) -> Settings:
        if self.concurrency < self.workers:
            raise ValueError("concurrency is shared by the workers: it must not be less than workers")
        if self.max_pending < 2 * max(self.max_body, self.max_file):
            raise ValueError(
                "max_pending must be twice max_body and max_file or more, so that a key's half of it holds a body"
            )
        return self

    @property
    def masked_kinds(self) -> tuple[str, ...]:
        """What records hide besides numbers."""
        return tuple(kind for kind in KINDS if kind in map(str.strip, self.masked.split(",")))

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in use."""
        url = self.database_url or f"sqlite:///{self.data / 'huashu.db'}"
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def keys_required(self) -> bool:
        """Whether callers have to show an API key."""
        return self.keys == "on" or (self.keys == "auto" and not is_loopback(self.host))


def is_loopback(host: str) -> bool:
    """Whether a name or address means this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_settings() -> Settings:
    """The settings of the environment; InputError naming each variable that is wrong and why, without its value."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = (
            f"{PREFIX}{'.'.join(map(str, item['loc'])).upper() or 'SETTINGS'}: {item['msg']}" for item in error.errors()
        )
        raise InputError("; ".join(wrong)) from None
