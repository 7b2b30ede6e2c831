"""Text as sentences, words, numbers and names: what the rules of the chain compare; pure, knows no report."""

import re
import unicodedata

# Common words say nothing about whether two texts speak of the same thing.
_COMMON = """
    a about after again all also am an and any are as at be because been before being both but by can could did do
    does doing done for from had has have he her here him his how i if in into is it its just me more most my no nor
    not now of off on once only or other our out over own same she so some such than that the their them then there
    these they this those through to too under until up very was we were what when where which while who whom why
    will with would you your should must may might one there's it's
    der die das den dem des ein eine einen einem einer und oder aber ist sind war wird werden nicht auch mit von zu
    im am auf für als wie bei nach noch nur es wir ihr sie ich man dass wenn
    le la les un une des du de et ou est sont pas ne que qui dans pour sur avec il elle on nous vous ce cette
    el los las una y o es son no que en por con para se lo su al del
"""
_STOP = frozenset(_COMMON.split())
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[^\s])|(?<=[。！？])")
_ABBREVIATION = re.compile(r"\b(e\.g|i\.e|etc|vs|approx|no|nr|z\.B|bzw|usw|ca|p\.ej|mr|mrs|dr)\.$", re.IGNORECASE)
_LONGEST_ABBREVIATION = 9  # characters, with its full stop and one before it
_LINE_MARK = re.compile(r"^\s*(?:[-*•>]+|\(?\d{1,2}[.)]|[a-h]\))\s+")
_GREETING = re.compile(
    r"^(?:(?:hi|hey|hello|hallo|moin|guten (?:tag|morgen)|good (?:morning|afternoon)|hola|bonjour|dear)"
    r"(?:\s+(?:all|team|everyone|folks|there|zusammen|everybody|guys|à tous|a todos|[A-Z][\w-]+)){0,2}\s*[,!.:–-]+\s*)",
    re.IGNORECASE,
)
_EMPTY_TALK = re.compile(
    r"^(?:(?!\+1)\W)*+(?:(?:hi|hey|hello|hallo|thanks|thank you|thx|cheers|please|ok|okay|sorry|merci|danke|gracias|"
    r"bitte|regards|best|yes|no|done|hm+|lol|\+1|fyi)\b(?:\s+(?:all|team|you|so much|guys|everyone|in advance|there|"
    r"regards|a lot))*)?\W*+$",
    re.IGNORECASE,
)
# What people say to call us is no part of what they report.
_CALL = re.compile(
    r"^\W*+(?:please|pls|can you|could you|bitte)?\s*(?:write (?:this|it|that) (?:up|down)|"
    r"(?:make|create|file|open|log|raise) (?:this|it|that|a|one|the)(?: as)?(?: an?)? ?"
    r"(?:ticket|bug|issue|card|report)?|ticket this)"
    r"(?:\s+(?:up|please|pls|for (?:us|me|this)|about this|from this|from this thread|as a ticket))*\W*+$",
    re.IGNORECASE,
)
# Our own words around what people share are none of theirs (bot.core.slack.besides, bot.core.reports.files).
_AROUND = re.compile(r"^(?:\(with a (?:picture|file): .*\)|Forwarded from .*:)$")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
# Parts are disjoint or bounded here and below, so that no text of any length takes long to read.
_MENTION = re.compile(r"<[@!#][^<>]*>|(?<![\w.])@[\w.-]+")
_MASKED_LINK = re.compile(
    r"!?\[([^\[\]\n]*)\]\([^)\s]{0,2000}+(?:\s[^)]{0,500}+)?\)|<https?://[^|<>]+\|([^>]{0,500})>|<!--.*?(?:-->|\Z)",
    re.DOTALL,
)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"]+|javascript:\S*", re.IGNORECASE)


def plain(text: str) -> str:
    """`text` without mentions, images, masked links and comments, on one line; addresses with parameters go too."""
    text = _MASKED_LINK.sub(lambda found: found[2] or ("" if found[0].startswith("!") else found[1] or ""), text)
    text = _URL.sub(lambda found: "" if re.search(r"[?{=]|javascript:|@", found[0]) else found[0], text)
    return " ".join(_MENTION.sub("", text).split())


def sentences(text: str) -> list[str]:
    """The sentences and list items of a text, each as it was written, without bullets, greetings and empty talk."""
    found: list[str] = []
    for line in _without_comments(text).splitlines():
        bare = _GREETING.sub("", _LINE_MARK.sub("", line.strip())).strip()
        pieces: list[str] = []
        for piece in _SENTENCE_END.split(bare):
            if pieces and _ABBREVIATION.search(pieces[-1][-_LONGEST_ABBREVIATION:]):
                pieces[-1] += f" {piece}"
            else:
                pieces.append(piece)
        found += [clean for piece in pieces if not _empty(clean := plain(piece))]
    return found


