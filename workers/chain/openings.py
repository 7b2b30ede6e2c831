"""The wordings that tell several matters from one: what announces a list of them, opens another, or takes one back."""

import re

_I = re.IGNORECASE
# Before a list: its items are matters of their own.
COLLECTS = re.compile(
    r"\b(notes|findings|feedback|takeaways|input) (from|of|after|collected)\b|"
    r"\b(things|points|issues|problems|bugs|faults|wishes|wish ?list|ideas|requests|asks|complaints|topics|remarks|"
    # Ideas "for" something or points "to" improve it are about that one thing.
    r"suggestions|improvements|features|deliverables)\b(?! (to|for|about|on)\b)|"
    r"\b(wünsche|punkte|themen|dinge|sachen|probleme|anliegen|ideen|vorschläge|verbesserungen|"
    r"(zwei|drei|vier|fünf|mehrere|einige|folgende) fehler)\b|"
    r"\b(cosas|problemas|puntos|temas|deseos|peticiones|errores|sugerencias|mejoras)\b|"
    r"\b(choses|problèmes|sujets|souhaits|demandes|remarques|idées|améliorations)\b|"
    r"要望|不具合が|[0-9０-９一二三四五六七]+(点|件|つ)",
    _I,
)
# Such a list of wishes and nothing else.
WISHES = re.compile(
    r"\b(wishes|wish ?list|ideas|requests|suggestions|improvements|features|deliverables|wünsche|ideen|vorschläge|"
    r"verbesserungen|deseos|peticiones|sugerencias|mejoras|souhaits|demandes|idées|améliorations)\b|要望",
    _I,
)
# Before a list: its items follow one goal, in order.
PLANS = re.compile(
    r"\b(in (this|that|the following) order|one after (another|the other)|step by step|"
    r"(?<!be )in (\w+ )?(phases|stages)|milestones|road ?map|plan\s*:?\s*$|goal|in dieser reihenfolge|nacheinander|"
    r"schrittweise|ziel|fahrplan|"
    r"en este orden|por fases|objetivo|dans cet ordre|par étapes|objectif)\b|順番|段階|目標",
    _I,
)
# Before a list: its items are steps, tries, effects, values or demands of one matter.
ONE_MATTER = re.compile(
    r"\b(steps?(?! by step)|repro\w*|how to|i did|we did|tried|attempts?|(when|whenever|after|if|once) "
    r"(i|you|we|they|he|she|someone|somebody|people|clicking|opening)|schritte?|nachstellen|versucht|ausprobiert|"
    r"(wenn|sobald|nachdem) (ich|man|wir|sie)|pasos?|reproduc\w*|probado|cuando|étapes?(?<!par étapes)|reproduire|"
    r"essayé|quand|lorsque)\b|手順|再現|試し|"
    r"\b(columns?|fields?|values?|options?|examples?|cases?|reasons?|causes?|rooms?|users?|sites?|places?|pages?|"
    r"browsers?|devices?|dates?|names?|rows?|files?|versions?|attachments?|links?|alternatives?|variants?|criteria|"
    r"requirements?|conditions?|symptoms?|effects?|details?|facts?|either|spalten|felder|werte|optionen|beispiele?|"
    r"gründe|räume|seiten|geräte|angaben|columnas|campos|valores|opciones|ejemplos?|motivos|salas|detalles|colonnes|"
    r"champs|valeurs|exemples?|raisons|salles|détails)\b[^.:]{0,30}[:：]?\s*$|"
    r"\b(should|must|needs? to|has to|have to|can|soll\w*|muss|müssen|kann|debe\w*|tiene que|puede|doit|doivent|peut)"
    r"\s*[:：]?\s*$",
    _I,
)
# An item that begins so is something one does, or a detail of the matter above it.
ACTION = re.compile(
    r"(i |you |we |then |first |now )?(open|click|tap|go|press|enter|select|log|sign|scroll|type|choose|pick|wait|"
    r"navigate|start|launch|close|reload|refresh|upload|drag|hover|turn|connect|visit|fill|submit|save|look|watch|"
    r"öffn\w*|klick\w*|tipp\w*|geh\w*|wähl\w*|ein(geben|loggen)|anmelden|drück\w*|warte\w*|"
    r"abr\w+|hacer|haz|pulsa\w*|entra\w*|selecciona\w*|elegir|espera\w*|"
    r"ouvr\w+|clique\w*|aller|appuye\w*|choisi\w*|saisi\w*|attend\w*)\b|.{0,20}(開く|開き|押す|押し|タップ|クリック)",
    _I,
)
DETAIL = re.compile(
    r"(https?://|or|and|but|(the )?(first|second|third|other)|it|this|that|they|he|she|happens|happened|occurs|works|"
    r"worked|started|appears|only|always|sometimes|since|not|same|every time|also|then|expected|actual|result|version|"
    r"browser|os|app|device|"
    r"es|das|sie|nur|immer|manchmal|seit|nicht|erwartet|eso|esto|solo|sólo|siempre|desde|ça|cela|il|elle|seulement|"
    r"toujours|depuis|それ|これ)\b",
    _I,
)
# A text with such a word speaks of what was said before it.
REFERS = re.compile(
    r"\b(it|this|that|they|them|he|she|him|her|es|das|sie|er|ihn|ihm|dies\w*|eso|esto|ello|ellos|ça|cela|ceci|il|"
    r"elle|ils|elles)\b|それ|これ|その|この",
    _I,
)
# What opens another matter in a thread ...
OPENS = re.compile(
    r"\W*(?:(and|oh|ok|also|btw|by the way|und|y|et)\W+)*"
    r"(another (thing|issue|problem|point|topic|wish|request|bug|matter)|one more (thing|issue|wish|request|point)|"
    r"(something|sth) else|separately|unrelated(ly)?|on (another|a different|a separate) (note|topic|matter)|"
    r"(a )?different topic|(while|since) (we|i|you)('?re| are|'?m| am) at it|next (topic|thing|point)|"
    r"(a )?second (thing|issue|problem|point|wish)|new topic|"
    r"(ein )?ander(es|e) (thema|sache|problem)|noch (etwas|was|eine sache|ein (anderer )?punkt|ein thema)|"
    r"unabhängig davon|(wo|wenn) wir (gerade |schon )?(mal )?dabei sind|davon unabhängig|"
    r"otr[oa] (cosa|tema|problema|asunto)|por otro lado|aparte de eso|ya que estamos|cambiando de tema|"
    r"(une )?autre (chose|sujet|problème|point|demande)|par ailleurs|sans rapport|(tant|puisque) qu'on y est)"
    r"(?!\w)[^\w(「]*|(別件|もう一つ|もうひとつ|それとは別に|話は変わりますが|ついでに)(ですが)?[、,:：\s]*",
    _I,
)
# ... and what may, once one has been opened.
ADDS = re.compile(r"\W*(and|also|plus|oh and|und|auch|außerdem|y|también|además|et|aussi|en plus|また|あと)\b\W*", _I)

