"""Where personal data stands in a text: addresses, phones, cards, accounts and id numbers; nothing is replaced.

Shapes propose and libraries decide: phonenumbers knows which groups of digits make a phone number in a country,
python-stdnum checks the digits of accounts, cards and id numbers.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from phonenumbers import Leniency, PhoneNumberMatcher
from stdnum import iban, luhn
from stdnum.br import cpf
from stdnum.ch import ssn as ahv
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.in_ import aadhaar
from stdnum.it import codicefiscale
from stdnum.mx import curp
from stdnum.se import personnummer
from stdnum.us import ssn

Span = tuple[int, int]

# Repetitions are bounded throughout: a text of 40,000 letters must not take minutes.
EMAIL = r"[\w.+%-]{1,64}(?:@|\s?[\[(]at[\])]\s?)[^\W_](?:[\w-]{0,63}\.){1,8}[^\W\d_]{2,24}"
_EMAIL = re.compile(EMAIL + r"|\b\w{1,64}(?: dot \w{1,64}){0,4} at \w{1,64}(?: dot \w{1,64}){0,4}? dot [a-z]{2,6}\b")
# Countries whose way of writing numbers without +NN is known by its grouping.
_REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "JP", "IN", "BR", "NL", "CH", "AT", "PL")
# Groups of digits, or one with a sign of its own; a long number alone may be anything.
_WRITTEN = re.compile(r"\d[ ()/-]+\d|\d\.\d+\.\d|^\+|^0\d+$")
_MAYBE_PHONE = re.compile(r"[+(]?\d(?:[^\w\n]{0,3}\d){6,24}")
# By its look alone: typing errors and invented numbers are personal data too. Dates look alike: 04/11 2026.
_LIKE_PHONE = re.compile(
    r"(?<![\w.+])(?!\d{1,2}[ ./-]\d{1,2}[ ./-](?:19|20)\d\d|(?:19|20)\d\d[ ./-]\d\d)"
    r"(?:\+\d[\d ().\-/]{6,18}\d|\(\d{2,5}\)[ \-]?\d{2,4}(?:[ \-]\d{2,5}){1,3}|\d{3}[-. ]\d{3}[-. ]\d{4}"
    r"|0\d{1,4}[ /-]\d{3,8}(?:[ -]\d{2,8}){0,3})(?![\w:])"
)
_NAMED_PHONE = re.compile(
    r"(?i)\b(?:call(?: \w+)?(?: at| on)?|phone|tel|telefon|mobile|cell|handy|whatsapp|móvil|portable)\.?:?\s+"
    r"(?P<value>\+?\d{8,14})(?![\w.:-])"
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){2,8}(?: ?[A-Z0-9])?\b")
_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")
# Beginnings and lengths of the networks; other numbers with a good check digit are articles and parcels.
_NETWORKS = re.compile(
    r"4\d{12}|4\d{15}|4\d{18}|(?:5[1-5]|2[2-7])\d{14}|6\d{15}|6\d{18}|3[47]\d{13}|3[068]\d{12}|35\d{14}"
)
_IDS: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = tuple(
    (re.compile(rf"(?<![\w.-]){shape}(?![\w-])"), check)
    for shape, check in (
        (r"\d{3}-\d{2}-\d{4}", ssn.is_valid),
        (r"\d{8}-?[A-HJ-NP-TV-Z]", dni.is_valid),
        (r"[XYZ]-?\d{7}-?[A-Z]", nie.is_valid),
        (r"[12] ?\d{2} ?\d{2} ?[0-9AB]{2} ?\d{3} ?\d{3} ?\d{2}", nir.is_valid),
        (r"\d{3}\.\d{3}\.\d{3}-\d{2}", cpf.is_valid),
        (r"756\.\d{4}\.\d{4}\.\d{2}", ahv.is_valid),
        (r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]", codicefiscale.is_valid),
        (r"[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d", curp.is_valid),
        (r"\d{4} \d{4} \d{4}", aadhaar.is_valid),
        (r"\d{6}[-+]\d{4}", personnummer.is_valid),
        (r"\d{6}[-+A-F]\d{3}[0-9A-Z]", hetu.is_valid),
        # British National Insurance numbers have no check digit.
        (r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]", bool),
    )
)
_NAMED_ID = re.compile(
    r"(?i)\b(?:passport|passnummer|reisepass\w*|ausweis\w*|id card|driv(?:er'?s|ing) licen[cs]e|social security|"
    r"ssn|bsn|pesel|steuer-?id\w*|tax id|national insurance|ni|dni|nie|cpf|sécu\w*)"
    r"(?:\s{1,4}(?:number|no\.?|nr\.?|nummer|num\w*))?\s{0,4}(?:[:#=]|is|ist|es|est)?\s{0,4}"
    r"(?P<value>(?=[A-Z0-9-]{0,16}\d{2})[A-Z0-9][A-Z0-9-]{6,17})(?!\w)"
)
_CITY = r"\d{4,5} [A-ZÄÖÜÉ][^\W\d_]+"
_WORD = r"[A-ZÄÖÜÉ][\w'.-]{0,30}"
_PART = r"[A-ZÄÖÜÉ][\w'.]{0,30}"
_ADDRESSES = [
    re.compile(pattern)
    for pattern in (
        rf"\b\d{{1,5}}[A-Za-z]? (?:{_WORD} ){{1,3}}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Terrace|Court|Ct|"
        r"Way|Place|Square|Boulevard|Blvd|Close|Crescent|Gardens|Row|Hill)\b\.?,?[^\n;:!?]{0,40}?"
        r"\b(?:[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[A-Z]{2} \d{5}(?:-\d{4})?)\b",
        # Parts without hyphens of their own: "Ab-Ab-Ab" must not be split in every way.
        rf"\b{_PART}(?: {_PART}|-[\w'.]{{1,30}}){{0,6}}?(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer|"
        rf"laan|straat|gracht| Straße| Weg| Platz| Allee) \d{{1,4}} ?[a-z]?,? {_CITY}",
        rf"\b{_WORD}(?: [^\W\d_]+){{1,3}} \d{{1,4}} ?[a-z]?, {_CITY}",
        r"(?i:\b\d{1,4}(?: bis| ter)?,? (?:rue|avenue|boulevard|place|chemin|allée|impasse|quai))"
        rf" [^\n;:!?\d]{{2,40}}?,? {_CITY}",
        rf"\b(?:Calle|Avenida|Avda\.?|C/|Plaza|Paseo|Via|Viale|Piazza) [^\n;:!?\d]{{2,40}}?,? ?\d{{1,4}},? {_CITY}",
    )
]


def emails(text: str) -> Iterator[Span]:
    """E-mail addresses, also with (at)."""
    return (found.span() for found in _EMAIL.finditer(text))


def accounts(text: str) -> Iterator[Span]:
    """Bank accounts by their IBAN."""
    for found in _IBAN.finditer(text):
        parts = found[0].split(" ")
        for count in range(len(parts), 0, -1):
            if iban.is_valid(shorter := " ".join(parts[:count])):
                yield found.start(), found.start() + len(shorter)
                break


def cards(text: str) -> Iterator[Span]:
    """Payment cards."""
    for found in _CARD.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if _NETWORKS.fullmatch(digits) and luhn.is_valid(digits):
            yield found.span()


def id_numbers(text: str) -> Iterator[Span]:
    """National id numbers by their check digits, others behind their name."""
    for pattern, check in _IDS:
        yield from (found.span() for found in pattern.finditer(text) if check(found[0]))
    yield from (found.span("value") for found in _NAMED_ID.finditer(text))


def phones(text: str) -> Iterator[Span]:
    """Phone numbers: those a country would write so, and those that look like one."""
    for maybe in _MAYBE_PHONE.finditer(text):
        # With what stands beside it: part of a longer word or number is no phone number.
        begin, end = max(maybe.start() - 2, 0), maybe.end() + 2
        yield from ((begin + start, begin + stop) for start, stop in _numbers(text[begin:end]))
    for like in _LIKE_PHONE.finditer(text):
        if 8 <= sum(map(str.isdigit, like[0])) <= 15:
            yield like.span()
    yield from (named.span("value") for named in _NAMED_PHONE.finditer(text))


@lru_cache(maxsize=1024)
def _numbers(text: str) -> list[Span]:
    """International numbers, then national ones in their country's own grouping."""
    found = []
    for region in (None, *_REGIONS):
        for match in PhoneNumberMatcher(text, region, leniency=Leniency.EXACT_GROUPING if region else Leniency.VALID):
            if _WRITTEN.search(match.raw_string) and not re.search(r"[\w./:-]$", text[: match.start]):
                found.append((match.start, match.end))
    return found


def addresses(text: str) -> Iterator[Span]:
    """Postal addresses: street and number together with a postcode. A street alone is a place, nobody's address."""
    for pattern in _ADDRESSES:
        yield from (found.span() for found in pattern.finditer(text))
