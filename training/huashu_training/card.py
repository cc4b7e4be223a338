"""The model card: what a model is made of, how good it is, and what it is not for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huashu.manifest import Manifest, OperatingPoint
from huashu_corpora.markdown import table
from huashu_training.figures import point_cells
from huashu_training.measure.measured import Measured
from huashu_training.measure.robustness import markdown

_METHOD = """\
jieba words and pairs of words, and 2-3-grams of characters folded by sound, TF-IDF, one linear SVM an output; Platt's
sigmoid on out-of-fold scores. Calibration and thresholds rest on texts of writers that the model had not seen where
four or more writers are named, otherwise on held-out groups of texts. Families and near-duplicates are never split. See
`docs/method.md` of Huashu."""

_USE = """\
## Intended use

Sorting Chinese complaints, call transcripts, messages and notices for people who decide: which to read first, what to
look for in them. The headline task is the fake customer-service "upgrade fee" fraud on users of card terminals.

## Misuse

- An alert is a reason to look. It is no finding of guilt, and no ground alone to block, freeze, fine, report or dismiss
  anybody. A pass is no clearance.
- Not for watching people's private messages, and not for ranking people: it judges texts.
- Not for other languages than Chinese, nor for texts without Chinese characters (they pass unjudged and say so).

## Limits

- It reads words, not truth: a made-up complaint and a true one look alike.
- Half of the documents are fraud; daily traffic is not. `risk` is the probability at the corpus's share. For another
  prevalence correct the odds (`docs/method.md`); the false-alarm rates of the operating points stay.
- Thresholds count nine ordinary texts on one look-alike (where the documents hold ordinary ones); a desk that gets more
  look-alikes gets more alarms. Documents that were written against a model's verdicts are learned, but count in no
  false-alarm rate: they were kept because it erred. New schemes, regions and turns of phrase are known only when
  documents of them are learned: watch with `huashu drift`.
- Texts longer than 900 characters are read in parts, and the riskiest part decides. A fraud of a few sentences in a
  very long call has to be clear to stand out from all its other parts.
- Figures below are out-of-fold on the corpus itself. Measure on your own labelled texts: `huashu evaluate FILE`."""


def model_card(manifest: Manifest, measured: Measured) -> str:
    """The card in Markdown."""
    corpus, documents = manifest.corpus, measured.metrics["documents"]
    lines = [
        "# Model card: Huashu",
        "",
        "Written by `huashu train`; says whether a Chinese text shows a fraud scheme at work, and which.",
        "",
        "## Data",
        "",
        f"{corpus.documents:,} labelled documents by {len(documents['by_hand'])} hands, {corpus.none:,} of them "
        f"without fraud; digest `{corpus.sha256[:16]}`. `huashu corpora stats` counts them further.",
        "",
        "## Method",
        "",
        _METHOD,
        "",
        _USE,
        "",
        "## Figures",
        "",
        "From `huashu train`, out-of-fold, at the default operating point. Shares are 0 to 1.",
        "",
        *table(("figure", "value"), [(_words(name), _cell(value)) for name, value in manifest.metrics.items()]),
        "",
        *_rates("scheme", documents["by_scheme"]),
        "",
        *_rates("register", documents["by_register"]),
        "",
        *_moves(measured.metrics["tactics"]["by_tactic"]),
        "",
        "## Operating points",
        "",
        f"Default: `{manifest.default_operating_point}`. Recall of all texts that ought to alert, with its 95 % "
        "interval (bootstrap over groups, thresholds chosen anew); false alerts per 1,000 texts that ought to pass.",
        "",
        *_points(manifest.operating_points),
        "",
        "What 10,000 harmless texts cost, and what of 100 that ought to alert is caught:",
        "",
        *cost_table(manifest.operating_points),
        "",
        "## Robustness",
        "",
        "Attacked copies, judged by models that had not seen their sources, at the default operating point. “Plain” is "
        "jieba words and pairs, TF-IDF and logistic regression in the same folds, at the same rule.",
        "",
        *markdown(measured.attacks, measured.baseline_attacks),
    ]
    return "\n".join(lines) + "\n"


def cost_table(points: Mapping[str, OperatingPoint]) -> list[str]:
    """Lines of a table: at each point the alerts, and the alerts or reviews, that 10,000 ordinary texts raise, 10,000
    look-alikes raise, and that 100 texts which ought to alert raise."""
    names = {"ordinary": "10,000 ordinary", "lookalike": "10,000 look-alikes"}
    found = {
        name: text for name, text in names.items() if all(f"false_alerts_{name}" in p.expected for p in points.values())
    }
    columns = ["point"]
    for text in (*found.values(), "100 that ought to alert"):
        columns += [f"{text}: alert", "alert or review"]
    rows = []
    for name, point in points.items():
        loads = [10 * point.expected[f"false_{what}_{side}"][0] for side in found for what in ("alerts", "reviews")]
        caught = [100 * point.expected[what][0] for what in ("recall", "recall_with_review")]
        rows.append((name, *(f"{value:.0f}" for value in (*loads, *caught))))
    return table(columns, rows)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _cell(value: float | None) -> str:
    return "" if value is None else str(value)


def _rates(title: str, parts: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Texts, recall and false alerts of each part that has texts."""
    names = ("texts", "alert_recall", "alert_or_review_recall", "false_alert_rate", "false_alert_or_review_rate")
    rows = [(part, *(_cell(rates[name]) for name in names)) for part, rates in parts.items() if rates["texts"]]
    return table((title, *map(_words, names)), rows)


def _moves(moves: Mapping[str, Mapping[str, Any]]) -> list[str]:
    rows = [(name, of["clauses"], of["precision"], of["recall"], of["f1"]) for name, of in moves.items()]
    return table(("move", "clauses", "precision", "recall", "F1"), rows)


def _points(points: Mapping[str, OperatingPoint]) -> list[str]:
    rows = [(*point_cells(name, point), f"{point.expected['false_alerts'][0]:.1f}") for name, point in points.items()]
    columns = ("name", "rule", "alert from", "review from", "recall, alert", "recall, alert or review", "false alerts")
    return table(columns, rows, text_columns=2)