_NOT = (
    r"(?:(?:on the )?not planned(?: list)?|not needed|no longer needed|out of scope|off the table|never mind|"
    r"forget (?:it|that|about it)|scrap (?:it|that)|drop (?:it|that)|skip (?:it|that)|(?:only|just) (?:noting|noted)|"
    r"(?:only|just) for the record|already (?:done|fixed|solved|there)|(?:is |are )done\b|"
    r"nicht geplant|nicht (?:mehr )?nötig|erledigt|hinfällig|vergiss (?:es|das)|vergesst es|nur (?:zur info|notiert)|"
    r"no (?:está )?(?:previsto|planeado|planificado)|ya no hace falta|olvídalo|olvidadlo|descartado|"
    r"pas prévu\w*|plus nécessaire|laisse(?:z)? tomber|oublie(?:z)?(?:[- ]le)?|予定なし|予定はありません|不要|取り下げ)"
)
_POINT = r"(?:(?:no|nr|number|point|item|punkt|nummer|punto|numéro)\.?\s*|#)?\(?(?P<label>\d{1,2}|[a-h])\)?"
# "5 is not planned", "point b: forget it", "forget 5".
BACK_BY_LABEL = re.compile(
    rf"(?:^|[,;.]\s+|\b(?:and|und|y|et)\s+){_POINT}\s*[:,–-]?\s*"
    rf"(?:is|are|was|ist|es|está|est)?\s*(?:also |auch )?{_NOT}|"
    rf"\b(?:forget|drop|skip|scrap|leave out|vergiss|streich\w*|olvida|quita|oublie|enlève)\w* (?:about )?"
    rf"{_POINT.replace('label', 'named')}(?=\s*(?:[.,;!)]|$|for now|for good|please|then|and\b|und\b|y\b|et\b))",
    _I,
)
# "yearly billing: forget it", "parking is not planned".
BACK_BY_NAME = re.compile(
    rf"^\W*(?P<what>[^.:?!]{{3,60}}?)\s*[:,–-]?\s*(?:(?:is|are|was|ist|sind|es|está|est|sont)\s+)?{_NOT}", _I
)
# An item that says so of itself, as an aside; and a reply under its number.
NOTED = re.compile(rf"(?:[(:,;–-]\s*|[.!]\s+){_NOT}", _I)
REFUSED = re.compile(rf"\W*(?:(?:is|are|was|ist|sind|es|está|est)\s+)?{_NOT}", _I)

# What a reviewer says about the number of tickets, and when it is that there should be one.
REGROUPS = re.compile(
    r"\b(split|separat\w*|divide\w*|merge\w*|(one|two|three|own|single|several) tickets?|aufteil\w*|trenn\w*|"
    r"zusammen\w*|(ein|eigene|zwei|drei|mehrere)\w* tickets?|divid\w*|separ\w*|unir|(un solo|dos|tres) tickets?|"
    r"fusionn\w*|sépar\w*|(un seul|deux|trois) tickets?)\b",
    _I,
)
JOINS = re.compile(
    r"\b(merge\w*|together|(one|a single) tickets?|(do not|don'?t|not) (split|separate|divide)|zusammen\w*|"
    r"(nur )?ein (einziges )?ticket|nicht (aufteilen|trennen)|unir|un solo ticket|no (dividir|separar)|fusionn\w*|"
    r"un seul ticket|ne pas (diviser|séparer))\b",
    _I,
)
