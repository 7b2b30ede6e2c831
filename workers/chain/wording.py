"""The wordings that the rules look for, as patterns; English first, the plainest of a few other languages."""

import re

from workers.chain.data import Field

_WRONG = (
    r"\b(can'?t|cannot|can not|could ?n[o']t|unable|fail\w*|error\w*|broke\w*|broken|wrong|incorrect|does ?n[o']?t|"
    r"do ?n[o']?t work|did ?n[o']?t|is ?n[o']t|not working|wo ?n[o']t|crash\w*|froze\w*|freez\w*|stuck|hang\w*|"
    r"nothing happens|disappear\w*|missing|lost|duplicate\w*|twice|slow\w*|blank|empty|timeouts?|times? out|loops?|"
    r"keeps? \w+ing|stops?|stopped|throws?|bug|still|again|instead of|late|early|unreadable|charged|overcharged|"
    r"not (valid|possible|allowed|found|available|showing|loading|saved|sent)|"
    r"can (somebody|someone|anyone|you) (please )?(fix|look|check|help)|counted (as|for)|(turn|show)ed up|no longer|"
    r"by mistake|two \w+ at the same time|\d+ to \d+ times|"
    r"geht nicht|funktioniert nicht|klappt nicht|fehler\w*|kaputt|falsch\w*|trotzdem|"
    r"ya no|no funciona|no puede\w*|falla\w*|ne marche pas|ne fonctionne pas|erreur)\b|エラー|できない|できません|動か"
)
_WANTED = (
    r"\b(i'?d (like|love)|(would|we'd|they'd) (like|love|want)|wish\w*|want(?! to know)\w*|needs? (to|a|an|the)|"
    r"could (we|you|it|the|there)|(?:^|(?<=[.!?:,] ))could (?!n[o']t)\w+|it would be|would be (nice|great|good|useful)|"
    r"can (we|you|it|i|the \w+) (have|get|add|make|ping|notify|tell|send|remind|show|let|offer|support|do|see)|"
    r"would (solve|help|save|do it|be enough)|so remember|please (add|make|let|allow)|"
    r"should (be able|have|let|allow|offer|support|send|show|get)|asks? for|asking for|requests?|requested|"
    r"feature request|suggest\w*|idea|let (me|us|people|users|them)|so that|option to|ability to|support for|"
    r"wünsch\w*|hätten? gern\w*|könnten wir|wäre (schön|gut|toll)|quisiera\w*|sería|nos gustaría|"
    r"il faudrait|ce serait|on aimerait|j'aimerais)\b|ほしい|欲しい|たい(です|と)"
)
FIELD: dict[Field, str] = {
    "actual_behavior": _WRONG,
    "steps_to_reproduce": (
        r"\b(steps? to|to reproduce|reproduc\w+|when (i|you|we|they|she|he|people|someone) \w+|if (i|you|we|they) \w+|"
        r"(tap|click|open|press|select|choose|enter|rotate|upload|scroll|turn)\w* \w+.*\b(then|and|,)|"
        r"go(es)? to \w+|after (i|you|we|they) \w+|every time (i|we|you)|wenn (ich|man|wir)|cuando|quand (je|on))\b"
    ),
    "expected_behavior": (
        r"\b(expect\w*|should ?(n[o']t)?|supposed to|ought to|must ?(n[o']t)?|erwart\w*|"
        r"soll(te)?n?|debería\w*|devrait|attend\w*)\b|はず|べき"
    ),
    "environment": (
        r"\b(chrome|firefox|safari|edge|opera|ios|ipados|android|windows|macos|linux|iphone|ipad|galaxy|pixel|"
        r"browser|version|build|release|staging|production|sandbox|region|api v?\d|app v?\d)\b|\bv?\d+\.\d+(\.\d+)?\b"
    ),
    "impact": (
        r"\b(customers?|clients?|users? (are|can|have)|(many|several|some|most|our|those|\d+) people|"
        r"people (are|can\w*|complain|laugh|lose|have to|wait|sit)|everyone|everybody|nobody|no one|all of us|"
        r"whole team|"
        r"hours?|each (week|month|day)|every (day|week|month|morning|monday)|cost\w*|complain\w*|"
        r"blocks (us|them|me|our)|blocked|blocker|deadline|manually|by hand|workaround|churn|renewal|"
        r"\d+ (of|out of) \d+|\d+ ?%|lose|losing|kund\w+|"
        r"clientes?|leute)\b"
    ),
    "desired_outcome": _WANTED,
}
ASKS = re.compile(
    r"^(how|where|when|what|which|who|why|does|do|is|are|can|may|wie|wo|was|warum|kann|cómo|dónde|comment|où|est-ce)\b"
    r".*[?？]$|[かの][?？]$",
    re.IGNORECASE,
)
ORDER = re.compile(
    r"(?i)\b(assistant|inkling|chatbot|bot|ai|llm|system|model)\s*:|"
    r"\b(ignore|disregard|forget|override)\b.{0,40}\b(instructions?|rules?|prompts?|above|previous|everything)\b|"
    r"\b(system prompt|developer mode|jailbreak)\b|\byou are (now|an? (ai|assistant|bot|model|helpful))\b|"
    r"\b(skip|bypass|without)\b.{0,25}\b(review|approval|approver|checks?|asking)\b.{0,20}$|"
    r"\b(mark|label|tag|treat|file) (this|it|the ticket|the report)\b.{0,25}\b(as|p[0-4]|urgent|approved)\b|"
    r"\bset (the )?priority\b|\b(pre-?|already |is |as |label )approved\b|\bapprove (it|this)\b|"
    r"\b(put|push|send|move) (it|this) (straight|directly|right)\b|"
    r"\b(forward|paste|post|copy|send) (this|the) (message|report|ticket|conversation|thread)\b|"
    r"\bbefore (answering|you answer|replying|summari[sz]ing)\b|\breplace the (ticket|body|title)\b|"
    r"\bpaste\b.{0,30}\beverything you know\b"
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
# "No idea, they only told us afterwards" is an answer, but tells nothing.
UNKNOWN = re.compile(
    r"^\W*(sorry,? )?((i|we) )?(have )?(no (idea|clue)|do ?n[o'’]?t know|not sure|unknown|can ?n?[o'’]?t (say|tell)|"
    r"keine ahnung|weiß (ich )?nicht|ni idea|no (lo )?sé|aucune idée|je ne sais pas)\b",
    re.IGNORECASE,
)
TROUBLE = """
    work works working worked doesn't don't isn't can't won't broken broke fail fails failed failing wrong bad issue
    issues problem problems bug bugs error errors help please today now yesterday app thing things stuff something
    somebody anybody down urgent check look fix seems think happen happens happening happened happning doesnt dont isnt
    cant wont kaputt geht problem fehler funktioniert funciona marche
"""
SETTLED = re.compile(
    r"\b(never ?mind|nvm|false alarm|no ticket (needed|required)|solved|resolved itself|sorted( now)?|"
    r"works? (again )?now|works? again|working (now|again)|all (good|fine)|(has )?fixed itself|"
    r"hat sich erledigt|geht wieder|ya funciona|ça (re)?marche)\b",
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
