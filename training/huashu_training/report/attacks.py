"""The section on robustness."""

from __future__ import annotations

from huashu.labels import HEADLINE
from huashu_training.figures import percent, points
from huashu_training.report import charts
from huashu_training.report.evidence import Evidence
from huashu_training.report.page import Figure, Section, Table


def attacks(e: Evidence) -> Section:
    """What disguises cost, as a chart and a table."""
    who = "headline" if (e.ought & (e.true_schemes == HEADLINE)).any() else "fraud"
    beside = (
        " “Plain” is jieba words, TF-IDF and logistic regression in the same folds, at the same rule."
        if e.baseline_attacks
        else " No plain model stands beside: nothing is fitted on labelled files."
    )
    whose = " Sources of the attacked copies were held out of the models that judge them." if e.held_out else ""
    return Section(
        "attacks",
        "Under attack",
        f"{who.capitalize()} texts that ought to alert, and texts without fraud, disguised in the ways that senders "
        f"use and recognisers slip. Recall should hardly fall and false alarms hardly rise.{whose}{beside} How each "
        "attack works is in corpora/huashu_corpora/attacks.py.",
        (_chart(e, who), _table(e)),
    )


def _chart(e: Evidence, who: str) -> Figure:
    """Each attack but the clean texts, in a panel for each side that there are texts of."""
    clean = e.attacks[0]
    models = {"Huashu": e.attacks[1:]} | ({"plain TF-IDF": e.baseline_attacks[1:]} if e.baseline_attacks else {})
    panels = [
        (title, {model: [getattr(rates, share) for rates in under] for model, under in models.items()})
        for title, share in ((f"{who}: alert or review, %", "flagged"), ("none: false alarms, %", "false_alerts"))
        if getattr(clean, share) == getattr(clean, share)
    ]
    return Figure(
        charts.dumbbells([rates.attack for rates in e.attacks[1:]], panels),
        f"Alert or review: more is better (clean: {percent(clean.flagged) or 'not measured'}). False alarms: "
        f"less is better (clean: {percent(clean.false_alerts, 2) or 'not measured'}).",
    )


def _table(e: Evidence) -> Table:
    columns = ["attack", "alert", "alert or review", "change, points", "false alarms", "change, points"]
    columns += ["false alarm or review"]
    clean = e.attacks[0]
    rows = [
        [
            rates.attack,
            percent(rates.alert),
            percent(rates.flagged),
            points(rates.flagged - clean.flagged),
            percent(rates.false_alerts, 2),
            points(rates.false_alerts - clean.false_alerts, 2),
            percent(rates.false_reviews),
        ]
        for rates in e.attacks
    ]
    if e.baseline_attacks:
        columns += ["plain: alert or review", "plain: false alarms"]
        for row, beside in zip(rows, e.baseline_attacks, strict=True):
            row += [percent(beside.flagged), percent(beside.false_alerts, 2)]
    return Table(tuple(columns), tuple(map(tuple, rows)))
