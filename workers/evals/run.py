"""Playing all cases with one player and scoring each as it ends, with a word on how far it is; writes no files."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed

from workers.evals.dataset import Case
from workers.evals.judge import Entry, judge
from workers.evals.metrics import score
from workers.evals.play import Played, Player
from workers.evals.report import draft_as_text
from workers.evals.result import COSTS, Result
from workers.llm.sent import watched

Say = Callable[[str], None]


def play(cases: list[Case], player: Player, result: Result, *, parallel: int, say: Say) -> None:
    """Fill `result`; a report that fails is an error of the chain and ends the evaluation."""
    began = time.monotonic()
    with ThreadPoolExecutor(parallel) as pool:
        running = {pool.submit(_played, player, case, number): case for number, case in enumerate(cases)}
        try:
            for done, future in enumerate(as_completed(running), 1):
                case = running[future]
                told = _keep(result, case, *future.result())
                left = (time.monotonic() - began) / done * (len(cases) - done)
                say(f"{done}/{len(cases)} {case.id}: {told}{_left(left)}")
        finally:
            # After an error nobody reads what the reports that still wait would come to.
            pool.shutdown(cancel_futures=True)


def _played(player: Player, case: Case, number: int) -> tuple[Played, list[str]]:
    """What became of a report, and the texts that went to a model for it."""
    with watched() as sent:
        return player.play(case, number), sent


def _keep(result: Result, case: Case, played: Played, sent: list[str]) -> str:
    """Score a report; what it came to in a few words."""
    found = result.scores[case.id] = score(case, played, sent)
    result.took[case.id] = {name: getattr(played, name) for name in COSTS}
    result.drafts[case.id] = [draft_as_text(draft) for draft in played.drafts]
    result.asked[case.id] = [f"{one.text} → {one.answer or 'no answer'}" for one in played.asked]
    kinds = ", ".join(draft.kind for draft in played.drafts) or played.state
    return f"{kinds}, {played.calls} calls, {played.seconds:.1f} s, {len(found.missed)} missed"


def _left(seconds: float) -> str:
    if seconds < 1:
        return ""
    return f"; {seconds:.0f} s left" if seconds < 100 else f"; {seconds / 60:.0f} min left"


def judge_all(cases: list[Case], results: list[Result], say: Say) -> None:
    """Let the model judge every ticket of all results together; reports without one are left out."""
    entries = [
        Entry(str(number), case, "\n\n".join(result.drafts[case.id]))
        for number, result in enumerate(results)
        for case in cases
        if result.drafts.get(case.id)
    ]
    for done, (entry, found) in enumerate(judge(entries), 1):
        results[int(entry.version)].judged[entry.case.id] = found
        say(f"judged {done}/{len(entries)}")
