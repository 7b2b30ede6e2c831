"""Telling an order to the assistant from a report: by wordings of several languages, read as a model would read them.

Wordings never are complete. What they miss still has to pass verification, and no sentence of a draft has any effect:
the priority is computed, the state is a person's, links and mentions are taken out.
"""

import base64
import re
import unicodedata

_HELPER = r"assistant|assistent\w*|asistente|assistente|inkling|chatbot|bot|ai|ia|ki|llm|アシスタント|助手"
_EARLIER = (
    r"instructions?|rules?|prompts?|above|previous|everything|anweisung\w*|anordnung\w*|regeln?|bisherig\w*|"
    r"instrucciones|reglas|anteriores|istruzioni|regole|precedenti|consignes|règles|précédent\w*|instruções|regras|"
    r"instructies|regels|eerdere|инструкци\w*|указани\w*|правил\w*|instrukcj\w*|polece\w*|指示|命令|ルール|指令|规则"
)
_FORGET = (
    r"ignore[rz]?|ignorez|disregard|forget|override|ignoriere?\w*|vergiss|missachte|ignora|olvida|dimentica|oublie[rz]?|"
    r"esqueça|negeer|vergeet|игнорируй\w*|забудь\w*|zignoruj|zapomnij"
)
_SUBJECT = (
    r"(?:it|this|(?:this |the )?(?:\w+ ){0,2}(?:ticket|report|card|draft)|all|dies\w*(?: ticket)?|das ticket|es|"
    r"est[eao](?: ticket)?|el ticket|ce(?:ci|la)?(?: ticket)?|le ticket|quest[oa](?: ticket)?|isto|dit(?: ticket)?|"
    r"этот \w+|этот|to zgłoszenie)"
)
_APPROVE = (
    r"approve|genehmig\w*|gib|aprueba|aprueb[ae]n?|approuve[rz]?|approva|approvate|aprove|keur|одобри\w*|zatwierdź"
)
_REVIEW = r"review|approval|approver|prüfung|freigabe|revisión|relecture|validation|revisione|revisão|controle"
_UNREVIEWED = rf"\b(?:without|ohne|sin|sans|senza|sem|zonder)\b.{{0,25}}\b(?:{_REVIEW})\b.{{0,20}}$"
_PRIORITY = r"priority|priorität|prioridad|priorité|priorità|prioridade|prioriteit|приоритет|priorytet"
_ORDER = re.compile(
    rf"(?i)\b(?:{_HELPER})\s*[:：]|"
    # "Operating system: Windows 11" and "Model: Galaxy S21" name a device.
    rf"\b(?:system|modell?)\s*[:：]\W*(?:{_FORGET}|{_APPROVE}|assistant|you\w*|please|do|always|never|from now|mark|"
    r"label|tag|treat|file|add|set|notify|put|push|send|move|forward|paste|post|copy|replace|skip|bypass|open|priority)\b|"
    rf"\b(?:{_FORGET})\b.{{0,40}}(?:{_EARLIER})|"
    r"\b(?:system prompt|developer mode|jailbreak|note to (?:ai|the (?:ai|assistant|bot|model))\b)|"
    r"\byou are (?:now|an? (?:ai|assistant|bot|model|helpful))\b|\b(?:new )?rules? for (?:the )?(?:assistant|ai|bot)\b|"
    r"\border (?:the|this) (?:ai|assistant|bot|model)\b|"
    rf"\b(?:ticket|board)\b.{{0,40}}{_UNREVIEWED}|"
    r"\b(?:this|every|the|your) ticket\b.{0,20}\bapproved\b(?!.{0,30}\b(?:but|twice|yet)\b)|"
    r"\burgent and (?:pre-?)?approved\b|\bas (?:pre-?)approved\b|"
    rf"\b(?:{_APPROVE})\b (?:this|dieses|este|ce|questo|dit) ticket\b|"
    r"\bbefore (?:answering|you answer|replying|summari[sz]ing)\b|\breplace the (?:ticket|body|title)\b|"
    r"\bpaste\b.{0,30}\beverything you know\b|"
    r"(?:指示|命令|ルール).{0,8}無視|承認(?:して|しろ|せよ)|忽略.{0,12}(?:指示|指令|规则|命令)|批准(?:此|这|该|本)|"
    r"優先度を.{0,8}(?:に|へ)(?:設定|して)|将?优先级.{0,6}(?:设|改)"
)
# Orders only where somebody is told to do it: "I can't set the priority" and "when I approve it" are reports.
_DEED = re.compile(
    r"(?i)\b(?:(?:mark|label|tag|treat|file) (?:"
    r"this\b.{0,25}\b(?:as|p[0-4]|urgent|approved)|"
    # "Mark it as read" is a step.
    r"(?:it|them|the (?:ticket|report))\b.{0,25}"
    r"\b(?:p[0-4]|prio\w*|urgent|critical|blocker|(?:pre-?)?approved|reviewed))|"
    r"add (?:the|a) label(?! (?:to|on|in|for|and|then|with)\b(?! this)|\s*[,.;]|$)|"
    r"(?:set|setze?|stelle?|pon|pone|poner|mets|mettre|mettez|imposta|defina|zet|ustaw)\b.{0,25}"
    rf"\b(?:{_PRIORITY})\b(?! (?:of|for|on) (?:an?|any|some|one)\b)|"
    rf"(?:{_APPROVE})\b.{{0,12}}\b{_SUBJECT}|keur {_SUBJECT} goed|"
    r"(?:put|push|send|move) (?:it|this) (?:straight|directly|right)|"
    rf"(?:put|push|send|move|post|publish|file|create) (?:it|this)\b.{{0,40}}{_UNREVIEWED}|"
    rf"(?:skip|bypass)\b.{{0,25}}\b(?:{_REVIEW})\b.{{0,20}}$|"
    r"(?:forward|paste|post|copy|send) (?:this|the) (?:message|report|ticket|conversation|thread)|"
    # "Notify everyone when a room is cancelled" is a wish.
    r"notify (?:@|(?:everyone|all)\b(?!.{0,60}\b(?:when|whenever|if|once|as soon)\b))|"
    r"(?:it|this)(?: is|'s) (?:now |already |hereby )?(?:pre-?)?approved\b(?!.{0,30}\b(?:but|twice|yet)\b))"
)
# What stands before it in its clause: nothing at all, or words that bid.
_BIDS = re.compile(
    rf"(?i)(?:^[\W\d]*|\b(?:please|kindly|bitte|por favor|prego|you (?:must|shall|are to)|you to|your task is to|"
    rf"(?:{_HELPER})(?:,? (?:must|shall|to))?))\s*$"
)
# What may as well go on with what somebody did.
_JOINS = re.compile(r"(?i)(?:[,;–—>-]|\b(?:and|then|also|so|now|just|und|dann|y|luego|et|puis|e|poi|en|dan|и))\s*$")
_DOES = re.compile(
    r"(?i)\b(?:i|we|you|they|he|she|one|users?|people|ich|wir|man)(?:'(?:ve|d|ll))? "
    r"(?!am\b|are\b|need\b|want\b|order\b|ask\b|demand\b|insist\b|hereby\b)\w|"
    r"\b(?:able|unable|possible|impossible|trying|tried|like|how) to\b"
)
_CLAUSE = 200  # characters before a deed that are looked at
# Seen by no person, but read by a model; a word may be split with them.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ENCODED = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_TAGS = {0xE0000 + code: code for code in range(32, 127)}


def is_order(text: str) -> bool:
    """Whether a sentence gives orders to an assistant instead of telling something."""
    seen = unicodedata.normalize("NFKC", _UNSEEN.sub("", text.translate(_TAGS)))
    readings = (seen, *map(_decoded, _ENCODED.findall(seen)))
    return any(_ORDER.search(reading) or _bidden(reading) for reading in readings)


def _bidden(text: str) -> bool:
    """Whether a clause tells somebody to do what only people decide on."""
    for deed in _DEED.finditer(text):
        before = re.split(r"[.!?:：。！？\n]", text[max(deed.start() - _CLAUSE, 0) : deed.start()])[-1]
        if _BIDS.search(before) or (_JOINS.search(before) and not _DOES.search(before)):
            return True
    return False


def _decoded(word: str) -> str:
    """A long word read as base64; empty when it is none."""
    try:
        return base64.b64decode(word + "=" * (-len(word) % 4)).decode()
    except ValueError:
        return ""
