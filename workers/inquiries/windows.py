"""Stretches of time in people's words ("this month", "since May", "in the last 7 days"), in UTC; pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_MONTHS = (
    "january|januar|jänner|janvier|enero",
    "february|februar|février|febrero",
    "march|märz|mars|marzo",
    "april|avril|abril",
    "may|mai|mayo",
    "june|juni|juin|junio",
    "july|juli|juillet|julio",
    "august|août|agosto",
    "september|septembre|septiembre",
    "october|oktober|octobre|octubre",
    "november|novembre|noviembre",
    "december|dezember|décembre|diciembre",
)
_WEEKDAYS = (
    "monday|montag|lundi|lunes",
    "tuesday|dienstag|mardi|martes",
    "wednesday|mittwoch|mercredi|miércoles",
    "thursday|donnerstag|jeudi|jueves",
    "friday|freitag|vendredi|viernes",
    "saturday|samstag|samedi|sábado",
    "sunday|sonntag|dimanche|domingo",
)
_TODAY, _YESTERDAY = r"(?P<today>today|heute|aujourd'hui|hoy)", r"(?P<yesterday>yesterday|gestern|ayer)"
_THIS = r"(?P<this>this|diese[rnms]?|cette|ce|esta|este)"
_LAST = r"(?P<last>last|previous|letzte[rnms]?|vorige[rnms]?)"
_UNIT = r"(?P<unit>week|woche|semaine|semana|month|monat|mois|mes|year|jahr|année|año)"
_AFTER = r"(?P<after>dernière|dernier|passée?|pasad[ao])"
_PAST = r"(?:last|past|letzten|vergangenen|derniers|dernières|últim[ao]s)"
_UNITS = r"(?P<units>days?|tage?n?|jours?|días?|weeks?|wochen?|semaines?|semanas?|months?|monate?n?|mois|mes(?:es)?)"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})(?: (?P<year>20\d\d))?"
_SINCE = r"(?P<since>since|seit|depuis|desde)(?: (?:the|dem|der|le|el))?"
_NAMED = rf"{_TODAY}|{_YESTERDAY}|(?:la |le |el )?(?:{_THIS}|{_LAST}) {_UNIT}(?:-ci)?"
_PATTERNS = [
    re.compile(rf"(?:^|(?<=\s)){pattern}(?!\w)", re.IGNORECASE)
    for pattern in (
        rf"{_SINCE} (?:(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)? )?(?:of |de )?{_MONTH}"
        rf"(?: (?P<later>\d{{1,2}})(?:st|nd|rd|th)?)?",
        rf"{_SINCE} (?:last |letzte[mn] )?(?P<weekday>{'|'.join(_WEEKDAYS)})",
        rf"(?:(?:in|over|within|during|for|aus|während|en|sur|durant) )?(?:the |den |les |los |las )?"
        rf"(?:{_PAST} (?P<count>\d{{1,3}})|(?P<number>\d{{1,3}}) {_PAST}) {_UNITS}",
        rf"(?:in|over|within|during) the (?:last|past) {_UNITS}",
        rf"(?:in|during|im|en|aus dem) {_MONTH}",
        rf"(?:{_SINCE} )?(?:in |during )?(?:{_NAMED})",
        rf"(?:{_SINCE} )?(?:la |le |el )?{_UNIT} {_AFTER}",
    )
]


@dataclass(frozen=True)
class Window:
    """From `begin` up to `end`; `words` are how we say it ("this month")."""

    begin: datetime
    end: datetime
    words: str


def split(text: str, at: datetime) -> tuple[Window | None, str]:
    """The stretch of time that a text names, seen from `at`, and the text without it; nothing may lie in the future."""
    for pattern in _PATTERNS:
        for found in pattern.finditer(text):
            if (
                window := _window({name: value.lower() for name, value in found.groupdict().items() if value}, at)
            ) is None:
                continue
            rest = f"{text[: found.start()].rstrip()} {text[found.end() :].lstrip()}".strip()
            return window, re.sub(r"\s+(?=[?.!,])", "", rest)
    return None, text


def _window(said: dict[str, str], at: datetime) -> Window | None:
    today = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if "month" in said:
        window = _month(said, today)
    elif "weekday" in said:
        begin = today - timedelta(days=(today.weekday() - _place(_WEEKDAYS, said["weekday"])) % 7 or 7)
        return Window(begin, at, f"since {_day(begin, at)}")
    elif "units" in said:
        count = int(said.get("count") or said.get("number") or 1)
        unit, days = _length(said["units"])
        span = f"{count} {unit}s" if count > 1 else unit
        return Window(today - timedelta(days=days * count), at, f"in the last {span}") if count else None
    else:
        window = _named(said, today)
    if window is None or window.begin > at:
        return None
    if "since" in said:
        return Window(window.begin, at, f"since {_day(window.begin, at)}")
    return window


def _month(said: dict[str, str], today: datetime) -> Window | None:
    number = _place(_MONTHS, said["month"]) + 1
    year = int(said.get("year") or today.year - (number > today.month))
    try:
        begin = today.replace(year=year, month=number, day=int(said.get("day") or said.get("later") or 1))
    except ValueError:
        return None
    words = f"{begin:%B}" if year == today.year else f"{begin:%B %Y}"
    return Window(begin, _next_month(begin), f"in {words}")


def _named(said: dict[str, str], today: datetime) -> Window:
    tomorrow = today + timedelta(days=1)
    if "today" in said:
        return Window(today, tomorrow, "today")
    if "yesterday" in said:
        return Window(today - timedelta(days=1), today, "yesterday")
    unit = said["unit"]
    this = "this" in said
    if unit.startswith(("w", "s")):
        begin = today - timedelta(days=today.weekday() + (0 if this else 7))
        return Window(begin, begin + timedelta(days=7), "this week" if this else "last week")
    if unit.startswith("m"):
        begin = today.replace(day=1)
        begin = begin if this else (begin - timedelta(days=1)).replace(day=1)
        return Window(begin, _next_month(begin), "this month" if this else "last month")
    begin = today.replace(month=1, day=1, year=today.year - (0 if this else 1))
    return Window(begin, begin.replace(year=begin.year + 1), "this year" if this else "last year")


def _next_month(begin: datetime) -> datetime:
    return (begin.replace(day=28) + timedelta(days=4)).replace(day=1)


def _length(units: str) -> tuple[str, int]:
    """A unit in English, and how many days it has."""
    if units.startswith(("d", "t", "j")):
        return "day", 1
    return ("week", 7) if units.startswith(("w", "s")) else ("month", 30)


def _place(names: tuple[str, ...], name: str) -> int:
    return next(place for place, spellings in enumerate(names) if name in spellings.split("|"))


def _day(at: datetime, seen: datetime) -> str:
    return f"{at.day} {at:%B}" if at.year == seen.year else f"{at.day} {at:%B %Y}"
