"""Sections on what to look at again: worst errors, suspicious labels."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from huashu.labels import SCHEMES
from huashu_training.report.evidence import Evidence
from huashu_training.report.page import Section, Table

WORST = 12
SUSPECTS = 40
EXCERPT = 140


def excerpt(text: str) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else f"{line[:EXCERPT]}…"


def errors(e: Evidence) -> Section:
    """The surest mistakes with their reasons."""
    rising = np.argsort(e.risks, kind="stable")
    falling = np.argsort(-e.risks, kind="stable")
    tables = (
        _mistakes(e, "Highest risk among texts that ought to pass", falling[~e.ought[falling]][:WORST].tolist()),
        _mistakes(e, "Lowest risk among texts that ought to alert", rising[e.ought[rising]][:WORST].tolist()),
    )
    return Section(
        "errors",
        "Worst errors",
        "Where the model is surest and wrong. Each reason is a phrase and what it adds to the score. Some are errors "
        "of the label, not of the model.",
        tuple(table for table in tables if table.rows),
    )


def _mistakes(e: Evidence, caption: str, chosen: Iterable[int]) -> Table:
    rows = []
    for i in chosen:
        document = e.documents[i]
        why = "; ".join(f"{quote} {weight:+.2f}" for quote, weight in e.explain(i))
        truth = f"{document.scheme} / {document.register or '?'}"
        rows.append((document.id, truth, f"{e.risks[i]:.3f}", excerpt(document.text), why))
    columns = ("text", "true label", "risk", "begins", "reasons (parts of the score)")
    return Table(columns, tuple(rows), caption, 5)


@dataclass(frozen=True, slots=True)
class Suspect:
    """A text whose label is not trusted: its row, the label, the likeliest one, and the probabilities of both."""

    row: int
    label: str
    rather: str
    probability: float
    probability_rather: float


def suspects(e: Evidence) -> tuple[int, list[Suspect]]:
    """How many texts are of a known scheme, and those whose label the out-of-fold probabilities speak against, by
    confident learning (Northcutt et al. 2021), least trusted first. None where all have one label."""
    from cleanlab.filter import find_label_issues  # noqa: PLC0415  (comes with an extra)

    known = np.flatnonzero(np.isin(e.true_schemes, SCHEMES.ids))
    present = [k for k, scheme in enumerate(SCHEMES.ids) if (e.true_schemes == scheme).any()]
    if len(present) < 2:
        return len(known), []
    names = [SCHEMES.ids[k] for k in present]
    given = np.array([names.index(scheme) for scheme in e.true_schemes[known]])
    probabilities = e.schemes[known][:, present]
    probabilities = probabilities / probabilities.sum(axis=1, keepdims=True)
    with warnings.catch_warnings():  # that a label with a single text cannot be judged is no news to a reader
        warnings.simplefilter("ignore", UserWarning)
        found = find_label_issues(given, probabilities, return_indices_ranked_by="self_confidence", n_jobs=1)
    best = probabilities.argmax(axis=1)
    return len(known), [
        Suspect(known[k], names[given[k]], names[best[k]], probabilities[k, given[k]], probabilities[k, best[k]])
        for k in found.tolist()
    ]


def label_problems(e: Evidence) -> Section:
    """Labels that out-of-fold probabilities speak against."""
    known, found = suspects(e)
    shown = found[:SUSPECTS]
    rows = tuple(
        (
            e.documents[one.row].id,
            one.label,
            one.rather,
            f"{one.probability:.3f}",
            f"{one.probability_rather:.3f}",
            excerpt(e.documents[one.row].text),
        )
        for one in shown
    )
    columns = ("text", "label", "rather", "P(label)", "P(rather)", "begins")
    comparable = len(set(e.true_schemes.tolist()) & set(SCHEMES.ids)) > 1
    return Section(
        "labels",
        "Labels to look at again",
        f"Confident learning (cleanlab) names {len(found)} of {known} labels that the probabilities of models that had "
        f"not seen the text speak against; here the {len(shown)} least trusted. Read them before relabelling: a hard "
        "text is not a wrong label.",
        (Table(columns, rows, text_columns=6),) if comparable else (),
    )
