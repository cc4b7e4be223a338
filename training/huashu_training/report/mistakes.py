"""Sections on what to look at again: worst errors, suspicious labels."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

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
    ought = e.ought
    false = [i for i in np.argsort(-e.risks, kind="stable") if not ought[i]][:WORST]
    missed = [i for i in np.argsort(e.risks, kind="stable") if ought[i]][:WORST]
    tables = []
    for caption, chosen in (
        ("Highest risk among texts that ought to pass", false),
        ("Lowest risk among texts that ought to alert", missed),
    ):
        rows = []
        for i in map(int, chosen):
            document = e.documents[i]
            why = "; ".join(f"{quote} {weight:+.2f}" for quote, weight in e.explain(i))
            truth = f"{document.scheme} / {document.register or '?'}"
            rows.append((document.id, truth, f"{e.risks[i]:.3f}", excerpt(document.text), why))
        if rows:
            columns = ("text", "true label", "risk", "begins", "reasons (parts of the score)")
            tables.append(Table(columns, tuple(rows), caption, 5))
    return Section(
        "errors",
        "Worst errors",
        "Where the model is surest and wrong. Each reason is a phrase and what it adds to the score. Some are errors "
        "of the label, not of the model.",
        tuple(tables),
    )


def label_problems(e: Evidence) -> Section:
    """Labels that out-of-fold probabilities speak against, by confident learning (Northcutt et al. 2021)."""
    from cleanlab.filter import find_label_issues  # noqa: PLC0415  (comes with an extra)

    known = np.flatnonzero(np.isin(e.true_schemes, SCHEMES.ids))
    present = [k for k, scheme in enumerate(SCHEMES.ids) if (e.true_schemes == scheme).any()]
    names = [SCHEMES.ids[k] for k in present]
    given = np.array([names.index(scheme) for scheme in e.true_schemes[known]])
    probabilities = e.schemes[known][:, present]
    probabilities = probabilities / probabilities.sum(axis=1, keepdims=True)
    suspects: NDArray[np.intp] = np.array([], np.intp)
    if len(names) > 1:
        with warnings.catch_warnings():  # that a label with a single text cannot be judged is no news to a reader
            warnings.simplefilter("ignore", UserWarning)
            suspects = find_label_issues(given, probabilities, return_indices_ranked_by="self_confidence", n_jobs=1)
    rows = []
    for k in suspects[:SUSPECTS].tolist():
        document = e.documents[known[k]]
        best = int(probabilities[k].argmax())
        rows.append(
            (
                document.id,
                names[given[k]],
                names[best],
                f"{probabilities[k, given[k]]:.3f}",
                f"{probabilities[k, best]:.3f}",
                excerpt(document.text),
            )
        )
    return Section(
        "labels",
        "Labels to look at again",
        f"Confident learning (cleanlab) names {len(suspects)} of {len(known)} labels that the probabilities of models "
        f"that had not seen the text speak against; here the {min(SUSPECTS, len(suspects))} least trusted. Read them "
        "before relabelling: a hard text is not a wrong label.",
        (Table(("text", "label", "rather", "P(label)", "P(rather)", "begins"), tuple(rows), text_columns=6),)
        if len(names) > 1
        else (),
    )
