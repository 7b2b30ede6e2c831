"""`inkling eval`: plays a dataset of reports through the chain and says how good the tickets are."""

import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import click

from bot.core import log
from bot.core.errors import Invalid
from bot.core.settings import settings
from workers.evals import Case, Player, Result, read, worse_and_better
from workers.evals.database import own_database
from workers.evals.learning import replay, save
from workers.evals.learning import table as learning_table
from workers.evals.metrics import score
from workers.evals.report import draft_as_text, table, write_page
from workers.llm import ModelUnavailable, model_name
from workers.retrieval import ingest_docs

_PATH = click.Path(path_type=Path)


@click.command
@click.argument("dataset", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--docs", type=click.Path(exists=True, path_type=Path), help="What the company knows, Markdown.")
@click.option("--only", multiple=True, metavar="ID", help="Only these reports.")
@click.option("--against", type=click.Path(exists=True, path_type=Path), help="An earlier result.json to compare with.")
@click.option(
    "--out", type=_PATH, default=Path("var/eval"), show_default=True, help="Folder for result.json, page.html."
)
@click.option("--learning", is_flag=True, help="Instead: a reviewer of fixed habits, without and with house rules.")
@click.option("--parallel", type=click.IntRange(1, 16), default=1, show_default=True, help="Reports at a time.")
def command(  # noqa: PLR0917 - click names every one of them
    dataset: Path,
    docs: Path | None,
    only: tuple[str, ...],
    against: Path | None,
    out: Path,
    learning: bool,  # noqa: FBT001 - click names every one of them
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
    result = Result(dataset.name, _model())
    with own_database():
        if docs:
            click.echo(str(ingest_docs(docs)))
        _play(cases, result, parallel)
    changes = worse_and_better(result, old) if old else []
    result.save(out / "result.json")
    write_page(out / "page.html", result, cases, changes)
    click.echo(f"\n{table(result)}\n")
    for line in changes:
        click.echo(line)
    click.echo(f"{out / 'result.json'} and {out / 'page.html'} have each report.")


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


def _play(cases: list[Case], result: Result, parallel: int) -> None:
    """Play all; a report that fails is an error of the chain and ends the evaluation."""
    player = Player(int(time.time()) - 86_400)
    with ThreadPoolExecutor(parallel) as pool:
        running = {pool.submit(player.play, case, number): case for number, case in enumerate(cases)}
        for done, future in enumerate(as_completed(running), 1):
            case, played = running[future], future.result()
            result.scores[case.id] = score(case, played)
            result.took[case.id] = {name: getattr(played, name) for name in ("calls", "tokens", "cost_usd", "seconds")}
            result.drafts[case.id] = [draft_as_text(draft) for draft in played.drafts]
            missed = len(result.scores[case.id].missed)
            kinds = ", ".join(draft.kind for draft in played.drafts) or played.state
            click.echo(
                f"{done}/{len(cases)} {case.id}: {kinds}, {played.calls} calls, {played.seconds:.1f} s, {missed} missed"
            )
