"""Prometheus metrics. Labels are routes, statuses, actions and versions: never anything that a caller sent."""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

CONTENT_TYPE = CONTENT_TYPE_LATEST
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable of the folder in which several workers put their figures together; prometheus_client reads
it."""
REGISTRY = CollectorRegistry()

REQUESTS = Counter("huashu_requests_total", "Requests answered", ("method", "route", "status"), registry=REGISTRY)
SECONDS = Histogram(
    "huashu_request_seconds",
    "Seconds from the request's first byte to the end of the answer",
    ("route",),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=REGISTRY,
)
ASSESSMENTS = Counter(
    "huashu_assessments_total", "Texts and calls judged", ("action", "scheme", "model"), registry=REGISTRY
)
PENDING = Gauge(
    "huashu_pending", "Requests in the queue or on a thread", registry=REGISTRY, multiprocess_mode="livesum"
)
SESSIONS = Gauge("huashu_sessions", "Live sessions", registry=REGISTRY, multiprocess_mode="livesum")


def close() -> None:
    """Take this process's gauges out of the sum of all workers."""
    if FOLDER in os.environ:
        multiprocess.mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]


def page() -> bytes:
    """The metrics of this process, or of all workers where ``PROMETHEUS_MULTIPROC_DIR`` is set."""
    if FOLDER not in os.environ:
        return generate_latest(REGISTRY)
    for file in Path(os.environ[FOLDER]).glob("gauge_live*_*.db"):
        owner = file.stem.rpartition("_")[2]
        if not Path("/proc", owner).exists():  # it was killed, and could not say good-bye
            multiprocess.mark_process_dead(int(owner))  # type: ignore[no-untyped-call]
    everyone = CollectorRegistry()
    multiprocess.MultiProcessCollector(everyone)  # type: ignore[no-untyped-call]
    return generate_latest(everyone)
