"""``huashu check``: one text or dialogue, judged and shown."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from huashu import Classifier, Source
from huashu.files import decode, read_text
from huashu_api.cli import exits
from huashu_api.cli.common import model_option, point_option

STDIN = "-"


@click.command()
@click.argument("file", type=click.Path(path_type=str), default=STDIN)
@click.option("--json", "as_json", is_flag=True, help="Print the assessment as JSON.")
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default=None, help="Language of the page (default: by locale)."
)
@click.option(
    "--exit-code",
    is_flag=True,
    help=f"Exit with {', '.join(f'{code} for {action}' for action, code in exits.ACTIONS.items())}.",
)
@model_option
@point_option
def check(file: str, as_json: bool, lang: str | None, exit_code: bool, model: Path | None, point: str | None) -> None:
    """Judge one text or dialogue: FILE, or standard input for - (the default).

    FILE holds plain text, with or without speaker marks, or the JSON of a call-centre quality system
    ({"dialogue": [{"role", "words", "begin", "end"}]}).
    """
    source = parse_source(decode(sys.stdin.buffer.read(), "standard input") if file == STDIN else read_text(file))
    assessment = Classifier.load(model, point).assess(source)
    if as_json:
        click.echo(json.dumps(assessment.to_dict(), ensure_ascii=False, indent=2))
    else:
        from huashu_api.cli.display import show  # noqa: PLC0415  (rich: for those who look at a page)

        show(assessment, source, lang)
    if exit_code:
        sys.exit(exits.ACTIONS[assessment.action])


def parse_source(text: str) -> Source:
    """A dialogue when ``text`` is the JSON of a call-centre quality system, otherwise the text itself.

    Recognised are ``{"dialogue": [...]}`` and a bare list of ``{"role", "words"}`` objects.
    """
    if text.lstrip()[:1] in ("{", "["):
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            return text
        turns = data.get("dialogue") if isinstance(data, dict) else data
        if isinstance(turns, list) and turns and all(isinstance(turn, dict) and "words" in turn for turn in turns):
            return turns
    return text
