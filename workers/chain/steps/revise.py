"""Revise: the draft written again where the critique found faults; with no fault that a writer can mend it stays."""

from workers.chain.context import Context, Made
from workers.chain.data import Proposal
from workers.chain.quoting import beside, block, fit, quote
from workers.chain.steps import verify
from workers.chain.steps.draft import as_proposal, house_rules, shape_of
from workers.chain.words import normal, plain
from workers.chain.written import written

PROMPT, PROMPT_WITH_LEARNED = "revise/v1", "revise/v2"


def by_model(made: Made, context: Context) -> Proposal:
    """One call, or none when nothing failed; where no model could judge, none will do better."""
    critique = made.critique
    if critique is None or not critique.faults or not critique.by_model:
        return made.proposal
    content = verify.by_code(made, context)
    said, left_out = fit(made.thread, context.rung)
    variables = {
        "thread": quote(said) + beside(made.matter),
        "documents": quote(made.passages.items),
        "kind": made.triage.kind,
        "language": made.triage.language,
        "draft": block(written(content.title, content.sections, content.criteria)),
        "faults": "\n".join(f"- {fault.criterion}: {fault.reason}" for fault in critique.faults),
    }
    prompt = PROMPT
    if made.learned:
        variables, prompt = variables | {"house_rules": house_rules(made)}, PROMPT_WITH_LEARNED
    answer = context.ask("smart", prompt, variables, shape_of(made.triage.kind))
    return as_proposal(answer, left_out)


def by_small_model(made: Made, _: Context) -> Proposal:
    """A sentence of the summary that may not be what was said goes; verification puts quotations where none is left."""
    if made.critique is None or made.critique.stuck or not made.critique.doubted:
        return made.proposal
    doubted = {normal(text) for text in made.critique.doubted}
    summary = [one for one in made.proposal.sections.get("summary", []) if normal(plain(one.text)) not in doubted]
    return made.proposal.model_copy(update={"sections": made.proposal.sections | {"summary": summary}})


def by_rules(made: Made, _: Context) -> Proposal:
    """Quotations are not rewritten."""
    return made.proposal
