"""Charts as inline SVG. Text stays text, so that the browser's fonts draw Chinese and files stay small."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter
from numpy.typing import NDArray

Curve = tuple[NDArray[np.float64], NDArray[np.float64]]

BLUE, ORANGE, GREEN, GREY = "#1f4e79", "#c55a11", "#2e7d5b", "#8a8f98"
"""Told apart in colour, in grey print and by most colour-blind readers."""
_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "huashu",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#555b66",
    "axes.grid": True,
    "grid.color": "#e3e6ea",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
}
MOST_POINTS = 200
ACROSS = 5
"""Small multiples in a row."""


@contextmanager
def _drawing(width: float, height: float) -> Iterator[tuple[Figure, list[str]]]:
    """A figure of ``width`` x ``height`` inches; the list holds its SVG element afterwards."""
    with matplotlib.rc_context(_STYLE):  # type: ignore[arg-type]
        figure = Figure(figsize=(width, height))
        result: list[str] = []
        yield figure, result
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="[\w.]+"', "<g", svg)  # matplotlib numbers its groups alike in every figure of a page
    result.append(svg.replace("DejaVu Sans", "Noto Sans', 'Noto Sans CJK SC', 'Microsoft YaHei', 'DejaVu Sans"))


def thin(curve: Curve) -> Curve:
    """At most ``MOST_POINTS`` of a curve's points, its ends among them."""
    x, y = curve
    if len(x) <= MOST_POINTS:
        return curve
    keep = np.unique(np.linspace(0, len(x) - 1, MOST_POINTS).astype(int))
    return x[keep], y[keep]


def two_curves(
    roc: Mapping[str, Curve], pr: Mapping[str, Curve], marks: Mapping[str, tuple[float, float, float]]
) -> str:
    """ROC curves (false positive rate, recall) beside precision-recall curves (recall, precision).

    ``marks`` are thresholds by name: (false positive rate, recall, precision).
    """
    with _drawing(8.2, 3.6) as (figure, result):
        left, right = figure.subplots(1, 2)
        colours = (BLUE, ORANGE, GREEN, GREY)
        for (name, curve), colour in zip(roc.items(), colours, strict=False):
            left.plot(*thin(curve), color=colour, label=name, linewidth=1.6)
        for (name, curve), colour in zip(pr.items(), colours, strict=False):
            right.plot(*thin(curve), color=colour, label=name, linewidth=1.6)
        for (name, (false, recall, precision)), shape in zip(marks.items(), "os^", strict=False):
            left.plot(false, recall, shape, color="black", markersize=5, label=name)
            right.plot(recall, precision, shape, color="black", markersize=5)
        left.set(
            xlabel="false positive rate (log scale)", ylabel="recall", xscale="log", xlim=(5e-4, 1), ylim=(0, 1.02)
        )
        right.set(xlabel="recall", ylabel="precision", xlim=(0, 1.01), ylim=(0, 1.02))
        left.legend(loc="lower right", fontsize=8)
        right.legend(loc="lower left", fontsize=8)
    return result[0]


