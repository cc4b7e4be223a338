"""The model card: what a model is made of, how good it is, and what it is not for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from huashu_training.robustness import AttackRates, markdown

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
- The texts that ought to pass are look-alikes for a large part; ordinary traffic raises fewer alarms. New schemes,
  regions and turns of phrase are known only when documents of them are learned: watch with `huashu drift`.
- Texts longer than 900 characters are read in windows; the more harmless text around it, the likelier a review.
- Figures below are out-of-fold on the corpus itself. Measure on your own labelled texts: `huashu evaluate FILE`."""


def model_card(manifest: Mapping[str, Any], attacks: Sequence[AttackRates]) -> str:
    """The card in Markdown from the ``manifest`` of a training run and the rates of the attacks, clean first."""
    corpus, metrics = manifest["corpus"], manifest["metrics"]
    lines = [
        "# Model card: Huashu",
        "",
        "Written by `huashu train`; says whether a Chinese text shows a fraud scheme at work, and which.",
        "",
        "## Data",
        "",
        f"{corpus['documents']:,} labelled documents, {corpus['none']:,} of them without fraud; digest "
        f"`{corpus['sha256'][:16]}`. `huashu corpora stats` counts them by scheme, register and writer.",
        "",
        "## Method",
        "",
        _METHOD,
        "",
        _USE,
        "",
        "## Figures",
        "",
        "From `huashu train`, out-of-fold. Shares are 0 to 1.",
        "",
        "| figure | value |",
        "|---|---:|",
        *(f"| {name.replace('_', ' ')} | {'' if value is None else value} |" for name, value in metrics.items()),
        "",
        "## Operating points",
        "",
        f"Default: `{manifest['default_operating_point']}`. Recall is of all texts that ought to alert, with its 95 % "
        "interval (bootstrap over groups, thresholds chosen anew each time).",
        "",
        "| name | rule | alert from | review from | recall, alert | recall, alert or review |",
        "|---|---|---:|---:|---:|---:|",
        *(_point(name, point) for name, point in manifest["operating_points"].items()),
        "",
        "## Robustness",
        "",
        "Attacked copies, judged by models that had not seen their sources, at the default operating point.",
        "",
        *markdown(attacks),
    ]
    return "\n".join(lines) + "\n"


def _point(name: str, point: Mapping[str, Any]) -> str:
    recalls = [
        f"{100 * value:.1f} % ({100 * low:.1f} to {100 * high:.1f})"
        for value, low, high in (point["expected"]["recall"], point["expected"]["recall_with_review"])
    ]
    return f"| {name} | {point['means']} | {point['alert']:.3f} | {point['review']:.3f} | {' | '.join(recalls)} |"
