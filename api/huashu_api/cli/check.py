"""``huashu check``: texts and dialogues, judged and shown one by one."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from huashu import Classifier, InputError
from huashu_api.cli import exits
from huashu_api.cli.common import model_option, point_option
from huashu_api.cli.inputs import columns_of, items_of, place, text_option
from huashu_api.ingest import STDIN, Item, Note, ReadOptions

_HAN = re.compile(r"[\u3400-\u9fff]")
_PATH = re.compile(r"[/\\]|\.[A-Za-z0-9]{1,8}\Z")
_WORST = ("alert", "review", "pass")


@click.command()
@click.argument("inputs", nargs=-1, type=click.Path(path_type=str), metavar="[TEXT | FILE...]")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the assessment as JSON; of several items an object a line."
)
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default=None, help="Language of the page (default: by locale)."
)
@click.option(
    "--split", type=click.Choice(["tickets"]), default=None, help="Judge a ticket with several cases case by case."
)
@click.option("--txt", type=click.Choice(["line", "file"]), default="file", help="What one text is in text files.")
@click.option(
    "--exit-code",
    is_flag=True,
    help=f"Exit with {', '.join(f'{code} for {action}' for action, code in exits.ACTIONS.items())}, the worst of all.",
)
@text_option
@model_option
@point_option
def check(
    inputs: tuple[str, ...],
    as_json: bool,
    lang: str | None,
    split: str | None,
    txt: str,
    exit_code: bool,
    text: tuple[str, ...],
    mapping: Path | None,
    model: Path | None,
    point: str | None,
) -> None:
    """Judge a TEXT, the texts and calls of FILEs or folders, or standard input (- or nothing).

    Files may be in any form that `huashu score` reads.
    """
    columns, by_file = columns_of(text, mapping)
    options = ReadOptions(columns, by_file, lines=txt == "line", split=split is not None)
    notes: list[Note] = []
    items = _items(inputs or (STDIN,), options, notes)
    first, second = next(items, None), next(items, None)
    classifier = Classifier.load(model, point)
    several = second is not None
    worst, good, refused = len(_WORST) - 1, 0, 0
    for item in (*(one for one in (first, second) if one), *items):
        try:
            action = _show(item, classifier, as_json, lang, several)
        except InputError as error:
            refused += 1
            click.echo(f"huashu: {place(item)}: {error}", err=True)
            continue
        good += 1
        worst = min(worst, _WORST.index(action))
    if refused or not good:
        sys.exit(exits.INPUT if not good else exits.SOME)
    if exit_code:
        sys.exit(exits.ACTIONS[_WORST[worst]])


def _items(inputs: tuple[str, ...], options: ReadOptions, notes: list[Note]) -> Iterator[Item]:
    """The items of files, or the text that was given instead of a file's name."""
    for given in inputs:
        if given != STDIN and is_text(given):
            yield Item("text", 1, None, given)
        else:
            yield from items_of([given], options, notes.append)


def is_text(given: str) -> bool:
    """Whether an argument is a text and not the name of a file: no such file exists, and it holds Chinese and does not
    look like a path."""
    try:
        if Path(given).exists():
            return False
    except (OSError, ValueError):  # longer than a name can be
        return True
    return _HAN.search(given) is not None and _PATH.search(given) is None


def _show(item: Item, classifier: Classifier, as_json: bool, lang: str | None, several: bool) -> str:
    """Print what ``item`` is judged to be; its action. InputError when it cannot be judged."""
    if item.source is None:
        raise InputError(item.problem)
    assessment = classifier.assess(item.source)
    if as_json:
        found = assessment.to_dict()
        if not isinstance(item.source, str):  # offsets refer to the words of these
            found["turns"] = [
                {name: turn.get(name) for name in ("role", "words", "begin", "end")} for turn in item.source
            ]
        if several:
            key = {"file": item.file, "sheet": item.sheet, "row": item.row, "id": item.id, "case": item.case or None}
            click.echo(json.dumps({**key, "start": item.start, **found}, ensure_ascii=False))
        else:
            click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return assessment.action
    from huashu_api.cli.display import show  # noqa: PLC0415  (rich: for those who look at a page)

    if several:
        click.echo(f"== {place(item)}")
    show(assessment, item.source, lang)
    return assessment.action
