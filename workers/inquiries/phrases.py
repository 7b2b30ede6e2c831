"""How people ask what is known, or what became of their reports, as patterns in lower case; they decide nothing.

`x` is what is asked about. Each has to be unmistakable: what may be a report ("Is there an issue with") is not here.
"""

_X = r"(?P<x>.+)"
_ON = r"(?:about|on|regarding|concerning|around)"
_SURE = r"(?:about|regarding|concerning|that mentions?|mentioning)"
_TICKETS = r"(?:tickets?|feature requests?|bug reports?)"
_MORE = r"(?:tickets?|feature requests?|bug reports?|reports?|requests?|ideas?|complaints?|feedback)"
_SOME = r"(?:already )?(?:an? |any |some )?(?:(?:open|existing|known|other|earlier) )*"
_WHO = (
    r"(?:(?:our |the |my |any |some |other |any other )?(?:customers?|clients?|people|users?|colleagues)|"
    r"anybody|anyone|somebody|someone|everybody|everyone|others)"
)
_FOR = rf"(?:{_TICKETS} (?:already )?(?:for|on|{_SURE})|{_MORE} (?:already )?{_SURE})"
_SAID = r"(?:reported|asked (?:for|about)|requested|mentioned|complained about|raised|suggested)"
_SAY = r"(?:report|ask (?:for|about)|request|mention|complain about|raise|suggest)"
_TOLD = r"(?:say|said|saying|think|tell us|told us|report|reported|write|complain|complained|ask|asked)"
ABOUT = [
    rf"what (?:else )?(?:do|did) (?:we|you|you all|people) (?:already |actually )?know {_ON} {_X}",
    rf"what (?:we|you) (?:already |actually )?know {_ON} {_X}",
    rf"what(?:'s| is) (?:already )?known {_ON} {_X}",
    rf"what (?:do|have) (?:we|you) (?:have|got|heard|collected)(?: so far)? (?:about|on) {_X}",
    rf"(?:do|did) (?:we|you) (?:already )?(?:know|have|hear) (?:anything|something)(?: more| new)? "
    rf"(?:about|on|regarding) {_X}",
    rf"(?:if|whether) we (?:already )?(?:know|have) (?:anything|something) (?:about|on|regarding) {_X}",
    rf"(?:is (?:anything|something) (?:already )?known|is there anything (?:already )?known) {_ON} {_X}",
    rf"is there (?:already )?anything about {_X}",
    rf"(?:has|have|did) {_WHO} (?:already |ever )*(?:{_SAID}|{_SAY}) {_X}",
    rf"(?:if|whether) {_WHO} (?:has |have )?(?:already |ever )*{_SAID} {_X}",
    rf"(?:is|are|was|were) there {_SOME}{_FOR} {_X}",
    rf"(?:if|whether) there (?:is|are) {_SOME}{_FOR} {_X}",
    rf"do we (?:already )?have {_SOME}{_FOR} {_X}",
    rf"(?:any|which|what) (?:open |other )?(?:tickets|feature requests|bug reports|reports|requests|feedback) "
    rf"(?:do we have |did we get |are there |exist |came in )?(?:mention|{_SURE}) {_X}",
    rf"what (?:did|do|have|are) {_WHO} {_TOLD}(?: us)? (?:about|on|regarding|for) {_X}",
    rf"what {_WHO} (?:say|said|think) (?:about|on|regarding) {_X}",
    rf"how many (?:open |new |different )?{_MORE} (?:are there |do we have |have we (?:got|had) |"
    rf"did we (?:get|have|receive) |came in |have come in |were there )?(?:mention|mentioned|{_SURE}) {_X}",
    rf"how many (?:different |other )?(?:customers|clients|people|users) (?:have )?{_SAID} {_X}",
    r"how (?:often|many times) (?:was|were|has|have) (?P<x>.+?) (?:been )?(?:reported|mentioned|requested|asked for)",
    rf"what(?:'s| is) the (?:current )?(?:state|status) of the (?:{_TICKETS}|ideas?) (?:for|on|{_SURE}) {_X}",
    rf"what (?:has )?(?:happened|became|become) (?:to|with|of) the (?:{_TICKETS}|ideas?) {_SURE} {_X}",
    rf"what can you tell (?:me|us) about {_X}",
    rf"was wissen wir (?:schon |bereits |alles )*(?:über|zu|zum|zur|von) {_X}",
    rf"wissen wir (?:schon |bereits )*(?:et)?was (?:über|zu|zum|zur) {_X}",
    rf"was ist (?:schon |bereits )?(?:über|zu) {_X} bekannt",
    rf"(?:hat|haben) (?:schon |bereits )?(?:mal )?(?:jemand|irgendjemand|irgendwer|(?:andere )?kunden) "
    rf"(?:schon |bereits )?(?:mal )?{_X} (?:gemeldet|gewünscht|erwähnt|vorgeschlagen)",
    rf"gibt es (?:schon |bereits )?(?:eine? |irgendeine? |irgendwelche )?(?:offene[sn]? )?(?:tickets?|meldung(?:en)?) "
    rf"(?:schon |bereits )?(?:über|zu|zum|zur|für) {_X}",
    rf"was (?:sagen|sagten|meinen|haben) (?:die |unsere )?(?:kunden|nutzer|leute) (?:über|zu|zum|zur) {_X}?(?: gesagt)",
    rf"was (?:sagen|sagten|meinen) (?:die |unsere )?(?:kunden|nutzer|leute) (?:über|zu|zum|zur) {_X}",
    rf"wie viele (?:meldungen|tickets|beschwerden) (?:gibt es |gab es |haben wir |kamen )?(?:über|zu|zum|zur) {_X}",
    rf"(?:que (?:savons[- ]nous|sait[- ]on)|qu'est[- ]ce qu'on sait) (?:déjà )?(?:de|des|du|sur|à propos d[eu]s?) {_X}",
    rf"(?:est[- ]ce que quelqu'un a|quelqu'un a[- ]t[- ]il) (?:déjà )?(?:signalé|demandé|rapporté|mentionné) {_X}",
    rf"(?:y a[- ]t[- ]il|est[- ]ce qu'il y a) (?:déjà )?(?:un |des )?tickets? (?:sur|pour|à propos d[eu]s?) {_X}",
    rf"qu(?:'ont dit|e disent) (?:les|nos) (?:clients|utilisateurs) (?:de|des|du|sur|à propos d[eu]s?) {_X}",
    rf"combien de (?:tickets|signalements|demandes) (?:avons[- ]nous |y a[- ]t[- ]il )?(?:sur|à propos d[eu]s?) {_X}",
    rf"qué (?:sabemos|se sabe) (?:ya )?(?:de|del|sobre|acerca del?) {_X}",
    rf"sabemos algo (?:de|del|sobre|acerca del?) {_X}",
    rf"(?:ya )?(?:alguien )?ha (?:ya )?(?:alguien )?(?:reportado|pedido|mencionado|solicitado) {_X}",
    rf"hay (?:ya )?(?:algún |un )?(?:tickets?|reportes?) (?:ya )?(?:de|del|sobre|para|acerca del?) {_X}",
    rf"qué (?:dijeron|dicen|han dicho) (?:los |nuestros )?(?:clientes|usuarios) (?:de|del|sobre|acerca del?) {_X}",
    rf"cuántos (?:tickets|reportes) (?:hay |tenemos )?(?:de|del|sobre|acerca del?) {_X}",
]
_MINE = (
    r"(?:my|all my)(?: (?:own|last|latest|newest|first|other|old|open|recent|previous|earlier|two|three))* "
    r"(?:feature requests?|bug reports?|requests?|reports?|tickets?|ideas?|suggestions?|proposals?|"
    r"feedback|wish(?:es)?|bugs?|issues?)"
    rf"(?: (?:about|regarding|concerning) {_X})?"
)
_ASKED_FOR = (
    r"my (?:(?:last|latest|first|other) )?(?:feature request|bug report|request|ticket|idea|suggestion)s?"
    rf"(?: about {_X})?"
)
_MEINE = (
    r"meine?[mnrs]? (?:letzte[mnrs]? )?"
    r"(?:anfragen?|meldung(?:en)?|tickets?|ideen?|wunsch|wünschen?|vorschlägen?|vorschlag|feedback)"
)
_MES = r"(?:ma|mon|mes) (?:demandes?|tickets?|idées?|suggestions?|signalements?)"
_MIS = r"mis? (?:solicitud(?:es)?|petici(?:ón|ones)|tickets?|ideas?|sugerencias?|reportes?)"
OWN = [
    rf"what(?:'s| is| has|'s ever| ever)?(?: ever)? (?:happened|happening|become|became|come|came|new|up|going on) "
    rf"(?:to|with|of|about|on) {_MINE}",
    rf"(?:(?:what|how)(?:'s| is| are) )?(?:the )?(?:current )?(?:state|status|progress|fate) "
    rf"(?:of|on|for|with) {_MINE}",
    rf"how (?:is|are) {_ASKED_FOR} (?:doing|going|coming along|getting on|progressing)",
    rf"(?:is there |are there |do you have |have you got |got )?(?:any |some )?"
    rf"(?:news|updates?|progress|word) (?:yet )?(?:about|on|for|with|from|regarding) {_MINE}",
    rf"(?:did|has) anything (?:already )?(?:happen|happened|changed|come) (?:to|with|on|of) {_MINE}",
    rf"(?:has|have|is|are|was|were) {_ASKED_FOR} (?:been )?(?:already )?"
    r"(?:approved|declined|accepted|rejected|shipped|reviewed|on the board|written up)",
    rf"where (?:does|do) {_ASKED_FOR} stand",
    r"what (?:did|have) i (?:already )?(?:report|reported|suggest|suggested|ask for|asked for)",
    rf"was (?:ist|wurde|wird) (?:eigentlich )?(?:aus|mit) {_MEINE}(?: geworden| passiert| los)?",
    rf"wie (?:steht es (?:um|mit)|ist der (?:stand|status)(?: von| bei)?) {_MEINE}",
    rf"gibt es (?:schon )?(?:et)?(?:was )?(?:neues|neuigkeiten) (?:zu|von|bei) {_MEINE}",
    rf"(?:qu'est[- ]devenue?|que (?:devient|deviennent)|où en (?:est|sont)|quel est (?:le statut|l'état) de) {_MES}",
    rf"que s'est[- ]il passé avec {_MES}",
    rf"(?:qué (?:pasó|ha pasado|hay) (?:con|de)|cómo (?:va|van)|cuál es el estado de) {_MIS}",
]
