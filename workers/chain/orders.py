"""Telling an order to the assistant from a report: by wordings of several languages, read as a model would read them.

Wordings never are complete. What they miss still has to pass verification, and no sentence of a draft has any effect:
the priority is computed, the state is a person's, links and mentions are taken out.
"""

import base64
import re
import unicodedata

_HELPER = (
    r"assistant|assistent\w*|asistente|assistente|inkling|chatbot|bot|ai|ia|ki|llm|system|model|modell|"
    r"アシスタント|助手"
)
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
_REVIEW = (
    r"review|approval|approver|checks?|asking|prüfung|freigabe|revisión|relecture|validation|revisione|revisão|controle"
)
_PRIORITY = r"priority|priorität|prioridad|priorité|priorità|prioridade|prioriteit|приоритет|priorytet"
_ORDER = re.compile(
    rf"(?i)\b(?:{_HELPER})\s*[:：]|"
    rf"\b(?:{_FORGET})\b.{{0,40}}(?:{_EARLIER})|"
    r"\b(?:system prompt|developer mode|jailbreak|note to (?:ai|the (?:ai|assistant|bot|model))\b)|"
    r"\byou are (?:now|an? (?:ai|assistant|bot|model|helpful))\b|\b(?:new )?rules? for (?:the )?(?:assistant|ai|bot)\b|"
    r"\border (?:the|this) (?:ai|assistant|bot|model)\b|"
    rf"\b(?:skip|bypass|without|ohne|sin|sans|senza|sem|zonder)\b.{{0,25}}\b(?:{_REVIEW})\b.{{0,20}}$|"
    r"\b(?:mark|label|tag|treat|file) (?:this|it|the ticket|the report|them)\b.{0,25}\b(?:as|p[0-4]|urgent|approved)\b|"
    r"\badd (?:the|a) label\b|"
    rf"\b(?:set|setze?|stelle?|pon|pone|poner|mets|mettre|mettez|imposta|defina|zet|ustaw)\b.{{0,25}}\b(?:{_PRIORITY})\b|"
    r"\b(?:pre-?|already |is |as |label )approved\b(?!.{0,30}\b(?:but|twice|yet)\b)|\burgent and approved\b|"
    rf"\b(?:{_APPROVE})\b.{{0,12}}\b{_SUBJECT}\b|\bapprove {_SUBJECT}\b|\bkeur {_SUBJECT} goed\b|"
    r"\b(?:put|push|send|move) (?:it|this) (?:straight|directly|right)\b|"
    r"\b(?:forward|paste|post|copy|send) (?:this|the) (?:message|report|ticket|conversation|thread)\b|"
    r"\bbefore (?:answering|you answer|replying|summari[sz]ing)\b|\breplace the (?:ticket|body|title)\b|"
    r"\bpaste\b.{0,30}\beverything you know\b|\bnotify (?:@|everyone|all)|"
    r"(?:指示|命令|ルール).{0,8}無視|承認(?:して|しろ|せよ)|忽略.{0,12}(?:指示|指令|规则|命令)|批准(?:此|这|该|本)|"
    r"優先度を.{0,8}(?:に|へ)(?:設定|して)|将?优先级.{0,6}(?:设|改)"
)
# Seen by no person, but read by a model; a word may be split with them.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ENCODED = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_TAGS = {0xE0000 + code: code for code in range(32, 127)}


def is_order(text: str) -> bool:
    """Whether a sentence gives orders to an assistant instead of telling something."""
    seen = unicodedata.normalize("NFKC", _UNSEEN.sub("", text.translate(_TAGS)))
    return any(_ORDER.search(reading) for reading in (seen, *map(_decoded, _ENCODED.findall(seen))))


def _decoded(word: str) -> str:
    """A long word read as base64; empty when it is none."""
    try:
        return base64.b64decode(word + "=" * (-len(word) % 4)).decode()
    except ValueError:
        return ""