def _empty(text: str) -> bool:
    return bool(_EMPTY_TALK.match(text) or _CALL.match(text) or _AROUND.match(text))


def _without_comments(text: str) -> str:
    return re.sub(r"<!--.*?(?:-->|\Z)", "", text, flags=re.DOTALL)


def numbered(text: str) -> list[str]:
    """Lines that were written as a numbered list, in order."""
    lines = (line for line in text.splitlines() if re.match(r"^\s*\(?\d{1,2}[.)]\s+\S", line))
    return [plain(_LINE_MARK.sub("", line)) for line in lines]


def normal(text: str) -> str:
    """Text for comparing: one case, plain quotes and dashes, single spaces."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"[“”„«»]", '"', re.sub(r"[‘’‚`´]", "'", text))
    return " ".join(re.sub(r"[‐-―−]", "-", text).split())


_ENDINGS = ("'s", "ations", "ation", "ings", "ing", "edly", "ies", "ied", "ers", "ed", "es", "er", "en", "ly", "s", "e")


def stem(word: str) -> str:
    """A word without its commonest endings; crude, but the same on both sides of a comparison."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def content_words(text: str) -> set[str]:
    """Stems of the words that carry meaning; scripts without spaces give pairs of characters."""
    text = normal(text)
    pairs = {run[index : index + 2] for run in _CJK.findall(text) for index in range(max(len(run) - 1, 1))}
    words = re.findall(r"[^\W_]+(?:'[^\W_]+)?", _CJK.sub(" ", text))
    return pairs | {stem(word) for word in words if word not in _STOP and (len(word) > 1 or word.isdigit())}


def overlap(text: str, evidence: str) -> float:
    """The share of the meaning words of `text` that also occur in `evidence` (0 to 1); 0 for no words at all."""
    words = content_words(text)
    return len(words & content_words(evidence)) / len(words) if words else 0.0


# Begun only where a run begins, as each of its places would read the rest of it again.
_PATH = re.compile(r"(?:/[\w.{}-]+){2,}|(?<![\w-])[\w-]++(?:/[\w.-]+)+\.\w+")
_TOKEN = re.compile(r"(?<![\w#-])[\w#-]*\d[\w.:,/#-]*")
_WORD_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def _plain_numbers(text: str) -> str:
    """Normal text in which v5.12 is 5.12 and four is 4."""
    text = re.sub(r"\bv(?=\d)", "", normal(text))
    return re.sub(rf"\b({'|'.join(_WORD_NUMBERS)})\b", lambda found: str(_WORD_NUMBERS.index(found[1]) + 1), text)


def numbers(text: str) -> set[str]:
    """Numbers, times, versions, ids and paths of a text, each as a string to look for in another."""
    text = re.sub(r"\bv(?=\d)", "", normal(text))
    paths = {path.rstrip(".").lstrip("-") for path in _PATH.findall(text)}
    found = set()
    for token in _TOKEN.findall(text):
        # 10:00-11:00 are two times, 20s is a number with its unit.
        parts = re.split(r"[-/]", token) if re.fullmatch(r"[\d.:,/-]+", token) else [token]
        found |= {re.sub(r"^(\d[\d.,:]*)[a-z]{1,3}$", r"\1", part).strip(".,:#-/") for part in parts}
    return paths | {number for number in found if number}


def holds_number(number: str, evidence: str) -> bool:
    """Whether `evidence` has this number standing alone, not as a part of a longer one."""
    text = _plain_numbers(evidence)
    spellings = {number, number.replace(",", "")}
    return any(re.search(rf"(?<![\w.]){re.escape(one)}(?!\d|[.:,]\d)", text) for one in spellings)


def names(text: str) -> set[str]:
    """Words capitalised inside a sentence (and words in capitals): names of people, products and places."""
    found = re.findall(r"(?<![.!?:…\"'“(\n])(?<!^)\s([A-Z][\w'-]*[a-z][\w'-]*|[A-Z]{2,}\w*)", f"{text.strip()}")
    return {normal(name).removesuffix("'s") for name in found} - {"i", "i'm", "i'd", "i've", "i'll"}


def quoted(text: str) -> list[str]:
    """What stands inside quotation marks, if it is more than one word."""
    pairs = re.findall(r'"([^"]+)"|“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»', text)
    return [part for groups in pairs for part in groups if len(part.split()) > 1]


def clip_words(text: str, limit: int) -> str:
    """At most `limit` words, with an ellipsis where something was left out; scripts without spaces: characters × 3."""
    words = text.split()
    if len(words) <= limit and len(text) <= limit * 15:
        return text
    short = " ".join(words[:limit])[: limit * 15].rstrip(" ,;:-–—(")
    return f"{short}…"
