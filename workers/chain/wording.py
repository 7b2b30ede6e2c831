"""The wordings that the rules look for, as patterns; English first, the plainest of a few other languages."""

import re

from bot.core.tickets.content import Kind
from workers.chain.data import Field

_WRONG = (
    r"\b(can'?t|cannot|can not|could ?n[o']t|unable|fail\w*|error\w*|broke\w*|broken|wrong|incorrect|does ?n[o']?t|"
    r"do ?n[o']?t work|did ?n[o']?t|is ?n[o']t|not working|crash\w*|froze\w*|freez\w*|stuck|hang\w*|"
    # Things that won't are broken, people who won't are not.
    r"wo ?n[o']t(?! (sign|buy|renew|pay|agree|accept|approve)\b)|"
    r"nothing happens|disappear\w*|missing|lost|duplicate\w*|twice|slow\w*|takes? (forever|ages|(so|too|very) long)|"
    r"blank|empty|timeouts?|times? out|loops?|"
    r"keeps? \w+ing|stops?|stopped|throws?|bug|still|instead of|late|early|unreadable|charged|overcharged|"
    r"not (valid|possible|allowed|found|available|showing|loading|saved|sent)|"
    r"can (somebody|someone|anyone|you) (please )?(fix|look|check|help)|counted (as|for)|(turn|show)ed up|no longer|"
    r"by mistake|two \w+ at the same time|\d+ to \d+ times|"
    r"kann sich (das )?(mal )?jemand|alguien puede|quelqu'un peut|"
    r"geht nicht|funktioniert nicht|klappt nicht|fehler\w*|kaputt|falsch\w*|trotzdem|"
    r"ya no|no funciona|no puede\w*|falla\w*|ne marche pas|ne fonctionne pas|"
    r"(?:ne |n')\w+ plus|erreur)\b|エラー|できない|できません|動か"
)
_WANTED = (
    r"\b(i'?d (like|love)|(would|we'd|they'd) (like|love|want)|wish\w*|want(?! to know)\w*|needs? (to|a|an|the)|"
    r"could (we|you|it|the|there)|(?:^|(?<=[.!?:,] ))could (?!n[o']t)\w+|it would be|would be (nice|great|good|useful)|"
    r"can (we|you|it|i|the \w+) (have|get|add|make|ping|notify|tell|send|remind|show|let|offer|support|do|see)|"
    r"would (solve|help|save|do it|be enough)|so remember|please (add|make|let|allow)|"
    r"should (be able|have|let|allow|offer|support|send|show|get)|asks? for|asking for|requests?|requested|"
    r"feature request|suggest\w*|(?<!no )idea|let (me|us|people|users|them)|so that|option to|ability to|support for|"
    r"wünsch\w*|hätten? gern\w*|könnten wir|wäre (schön|gut|toll)|quisiera\w*|sería|nos gustaría|"
    r"il faudrait|ce serait|on aimerait|j'aimerais)\b|ほしい|欲しい|たい(です|と)"
)
# What it costs somebody: work, waiting, money, trust, and how often; or what they do instead.
_COST = (
    r"\b(hours?|minutes (a|each|every|later)|(all|every|each|a) (day|week|month|morning|monday)|per (day|week|month)|"
    r"(second|third|fourth|fifth|\d+th) time|cost\w*|manually|by hand|workaround|"
    r"(way|work) around|meanwhile|instead (they|we|i|people)|(has|have|had|having) to \w+|(can|could) only|"
    r"(every|any|no|some)(body|one) (else )?(can|could|took|takes|grabbed|got)|gave up|give up|wait(s|ed|ing)\b|"
    r"stood|stranded|turned (up|away)|walk(s|ed|ing) (around|away|in)|miss(es|ed)|without (a|an|any|their)\b|"
    r"los(e|es|ing)|complain\w*|trust\w*|furious|angry|(is|are) (cross|mad|upset|unhappy)|embarrass\w*|laugh\w*|"
    r"hate[sd]?|annoy\w*|frustrat\w*|good look|shouted|disput\w*|(call|ring|write|mail)s? (us|in|me|reception|support)|"
    r"blocks (us|me|them|our|every\w+)|blocked|blocker|deadline|churn|renewal|"
    r"charged|billed|refund\w*|credit(ed)? (it|them|manually)|\d ?(€|eur\w*|usd|dollars?|pounds?)|"
    r"(won'?t|wouldn'?t) (sign|buy|renew|pay|agree|accept|approve)|lost (the|their|our|an?) (deal|order|customer|sale)|"
    r"jede[ns]? (tag|woche|monat)|von hand|betroffen|(muss|müssen|doit|doivent|tienen? que)|rufen|"
    r"cada (día|semana|mes)|a mano|sin (sala|poder|acceso)|se qued\w+|chaque (jour|semaine|mois)|"
    r"à la main)\b|[€$£] ?\d|\d ?%|今は|毎|何度も|手作業"
)
# Who is hit, which says enough of a fault; that somebody asks for a thing does not say what its lack costs.
_HIT = (
    r"\b((?<!not )(\d+|two|three|four|five|six|several|many|most|some|all|our|both) (\w+ )?"
    r"(people|users|customers|clients|colleagues|teams|companies|accounts|sites|offices|shops|members|guests|staff|"
    r"drivers|leute|personas|profesores|personnes)|users? (are|can|have)|"
    r"(\d+|several|many|most) (\w+ )?(orders|bookings|series|invoices|parcels|rooms|places)|"
    r"people (are|can\w*|see|have to|sit|end up)|customers? (see\w*|in the|can\w*|got|asking why)|"
    r"clients? (in|was|were)|"
    r"everybody|nobody|no one|all of us|whole (team|company|office)|\d+ (of|out of) \d+|kund\w+|leute|clientes?)\b"
)
FIELD: dict[Field, str] = {
    "actual_behavior": _WRONG,
    "steps_to_reproduce": (
        r"\b(steps? to|to reproduce|reproduc\w+|when (i|you|we|they|she|he|people|someone) \w+|if (i|you|we|they) \w+|"
        r"(tap|click|open|press|select|choose|enter|rotate|upload|scroll|turn|type|search|scan|save)\w* "
        r"\w+.*\b(then|and|,)|"
        r"go(es)? to (the )?\w+ (page|tab|menu|screen|settings)|after (i|you|we|they) \w+|every time (i|we|you)|"
        r"tried (it )?(twice|again|\d|three|several)|wenn (ich|man|wir)|cuando|"
        r"quand (je|on))\b|\w > \w|->|→|(GET|POST|PUT|PATCH|DELETE) /"
    ),
    "expected_behavior": (
        r"\b(expect\w*|should ?(n[o']t)?|supposed to|ought to|must(?! have)( ?n[o']t| be)?|"
        # What it is held against: what was promised, what was thought, what is right elsewhere.
        r"thought (this|that|it|we)|(we|they) (said|promised)|contract|although|even though|used to|"
        r"(is|are|was|were) (right|correct|fine)|don'?t think so|since when|"
        r"erwart\w*|soll(te)?n?|trotzdem|obwohl|eigentlich|debería\w*|aunque|sin embargo|devrait|"
        r"attendu\w*|attend(ait|ais|ions)|s'attend\w*|alors que|"
        r"pourtant)\b|はず|べき|のに"
    ),
    "environment": (
        r"\b(chrome|firefox|safari|edge|opera|ios|ipados|android|windows|macos|linux|iphone|ipad|galaxy|pixel|"
        r"browser|version|build|release (?=\d)|staging|production|sandbox|region|(admin|web) console|"
        r"webhooks?|endpoints?|api|"
        r"app v?\d)\b|\bv?\d+\.\d+(\.\d+)?\b"
    ),
    "impact": f"{_COST}|{_HIT}",
    "desired_outcome": _WANTED,
}
HEDGED = re.compile(
    r"\b(\w+ something|something like|some kind of|whatever|not sure|i (think|guess)|irgendein\w*)\b", re.IGNORECASE
)
# Where a kind of report asks for more.
BY_KIND: dict[tuple[Field, Kind], str] = {("impact", "idea"): _COST}
# Which cannot stand in the sentence that tells another.
APART: dict[tuple[Field, Kind], Field] = {("impact", "idea"): "desired_outcome"}
ASKS = re.compile(
    r"^(how|where|when|what|which|who|why|does|do|is|are|can|may|wie|wo|was|warum|kann|cómo|dónde|comment|où|est-ce)\b"
    r".*[?？]$|\bor not[?？]$|[かの][?？]$",
    re.IGNORECASE,
)

