"""Masking secrets and personal data before any text leaves for a model or stands in a draft; knows patterns only."""

import re

# Most telling first: what one pattern has masked, the next ones no longer see.
_SECRETS = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    r"\bey[A-Za-z0-9_-]{8,}\.ey[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+",
    r"\bhttps://hooks\.slack\.com/services/\S+",
    r"\bxox[a-z]-[A-Za-z0-9-]{8,}|\bxapp-[A-Za-z0-9-]{8,}",
    r"\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{12,}",
    r"\b(?:A3T|AKIA|ASIA|AROA)[A-Z0-9]{12,}",
    r"\bgh[oprsu]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bAIza[\w-]{30,}|\bwhsec_\w{12,}",
    # Vendors' own keys: name, environment, random part.
    r"\b[A-Za-z]{2,12}_(?:live|test|prod|secret|key)_[A-Za-z0-9_]{8,}",
    r"(?<=://)[^\s/:@]+:[^\s/@]+(?=@)",
    r"(?i:(?<=\bbearer\s)|(?<=\bbasic\s))[A-Za-z0-9._~+/=-]{12,}",
    # Long and mixed: upper case, lower case and digits in one word. Plain hexadecimal (commits, ids) stays.
    r"(?<![\w/.-])(?=[\w+/=-]*[a-z])(?=[\w+/=-]*[A-Z])(?=[\w+/=-]*\d)(?![0-9a-fA-F-]+\b)[\w+/=-]{28,}(?![\w/-])",
)
_NAMED_SECRET = re.compile(
    r"(?i)\b(pass(?:word|wort|code|phrase)?|pwd|contraseña|mot de passe|secret|token|api[ _-]?key|access[ _-]?key|pin)"
    r"(\s*(?:[:=]|\bis\b|\bist\b|\bes\b|\bwas\b)\s*)([\"'`]?)(?!\[)([^\s\"'`,;]{4,})"
)
_EMAIL = r"[\w.+%-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
# A login as people type it: address, slash or colon, password.
_LOGIN = re.compile(rf"({_EMAIL})(\s*[/|:]\s*)(?=\S*\d)(?=\S*[A-Za-z])([^\s\[\],;]{{6,}})")
_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")
_PHONE = re.compile(
    r"(?<![\w.+])(?:\+\d[\d ().\-/]{6,18}\d"
    r"|\(\d{2,5}\)[ \-]?\d{2,4}(?:[ \-]\d{2,5}){1,3}"
    r"|\d{3}[-. ]\d{3}[-. ]\d{4}"
    r"|0\d{1,4}[ /-]\d{3,8}(?:[ -]\d{2,8}){0,3})(?![\w:])"
)
_MEANT = "secret", "email", "phone number", "card number"


class Masker:
    """Placeholders such as `[email 1]`, the same for the same value as long as this masker lives."""

    def __init__(self) -> None:
        self._masks: dict[tuple[str, str], str] = {}

    def mask(self, text: str) -> str:
        """`text` with every secret, e-mail address, phone and card number replaced; doing it twice changes nothing."""
        for pattern in _SECRETS:
            text = re.sub(pattern, lambda found: self._name("secret", found[0]), text, flags=re.DOTALL)
        text = _NAMED_SECRET.sub(self._named, text)
        text = _LOGIN.sub(lambda found: f"{found[1]}{found[2]}{self._name('secret', found[3])}", text)
        text = re.sub(_EMAIL, lambda found: self._name("email", found[0].casefold()), text)
        text = _CARD.sub(self._card, text)
        return _PHONE.sub(self._phone, text)

    def _name(self, kind: str, value: str) -> str:
        count = sum(1 for known, _ in self._masks if known == kind)
        return self._masks.setdefault((kind, value), f"[{kind} {count + 1}]")

    def _named(self, found: re.Match[str]) -> str:
        word, link, quote, value = found.groups()
        # "token is expired", "the password is wrong": a plain word behind "is" says something about it.
        if not re.search(r"[:=]", link) and re.fullmatch(r"[a-zäöüßéèáíóúñ]+[.!?)]*", value):
            return found[0]
        return f"{word}{link}{quote}{self._name('secret', value)}"

    def _card(self, found: re.Match[str]) -> str:
        digits = [int(digit) for digit in found[0] if digit.isdigit()][::-1]
        doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
        return self._name("card number", found[0]) if (sum(digits[::2]) + sum(doubled)) % 10 == 0 else found[0]

    def _phone(self, found: re.Match[str]) -> str:
        count = sum(character.isdigit() for character in found[0])
        # Dates are written like local numbers: 04/11 2026, 2026-11-04.
        is_date = re.match(r"\d{1,2}[ ./-]\d{1,2}[ ./-](19|20)\d\d|(19|20)\d\d[ ./-]\d\d", found[0])
        return found[0] if is_date or not 8 <= count <= 15 else self._name("phone number", found[0])

    @property
    def found(self) -> list[str]:
        """What kinds of things were masked, each once: `secret`, `email`, `phone number`, `card number`."""
        present = {kind for kind, _ in self._masks}
        return [kind for kind in _MEANT if kind in present]
