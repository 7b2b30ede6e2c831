"""Telling an inquiry from a report, and what it is about, by wordings of several languages; pure, knows no rows.

A report must never be taken for an inquiry: only one short question in a known wording is one, and whatever else it
says about the world ("... that are gone", "my bookings") makes it a report again. What is missed is written up.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from workers.inquiries.phrases import ABOUT, OWN
from workers.inquiries.windows import Window, split

_LONGEST = 160  # characters
_HELLO = re.compile(
    r"(?:(?:hi|hey|hello|hallo|moin|good (?:morning|afternoon|evening)|guten (?:morgen|tag)|bonjour|salut|hola|"
    r"buenos días|dear)(?: (?:inkling|team|all|there|everyone|zusammen|à tous|a todos))?\s*[,!.:–-]*\s+|"
    r"inkling\s*[,:]\s*|"
    r"(?:(?:one |an? |just a )?(?:quick |short )?question|(?:eine )?(?:kurze )?frage|une question|(?:una )?pregunta)"
    r"\s*[,:–-]\s*|"
    r"(?:so|ok|okay|and|um|well|btw|by the way|just wondering|i was wondering|i wonder|i'd like to know)[,:]?\s+|"
    r"(?:can|could|would) (?:you|anyone|anybody|someone|somebody) (?:please )?(?:tell|remind) (?:me|us)[,:]?\s+|"
    r"(?:please )?(?:tell|remind) (?:me|us)(?! about)[,:]?\s+)"
)
_THANKS = re.compile(
    r"[\s,.!?]+(?:please|pls|thanks|thank you|thx|many thanks|bitte|danke|merci|s'il (?:te|vous) plaît|svp|por favor|"
    r"gracias)$"
)
_TRAILS = re.compile(
    r"\s+(?:already|yet|so far|at all|right now|at the moment|currently|in general|bisher|schon|bereits|déjà|ya|"
    r"hasta ahora)$"
)
_ARTICLE = re.compile(
    r"^(?:the|an?|any|our|der|die|das|den|dem|eine?[mnrs]?|unsere?[mnrs]?|les?|la|l'|des|nos|notre|los?|las|el|nuestr[oa]s?)\s+"
)
# A sentence that goes on like this tells something, whatever it asks.
_TELLS = re.compile(
    r"\b(?:i|we|they|he|she|it|this|these|those|me|us|my|mine|is|are|was|were|am|be|been|being|does|do|did|has|have|had|"
    r"can|cannot|could|should|must|would|will|not|never|still|again|anymore|because|but|when|while|until|before|after|how|"
    r"why|nicht|keine?\w*|ist|sind|wird|werden|kann|können|ich|wir|es|mein\w*|funktioniert|geht|weil|aber|wenn|warum|"
    r"est|sont|ne|pas|je|nous|mon|mes|marche\w*|mais|pourquoi|está|están|funciona\w*|pero|mis?|cuando)\b"
    r"|\w+n't\b|\w+'(?:m|re|ve|ll)\b"
)
# A hint of a second sentence.
_GOES_ON = re.compile(r"[.!?;:…]\s|\n|,\s*(?:and|but|it|they|und|aber|et|mais|y|pero)\b")
_WORD = re.compile(r"[^\W_]{2,}")

_OWN = [re.compile(pattern) for pattern in OWN]
_ABOUT = [re.compile(pattern) for pattern in ABOUT]


@dataclass(frozen=True)
class Asked:
    """What an inquiry wants: the asker's own reports (`mine`) or what is known, of a subject, in a window."""

    mine: bool
    subject: str = ""
    window: Window | None = None


def read(text: str, at: datetime) -> Asked | None:
    """What is asked, seen from `at`; None where it is no inquiry, or may be none."""
    text = re.sub(r"[‘’`´]", "'", re.sub(r"[ \t]+", " ", text)).strip()
    if len(text) > _LONGEST:
        return None
    bare = _bare(text)
    if _GOES_ON.search(bare):
        return None
    window, rest = split(bare, at)
    said = rest.lower()
    for pattern in _OWN:
        if found := pattern.fullmatch(_trimmed(said)):
            subject = found.groupdict().get("x")
            if subject is None:
                return Asked(mine=True, window=window)
            return Asked(mine=True, subject=_subject(subject, rest), window=window) if _is_subject(subject) else None
    for pattern in _ABOUT:
        if (found := pattern.fullmatch(_trimmed(said))) and _is_subject(found["x"]):
            return Asked(mine=False, subject=_subject(found["x"], rest), window=window)
    return None


def _bare(text: str) -> str:
    """The question without greeting, thanks and marks around it, as it was written."""
    text = text.lstrip("¿¡ ").rstrip(" ?!.…")
    while (found := _HELLO.match(text.lower())) and found.end() < len(text):
        text = text[found.end() :].lstrip("¿¡ ")
    while found := _THANKS.search(text.lower()):
        text = text[: found.start()].rstrip(" ?!.…")
    return text


def _trimmed(text: str) -> str:
    while found := _TRAILS.search(text):
        text = text[: found.start()]
    return text.strip(" ?!.,…")


def _is_subject(words: str) -> bool:
    """Whether these words name something and tell nothing."""
    return not _TELLS.search(words) and bool(_WORD.search(_ARTICLE.sub("", words)))


def _subject(found: str, written: str) -> str:
    """What is asked about, as it was written, without its article."""
    at = written.lower().find(found)
    words = (written[at : at + len(found)] if at >= 0 else found).strip(" \"'“”„«»?!.,…")
    article = _ARTICLE.match(words.lower())
    return words[article.end() :] if article else words
