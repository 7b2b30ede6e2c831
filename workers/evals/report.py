"""A result for people: the table of the terminal and a page that stands alone; no figures are made here."""

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from bot.core.tickets.content import SECTIONS, DraftContent, with_marks
from workers.evals.dataset import Case
from workers.evals.result import LOW, Result, Share, better

_UNITS = {"calls": "{:.1f}", "tokens": "{:.0f}", "cost_usd": "{:.4f}", "seconds": "{:.1f}", "call_seconds": "{:.1f}"}
_WORDS = {
    "cost_usd": "US dollars",
    "seconds": "seconds from report to ticket",
    "call_seconds": "seconds of calls added up",
}


@dataclass(frozen=True)
class Cell:
    """A figure of one version, what it is out of, and whether it is the better one."""

    figure: str
    share: str = ""
    best: bool = False


@dataclass(frozen=True)
class Row:
    """A figure of all versions; `by` says who told it: code or model."""

    name: str
    by: str
    cells: list[Cell]
    low: bool = False


def rows(results: list[Result]) -> list[Row]:
    """Quality by code, quality by the judge, then what an average report took."""
    found = _quality([result.totals() for result in results], "code")
    found += _quality([result.rubric() for result in results], "model")
    costs = [result.cost() for result in results]
    return found + [
        Row(f"{_WORDS.get(name, name)} per report", "code", [Cell(unit.format(cost[name])) for cost in costs], low=True)
        for name, unit in _UNITS.items()
    ]


def _quality(totals: list[dict[str, Share]], by: str) -> list[Row]:
    names = dict.fromkeys(name for total in totals for name in total)
    found = []
    for name in names:
        shares = [total.get(name, Share(0, 0)) for total in totals]
        cells = [_cell(name, share, [other for other in shares if other is not share]) for share in shares]
        found.append(Row(name if by == "code" else f"rubric: {name}", by, cells, name in LOW))
    return found


def _cell(name: str, share: Share, others: list[Share]) -> Cell:
    if share.value is None:
        return Cell("-")
    best = any(better(name, share.value, other.value) for other in others)
    return Cell(f"{share.value:.3f}", f"{share.hits} of {share.of}", best)


def table(results: list[Result]) -> str:
    """The rows as aligned text; with two versions the better figure has a star."""
    lines = []
    if len(results) > 1:
        lines.append(f"{'':44}" + "".join(f"{result.version:<24}" for result in results))
    for row in rows(results):
        cells = "".join(f"{cell.figure + ('*' if cell.best else ''):<9}{cell.share:<15}" for cell in row.cells)
        judged = " (by model)" if row.by == "model" else ""
        lines.append(f"{row.name + judged:44}{cells}".rstrip())
    return "\n".join(lines)


def draft_as_text(draft: DraftContent) -> str:
    """What a reader of the draft reads, and what verification took out."""
    lines = [f"{draft.title}  ({draft.kind}, {draft.priority}: {draft.priority_reason})"]
    for name in SECTIONS:
        lines += [f"{name}: {with_marks(one)}" for one in draft.sections.get(name, [])]
    lines += [f"[ ] {with_marks(one)}" for one in draft.criteria]
    lines += [f"open: {line}" for line in draft.open_questions]
    return "\n".join([*lines, *(f"removed: {gone.text} ({gone.why})" for gone in draft.removed)])


def write_page(path: Path, results: list[Result], cases: list[Case], changes: list[str], against: str = "") -> None:
    """One HTML file with everything in it."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.get_template("page.html")
    shown = [case for case in cases if case.id in results[0].scores]
    worse = [line.split("  ", 1)[1] for line in changes if line.startswith("worse")]
    improved = [line.split("  ", 1)[1] for line in changes if line.startswith("better")]
    versions = {"results": results, "rows": rows(results), "judged": any(result.judged for result in results)}
    compared = {"against": against, "worse": worse, "improved": improved}
    path.write_text(page.render(cases=shown, **versions, **compared))
