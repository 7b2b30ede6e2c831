"""Telling "I don't know" from an answer; when in doubt it is an answer, for a fact that is dropped is lost."""

import re

# More than excuses take.
_MOST_WORDS = 8
_MORE = r"(?:\s+(?:really|honestly|actually|exactly|yet|either|anymore|myself|sorry|for sure|at all|right now))*"
_OPEN = r"(?:about|if|whether|which|what|who|whose|when|where|why|how)\b(?:(?!\s(?:but|-)\s)[^,;:.!?()\n–—])*"
# "No idea which part" leaves open what was asked; "can't tell which room is free" says what goes wrong.
_DOUBT = re.compile(
    r"\W*(?:(?:sorry|well|hm+|oh)\b\W*)*(?:(?:i|we|ich)(?:['’]m|['’]re| am| are)?\s+)?(?:(?:really|honestly)\s+)?"
    r"(?:(?:(?:have )?no (?:idea|clue)|do ?n[o'’]?t (?:know|have (?:an?|any) (?:idea|clue))|dunno|idk|not sure|"
    r"keine ahnung|weiß (?:ich |es )?nicht|ni idea|no (?:lo )?sé|aucune idée|je ne sais pas)\b"
    rf"{_MORE}(?:\s+(?P<open>{_OPEN}))?|(?:unknown|can ?n?[o'’]?t (?:say|tell))\b{_MORE})",
    re.IGNORECASE,
)
_EXCUSE = re.compile(
    r"(?:(?:i['’]m )?(?:so |very )?(?:sorry|afraid)\b|thanks?\b|thank you\b|tut mir leid|lo siento|perdón|désolée?)?\s*"
    r"(?:.*\b(?:only|just) (?:told|heard|said|mention\w*|pass\w*|forward\w*)\b.*|"
    r".*\btold (?:us|me) (?:only )?(?:later|afterwards)|"
    r".*\bdid ?n[o'’]?t (?:say|ask|mention|tell (?:us|me))|.*\bdo(?:es)? ?n[o'’]?t know(?: either)?|"
    r"(?:i|we) was ?n[o'’]?t there|(?:i|we) were ?n[o'’]?t there|"
    r"(?:(?:i|we)(?:['’]ll| will| can| could| have to| need to)|will|can|let me|please) "
    r"(?:ask|check|find|look|try)\b.*|ask .*)?",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[,;:.!?()\n–—]|\s-\s|\bbut\b", re.IGNORECASE)
_EDGES = re.compile(r"\A\W+|\W+\Z")
# Capitals that begin a sentence.
_PLAIN = {"i", "i'm", "i'll", "we", "they", "he", "she", "it", "the", "sorry", "thanks", "will", "can", "just", "only"}


def says_nothing(text: str) -> bool:
    """Whether an answer says that somebody does not know, and no more: "No idea, they only told us afterwards."

    Excuses may follow, but neither a figure nor a name nor anything else: "Not sure, but it was Chrome" is an answer,
    as is "Unknown error".
    """
    doubt = _DOUBT.match(text)
    if doubt is None:
        return False
    rest = text[doubt.end() :]
    words = f"{doubt['open'] or ''} {rest}".replace("’", "'").split()
    if len(rest.split()) > _MOST_WORDS or any(_is_fact(word) for word in words):
        return False
    return all(_EXCUSE.fullmatch(_EDGES.sub("", clause)) for clause in _CLAUSES.split(rest))


def _is_fact(word: str) -> bool:
    """A figure or a name."""
    bare = _EDGES.sub("", word)
    return any(sign.isdigit() for sign in bare) or (bare != bare.lower() and bare.lower() not in _PLAIN)