def small_multiples(curves: Mapping[str, tuple[Curve, str]], xlabel: str, ylabel: str) -> str:
    """A curve a name, five in a row, each with its remark; both axes from 0 to 1."""
    rows = -(-len(curves) // ACROSS)
    with _drawing(8.2, 1.15 * rows + 0.3) as (figure, result):
        axes = np.atleast_1d(figure.subplots(rows, ACROSS, sharex=True, sharey=True)).ravel()
        for ax, (name, (curve, remark)) in zip(axes, curves.items(), strict=False):
            ax.plot(*thin(curve), color=BLUE, linewidth=1.4)
            ax.set_title(name, fontsize=8, pad=3)
            ax.text(0.06, 0.08, remark, transform=ax.transAxes, fontsize=8, color="#555b66")
            ax.set(xlim=(0, 1.02), ylim=(0, 1.05), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
        for ax in axes[len(curves) :]:
            ax.set_axis_off()
        figure.supxlabel(xlabel, fontsize=9)
        figure.supylabel(ylabel, fontsize=9)
    return result[0]


def reliability_diagram(bins: Sequence[tuple[float, float, int]], bounds: Sequence[tuple[float, float]]) -> str:
    """Share true over mean risk, with its 95 % interval ``bounds``, and below it how many texts a bin holds."""
    risk = np.array([b[0] for b in bins])
    share = np.array([b[1] for b in bins])
    with _drawing(5.2, 4.6) as (figure, result):
        top, below = figure.subplots(2, 1, sharex=True, height_ratios=[3.4, 1])
        top.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="--", label="perfect")
        errors = np.abs(np.array(bounds).T - share)
        top.errorbar(risk, share, yerr=errors, fmt="o-", color=BLUE, capsize=3, linewidth=1.4, label="measured")
        top.set(ylabel="share that ought to alert", xlim=(0, 1), ylim=(0, 1))
        top.legend(loc="upper left")
        below.bar(risk, [b[2] for b in bins], width=0.05, color=BLUE)
        below.set(xlabel="risk that the model states", ylabel="texts", yscale="log")
        below.yaxis.set_minor_formatter(NullFormatter())
    return result[0]


def score_edges(scores: NDArray[np.float64]) -> list[float]:
    """Edges of bins that hold ``scores`` (log-odds), half a unit wide, between -12 and 12."""
    low, high = np.floor(2 * scores.clip(-12, 11.5).min()) / 2, np.floor(2 * scores.clip(-12, 11.5).max()) / 2 + 0.5
    return np.arange(low, high + 0.25, 0.5).tolist()  # type: ignore[no-any-return]


def histograms(
    values: Mapping[str, NDArray[np.float64]], edges: Sequence[float], lines: Mapping[str, float], xlabel: str
) -> str:
    """Outlines of the densities of ``values`` by class over bins between ``edges``, thresholds as upright ``lines``."""
    with _drawing(8.2, 3) as (figure, result):
        ax = figure.subplots()
        for (name, numbers), colour in zip(values.items(), (GREY, ORANGE, GREEN, BLUE), strict=False):
            if len(numbers):
                inside = numbers.clip(edges[0], edges[-1])
                ax.hist(inside, edges, density=True, color=colour, label=name, histtype="step", linewidth=1.8)
        for name, at in lines.items():
            ax.axvline(at, color="black", linewidth=1, linestyle=":")
            ax.annotate(name, (at, ax.get_ylim()[1]), ha="center", va="bottom", fontsize=8, annotation_clip=False)
        ax.set(xlabel=xlabel, ylabel="density")
        ax.legend()
    return result[0]


def matrix(counts: NDArray[np.intp], rows: Sequence[str], columns: Sequence[str]) -> str:
    """Confusion: counts in the cells, shaded by their share of the row."""
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    size = len(columns)
    with _drawing(*((8.2, 1.4 + 0.33 * len(rows)) if size > 6 else (5.4, 1.1 + 0.5 * len(rows)))) as (figure, result):
        ax = figure.subplots()
        ax.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        ax.grid(visible=False)
        for (i, j), count in np.ndenumerate(counts):
            if count:
                ax.text(
                    j,
                    i,
                    str(count),
                    ha="center",
                    va="center",
                    fontsize=8,
                    color="white" if shares[i, j] > 0.55 else "black",
                )
        ax.set_xticks(range(size), columns, rotation=40 if size > 6 else 0, ha="right" if size > 6 else "center")
        ax.set_yticks(range(len(rows)), rows)
        ax.set(xlabel="found", ylabel="true")
        ax.tick_params(length=0)
    return result[0]


def line(x: Sequence[float], y: Sequence[float], xlabel: str, ylabel: str) -> str:
    """One line with its points, x in powers of two."""
    with _drawing(6, 3) as (figure, result):
        ax = figure.subplots()
        ax.plot(x, y, "o-", color=BLUE)
        for a, b in zip(x, y, strict=True):
            ax.annotate(f"{b:.2f}", (a, b), textcoords="offset points", xytext=(0, 7), ha="center", fontsize=8)
        ax.set_xscale("log", base=2)
        ax.set_xticks(list(x), [f"{value:,.0f}" for value in x])
        ax.set(xlabel=xlabel, ylabel=ylabel, ylim=(0, 1))
    return result[0]


def dumbbells(
    names: Sequence[str], panels: Sequence[tuple[str, Mapping[str, Sequence[float]]]], percent: bool = True
) -> str:
    """A row a name; in each panel (title, series) one dot a series. Values are shares."""
    with _drawing(8.2, 0.8 + 0.27 * len(names)) as (figure, result):
        axes = np.atleast_1d(figure.subplots(1, len(panels), sharey=True))
        for ax, (title, series) in zip(axes, panels, strict=True):
            _dots(ax, title, series, 100 if percent else 1)
        axes[0].set_yticks(range(len(names)), names)
        axes[0].invert_yaxis()
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=2, fontsize=8)
    return result[0]


def _dots(ax: Any, title: str, series: Mapping[str, Sequence[float]], factor: float) -> None:
    values = np.array(list(series.values())) * factor
    ax.hlines(range(values.shape[1]), values.min(axis=0), values.max(axis=0), color="#cfd4da", linewidth=2)
    for (name, _), row, colour, shape in zip(series.items(), values, (BLUE, ORANGE), "os", strict=False):
        ax.plot(row, range(len(row)), shape, color=colour, label=name, markersize=5)
    ax.set_title(title, fontsize=9)


def bars(names: Sequence[str], series: Mapping[str, Sequence[float]], ylabel: str) -> str:
    """Grouped bars."""
    width = 0.8 / len(series)
    with _drawing(8.2, 3) as (figure, result):
        ax = figure.subplots()
        for k, ((name, values), colour) in enumerate(zip(series.items(), (GREY, BLUE, ORANGE), strict=False)):
            ax.bar(np.arange(len(names)) + (k - (len(series) - 1) / 2) * width, values, width, color=colour, label=name)
        ax.set_xticks(
            range(len(names)), names, rotation=30 if len(names) > 8 else 0, ha="right" if len(names) > 8 else "center"
        )
        ax.set_ylabel(ylabel)
        figure.legend(loc="outside upper center", ncols=3, fontsize=8)
    return result[0]
