"""`inkling eval`: plays a dataset of reports through the chain and says how good the tickets are."""

import sys
import time
from pathlib import Path

import click

from bot.core import log
from bot.core.errors import Invalid
from bot.core.settings import settings
from workers.evals import Case, Player, Result, losses, read, worse_and_better
from workers.evals import baseline as single
from workers.evals.database import own_database
from workers.evals.learning import replay, save
from workers.evals.learning import table as learning_table
from workers.evals.report import table, write_page
from workers.evals.run import judge_all, play
from workers.llm import ModelUnavailable, model_name
from workers.retrieval import ingest_docs

_PATH = click.Path(path_type=Path)


@click.command
@click.argument("dataset", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--docs", type=click.Path(exists=True, path_type=Path), help="What the company knows, Markdown.")
@click.option("--only", multiple=True, metavar="ID", help="Only these reports.")
@click.option("--model", default="", metavar="NAME", help="Another model than the one that is set, for every step.")
@click.option("--baseline", type=click.Choice([single.NAME]), help="Play the reports with this too, side by side.")
@click.option("--judge", is_flag=True, help="Let the model judge what code cannot, two passes for each ticket.")
@click.option("--against", type=click.Path(exists=True, path_type=Path), help="An earlier result.json to compare with.")
@click.option("--fail-on-loss", is_flag=True, help="Exit with 1 when a figure is worse than in --against.")
@click.option(
    "--out", type=_PATH, default=Path("var/eval"), show_default=True, help="Folder for result.json, page.html."
)
@click.option("--learning", is_flag=True, help="Instead: a reviewer of fixed habits, without and with house rules.")
@click.option("--parallel", type=click.IntRange(1, 16), default=1, show_default=True, help="Reports at a time.")
def command(  # noqa: PLR0917 - click names every one of them
    dataset: Path,
    docs: Path | None,
    only: tuple[str, ...],
    model: str,
    baseline: str | None,
    judge: bool,  # noqa: FBT001 - click hands flags on like this
    against: Path | None,
    fail_on_loss: bool,  # noqa: FBT001 - click hands flags on like this
    out: Path,
    learning: bool,  # noqa: FBT001 - click hands flags on like this
    parallel: int,
) -> None:
    """Play the reports of DATASET through the chain with a simulated reporter; table, result.json and page.html."""
    log.configure()
    cases = [case for case in read(dataset) if not only or case.id in only]
    if not cases:
        raise Invalid("None of these reports is in the dataset.")
    if learning:
        _learning(dataset.name, cases, docs, out)
        return
    old = Result.load(against) if against else None
    _prepare(model, needs_old=fail_on_loss and old is None, asks=bool(baseline) or judge)
    result = Result(dataset.name, _model())
    results = [result]
    with own_database():
        if docs:
            click.echo(str(ingest_docs(docs)))
        stamp = int(time.time()) - 86_400
        play(cases, Player(stamp), result, parallel=parallel, say=click.echo)
        if baseline:
            results.append(Result(dataset.name, _model(), version=baseline))
            click.echo(f"Now the {baseline}.")
            play(cases, single.SinglePrompt(stamp + 43_200), results[-1], parallel=parallel, say=click.echo)
        if judge:
            judge_all(cases, results, click.echo)
    changes = worse_and_better(result, old) if old else []
    _write(out, results, cases, changes, against)
    lost = losses(result, old) if old else []
    for line in [*changes, *lost]:
        click.echo(line)
    click.echo(f"{out / 'result.json'} and {out / 'page.html'} have each report.")
    if fail_on_loss and lost:
        sys.exit(1)


def _prepare(model: str, *, needs_old: bool, asks: bool) -> None:
    """Set the model; raises Invalid for options that cannot go together."""
    if needs_old:
        raise Invalid("--fail-on-loss needs --against, the result to compare with.")
    if model:
        settings().inkling_model_fast = settings().inkling_model_smart = model
    if asks and not settings().has_model:
        raise Invalid("There is no model to ask. Set OPENAI_BASE_URL or OPENAI_API_KEY.")


def _write(out: Path, results: list[Result], cases: list[Case], changes: list[str], against: Path | None) -> None:
    """Files and table: one result file per version, one page with all."""
    for result in results:
        result.save(out / ("result.json" if result is results[0] else f"{result.version}.json"))
    write_page(out / "page.html", results, cases, changes, str(against or ""))
    click.echo(f"\n{table(results)}\n")


def _learning(name: str, cases: list[Case], docs: Path | None, out: Path) -> None:
    """Replay twice and say what the rules were worth."""
    player = Player(int(time.time()) - 86_400)
    found = [replay(cases, player, docs, learning=on, tell=click.echo) for on in (False, True)]
    save(out, name, _model(), found)
    click.echo(f"\n{learning_table(found)}\n")
    click.echo(f"{out / 'learning.json'} and {out / 'learning.html'} have both replays.")


def _model() -> str:
    if not settings().has_model:
        return "no model"
    try:
        return f"{model_name('smart')} ({settings().inkling_model_profile} profile)"
    except ModelUnavailable as error:
        raise Invalid(error.message) from None
