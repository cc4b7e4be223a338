"""Sections to learn from: telling phrases, worst errors, suspicious labels, learning curve, comparison, attacks."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from huashu.labels import HEADLINE, SCHEMES
from huashu_training.report import charts
from huashu_training.report.evidence import Evidence, Flags, Rival
from huashu_training.report.page import Figure, Section, Table, percent

WORST = 12
SUSPECTS = 40
EXCERPT = 140


def excerpt(text: str) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else f"{line[:EXCERPT]}…"


def phrases(e: Evidence) -> Section:
    """The most telling phrases of each scheme."""
    rows = [
        (f"{scheme} {SCHEMES[scheme].zh}", " · ".join(phrase for phrase, _ in found))
        for scheme, found in e.phrases.items()
        if found
    ]
    return Section(
        "phrases",
        "What the model listens to",
        "For each scheme the hundred words and pairs of words that one occurrence of raises its score most, strongest "
        "first; a pair is written with a blank, <number>, <letter> and the like are classes. What does not "
        "belong here is a habit of the documents, and a hint which documents to add.",
        (Table(("scheme", "phrases"), tuple(rows), text_columns=2),),
    )


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
    from cleanlab.filter import find_label_issues

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


def learning_curve(e: Evidence) -> Section:
    """Macro-F1 over corpus size."""
    sizes, values = zip(*e.curve, strict=True)
    return Section(
        "curve",
        "Would more documents help?",
        "Scheme macro-F1 on the same held-out texts by models that learned from a part of the others, drawn at random.",
        (
            Figure(
                charts.line(sizes, values, "documents learned from (doubling)", "scheme macro-F1"),
                "A line that still rises at its right end says: write more documents.",
                (
                    Table(
                        ("documents learned from", "scheme macro-F1"),
                        tuple((f"{size:,}", f"{value:.3f}") for size, value in e.curve),
                        text_columns=0,
                    ),
                ),
            ),
        ),
    )


def mcnemar(ours: Flags, theirs: Flags) -> tuple[int, int, float]:
    """``(only ours right, only theirs right, p)``: McNemar's exact test, a binomial test on the texts where the two
    differ (McNemar 1947). p is 1 when they never differ."""
    ahead, behind = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    return ahead, behind, float(binomtest(ahead, ahead + behind).pvalue) if ahead + behind else 1.0


def comparison(e: Evidence, rival: Rival) -> Section:
    """The two models on the same texts."""
    ought = e.ought
    questions: list[tuple[str, Flags, Flags]] = [
        ("alert or not", e.alerts == ought, (rival.risks >= rival.bounds[0]) == ought),
        ("alert or review, or not", e.flagged == ought, (rival.risks >= rival.bounds[1]) == ought),
    ]
    if rival.schemes is not None:
        known = np.isin(e.true_schemes, SCHEMES.ids)
        questions.append(
            ("scheme", (e.found_schemes == e.true_schemes)[known], (rival.schemes == e.true_schemes)[known])
        )
    rows = []
    for name, ours, theirs in questions:
        ahead, behind, p = mcnemar(ours, theirs)
        rows.append(
            (
                name,
                percent(float(ours.mean()), 2),
                percent(float(theirs.mean()), 2),
                str(ahead),
                str(behind),
                f"{p:.2g}",
            )
        )
    columns = (
        "question",
        "this model right",
        f"{rival.name} right",
        "only this one right",
        "only the other right",
        "p",
    )
    return Section(
        "comparison",
        f"Beside another model: {rival.name}",
        "McNemar's exact test looks only at texts where the two differ. p is the chance of a difference at least this "
        "lopsided if both were equally good; below 0.05 it is usually taken as real. Both models are at thresholds "
        "of the same rule.",
        (Table(columns, tuple(rows)),),
    )


def points(difference: float, digits: int) -> str:
    """A difference of shares in points, with its sign; nothing measured is an empty cell."""
    return f"{100 * difference:+.{digits}f}" if difference == difference else ""


def attacks(e: Evidence) -> Section:
    """Robustness table and chart."""
    clean, rest = e.attacks[0], e.attacks[1:]
    plain = {rates.attack: rates for rates in e.plain_attacks}
    rows = []
    for rates in e.attacks:
        cells = [
            percent(rates.alert),
            percent(rates.flagged),
            points(rates.flagged - clean.flagged, 1),
            percent(rates.false_alerts, 2),
            points(rates.false_alerts - clean.false_alerts, 2),
            percent(rates.false_reviews),
        ]
        if plain:
            other = plain[rates.attack]
            cells += [percent(other.flagged), percent(other.false_alerts, 2)]
        rows.append((rates.attack, *cells))
    columns: tuple[str, ...] = (
        "attack",
        "alert",
        "alert or review",
        "change, points",
        "false alarms",
        "change, points",
        "false alarm or review",
    )
    columns += ("plain: alert or review", "plain: false alarms") if plain else ()
    who = "headline" if (e.ought & (e.true_schemes == HEADLINE)).any() else "fraud"
    panels = []
    for title, name in ((f"{who}: alert or review, %", "flagged"), ("none: false alarms, %", "false_alerts")):
        series = {"Huashu": [getattr(rates, name) for rates in rest]}
        if plain:
            series["plain TF-IDF"] = [getattr(plain[rates.attack], name) for rates in rest]
        if getattr(clean, name) == getattr(clean, name):
            panels.append((title, series))
    beside = (
        " “Plain” is jieba words, TF-IDF and logistic regression in the same folds, at the same rule."
        if plain
        else " No plain model stands beside: nothing is fitted on labelled files."
    )
    whose = " Sources of the attacked copies were held out of the models that judge them." if e.held_out else ""
    return Section(
        "attacks",
        "Under attack",
        f"{who.capitalize()} texts that ought to alert, and texts without fraud, disguised in the ways that senders "
        f"use and recognisers slip. Recall should hardly fall and false alarms hardly rise.{whose}{beside} How each "
        "attack works is in corpora/huashu_corpora/noise.py.",
        (
            Figure(
                charts.dumbbells([rates.attack for rates in rest], panels),
                f"Alert or review: more is better (clean: {percent(clean.flagged) or 'not measured'}). False alarms: "
                f"less is better (clean: {percent(clean.false_alerts, 2) or 'not measured'}).",
            ),
            Table(columns, tuple(rows)),
        ),
    )
