"""Chinese words by jieba's algorithm.

``rjieba`` does the segmenting where its wheel exists, jieba elsewhere; both get the same domain dictionary
(``data/terms.txt``: word and frequency) and give the same words, which a test checks; in a tie (好好好) rounding
decides. The segmenter is built once, under a lock, when a classifier is loaded: no lazy global for two threads to
race on, no cache file in a shared folder.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from functools import cache
from importlib.machinery import PathFinder
from importlib.resources import files
from importlib.util import find_spec, module_from_spec
from typing import Any

Cut = Callable[[str], Sequence[str]]
"""From a run of Chinese characters to its words."""


def domain_terms() -> list[tuple[str, int]]:
    """The words that jieba's dictionary lacks or rates too low, with their frequencies."""
    lines = files("huashu").joinpath("data/terms.txt").read_text(encoding="utf-8").splitlines()
    return [(word, int(frequency)) for word, frequency in (line.split() for line in lines)]


def _rust_module() -> Any:
    """rjieba's compiled module, without the package around it: importing that builds a segmenter of its own, which
    costs every process 0.1 s and is not ours to add words to. A later ``import rjieba`` finds the same module."""
    name = "rjieba.rjieba"
    if name not in sys.modules:
        package = find_spec("rjieba")
        spec = PathFinder.find_spec(name, package.submodule_search_locations) if package else None
        if spec is None or spec.loader is None:
            raise ImportError("rjieba is not installed")
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules[name] = module
    return sys.modules[name]


def rust_cut() -> Cut:
    """rjieba with the domain dictionary; ImportError where it is not installed."""
    segmenter = _rust_module().Jieba()
    for word, frequency in domain_terms():
        segmenter.add_word(word, frequency, "n")
    cut: Cut = segmenter.cut
    return cut


def python_cut() -> Cut:
    """jieba with the domain dictionary, initialised here and without its cache file in the temporary folder."""
    import jieba  # noqa: PLC0415  (0.7 s, where rjieba is missing)

    segmenter = jieba.Tokenizer()
    segmenter.FREQ, segmenter.total = segmenter.gen_pfdict(segmenter.get_dict_file())
    segmenter.initialized = True
    for word, frequency in domain_terms():
        segmenter.add_word(word, frequency)
    cut: Cut = segmenter.lcut
    return cut


_lock = threading.Lock()


@cache
def _default_cut() -> Cut:
    try:
        return rust_cut()
    except ImportError:
        return python_cut()


def default_cut() -> Cut:
    """The process's segmenter, built on the first call (about 0.1 s with rjieba, 0.7 s with jieba)."""
    with _lock:
        return _default_cut()