EFFECT = {
    "blocked": r"\b(can'?t|cannot|unable|nobody can|no one can|fails?|stuck|crash\w*|blocked|loops?)\b",
    "cosmetic": r"\b(typo|cosmetic|colou?rs?|alignment|misaligned|font|ugly|spelling|overlap\w*)\b",
    "hindered": r"\b(slow\w*|twice|wrong|annoying|manually|by hand|takes? (too )?long|confus\w+)\b",
}
AFFECTED = {
    "everyone": (
        r"\b(nobody|no one|everyone|everybody|all (users|customers|of (us|them)|sites?)|whole (company|office|site))\b"
    ),
    "several": (
        r"\b(customers|users|people|several|teams?|\d{2,} (people|users|of)|\d+ (of|out of) \d+|"
        r"third time|office|staff)\b"
    ),
    "one": r"\b(only me|just me|only (her|him|one)|one (user|person|customer))\b",
}
WORKAROUND = {
    "no": r"\b(no (way around|workaround|alternative)|nothing (helps|works))\b",
    "yes": (
        r"\b(workaround|way around|work around|by hand|manually|works? (fine )?(in|on|with|if|when|from) |"
        r"can use \w+)\b"
    ),
}
STAKES = {
    "data_exposed": (
        r"\b(see|sees|saw|shows?|shown|showed)\b.{0,40}\b(other|another|someone else'?s|wrong) "
        r"(\w+ )?(data|account|user'?s?|customer'?s?|person'?s?)\b"
    ),
    "money": r"\b(charged|overcharged|billed|invoice\w*|refund\w*|double payment)\b",
    "data_lost": r"\b((lost|losing|deleted|wiped)\b.{0,25}\b(data|records?|entries|work|files?|changes)|data loss)\b",
}
CORRECTS = re.compile(
    r"\b(i was wrong|my mistake|correction|scratch that|turns out|not .{1,40}, sorry|you are right|you're right|"
    r"i misread|stimmt nicht|mein fehler|me equivoqué|je me suis trompé)\b",
    re.IGNORECASE,
)
TROUBLE = """
    work works working worked doesn't don't isn't can't won't broken broke fail fails failed failing wrong bad issue
    issues problem problems bug bugs error errors help please today now yesterday app thing things stuff something
    somebody anybody down urgent check look fix seems think happen happens happening happened happning doesnt dont isnt
    cant wont kaputt geht problem fehler funktioniert funciona marche
"""
SETTLED = re.compile(
    r"\b(never ?mind|nvm|false alarm|no ticket (needed|required)|solved|resolved itself|"
    r"sorted (now|out(?! of))|sorted(?=\W*$|[.,;:!)])|"
    r"works? (again )?now|works? again|working (now|again)|all (good|fine)|(has )?fixed itself|"
    r"hat sich erledigt|geht wieder|ya funciona|ça (re)?marche)\b",
    re.IGNORECASE,
)
# Said of the whole report: why it was raised ("wrong account", "I did not look") takes nothing of it back.
_CALLED_OFF = re.compile(
    r"\b(never ?mind(?! (the|my|about|how|if|what)\b)|nvm|(?<!not a )(?<!n't a )(?<!no )false alarm|"
    r"no ticket (is )?(needed|required)|hat sich erledigt)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\b(still|but|except|however|again|no longer|noch immer|immer noch|aber|sigue|pero|toujours|encore|mais)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(not|never|cannot|still|no longer|nicht|kein\w*|noch|todavía|aún|sigue|pas|(?:ne |n')\w+ plus|"
    r"no (?:me |nos |se |lo )?(?:funciona|va|puede\w*)|"
    r"(?:do|does|did|is|are|was|were|ca|could|wo|would|should|has|have)n'?t)\b",
    re.IGNORECASE,
)
# That nobody knows what it was, or that nothing is left of it, denies nothing.
_ASIDE = re.compile(
    r"\b((not sure|don'?t know|no idea) (why|how|what)|(no( more)?|without) (problems?|issues?|errors?))\b",
    re.IGNORECASE,
)
# Wishes in passing, as people add them to "never mind".
MILD_WISH = re.compile(
    r"\b(maybe|perhaps|still|but)\b.{0,20}\b(make|add|show|say|have|change|clearer|better)\b", re.IGNORECASE
)
# What is felt about something, with no single fault or wish in it.
OPINION = re.compile(
    r"\b(disappoint\w*|hates?|loves?|awful|horrible|confus\w+|annoy\w*|a pain|clumsy|ugly|too many clicks|feels?|felt|"
    r"feedback|trust|frustrat\w*|unhappy|nobody understands|everyone says|look elsewhere|finally|great)\b",
    re.IGNORECASE,
)


def settles(sentence: str, wording: re.Pattern[str] = SETTLED) -> bool:
    """Whether a sentence says that the trouble is over, and beside that no trouble and no "not"."""
    said = sentence.replace("’", "'")
    if not wording.search(said) or ASKS.search(said):
        return False
    rest = _ASIDE.sub("", wording.sub("", said))
    trouble = _DENIED.search(rest) or re.search(_WRONG, rest, re.IGNORECASE)
    return not trouble or (_CALLED_OFF.search(said) is not None and not _GOES_ON.search(rest))
