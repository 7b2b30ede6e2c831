"""Where secrets stand in a text: the detectors of detect-secrets, and patterns for what it lacks; nothing is replaced.

Of the detectors only the expressions are used: nothing is looked up or tried out. They are made for code, so a
password in a sentence, a token in an address or a vendor's newer key is found by our own patterns.
"""

import re
from collections.abc import Iterator

from detect_secrets.plugins.artifactory import ArtifactoryDetector
from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.cloudant import CloudantDetector
from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.ibm_cloud_iam import IbmCloudIamDetector
from detect_secrets.plugins.ibm_cos_hmac import IbmCosHmacDetector
from detect_secrets.plugins.jwt import JwtTokenDetector
from detect_secrets.plugins.mailchimp import MailchimpDetector
from detect_secrets.plugins.npm import NpmDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.softlayer import SoftlayerDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.twilio import TwilioKeyDetector

Span = tuple[int, int]

_DETECTORS = (
    ArtifactoryDetector,
    AWSKeyDetector,
    AzureStorageKeyDetector,
    CloudantDetector,
    DiscordBotTokenDetector,
    GitHubTokenDetector,
    IbmCloudIamDetector,
    IbmCosHmacDetector,
    JwtTokenDetector,
    MailchimpDetector,
    NpmDetector,
    SendGridDetector,
    SlackDetector,
    SoftlayerDetector,
    SquareOAuthDetector,
    StripeDetector,
    TwilioKeyDetector,
)
# Their spaces stand beside each other without an end, and so does what is between the name of a tool and its key: one
# word and 1,000 spaces took seconds.
_BOUNDS = (
    ("(?: *)", "(?: {0,8})"),
    ("| +|", "| {1,8}|"),
    (r"(?:.{0,100}\n?){0,2}", r"(?:.{0,200}\n){0,2}.{0,200}"),
    (r"eyJ[A-Za-z0-9-_=]+", "eyJ[A-Za-z0-9-_=]{1,2000}"),
)


def _bounded(expression: re.Pattern[str]) -> re.Pattern[str]:
    """The same expression with an end to its repetitions."""
    pattern = expression.pattern
    for endless, short in _BOUNDS:
        pattern = pattern.replace(endless, short)
    return re.compile(pattern, expression.flags)


_LIBRARY = [_bounded(expression) for detector in _DETECTORS for expression in detector.denylist]
_QUERY = (
    r"access_?token|auth|code|credential|jwt|key|api_?key|password|pass|pwd|secret|client_secret|session|sid|sig|"
    r"signature|token|x-amz-(?:signature|credential|security-token)|x-goog-signature|id_token|refresh_token|ticket"
)
# Most telling first: what one has found, the next ones no longer see.
_OURS = [
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|\Z)",
        r"\bey[A-Za-z0-9_-]{8,2000}\.ey[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+",
        r"\bhttps://hooks\.slack\.com/services/\S+",
        r"\bhttps://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\S+|\bhttps://[\w.-]+\.webhook\.office\.com/\S+",
        r"\bxox[a-z]-[A-Za-z0-9-]{8,}|\bxapp-[A-Za-z0-9-]{8,}",
        r"\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{12,}",
        r"\b(?:A3T|AKIA|ASIA|AROA)[A-Z0-9]{12,}",
        r"\bgh[oprsu]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bAIza[\w-]{30,}|\bwhsec_\w{12,}",
        r"\bhv[sbr]\.[\w-]{20,}|\bAT(?:ATT|TA|BB)[\w=-]{20,}|\bya29\.[\w-]{20,}|\bpypi-[\w-]{20,}",
        # Vendors' own keys: name, environment, random part; or name, perhaps a version, and a long random part.
        r"\b[A-Za-z]{2,12}_(?:live|test|prod|secret|key)_(?=\w*\d)[A-Za-z0-9_]{8,}",
        r"\b[a-z]{2,8}(?:_[a-z0-9]{1,6})?_(?=\w*(?:\d|[a-z][A-Z]))[A-Za-z0-9]{20,}(?:_[a-z0-9]{8})?(?!\w)",
        # User and password in an address. A password may hold a slash, unless it is a port, and an at sign.
        r"(?<=://)[^\s/:@]{0,64}:(?:[^\s/@]{1,200}|(?!\d{0,5}/)[^\s@\"'<>]{1,200})"
        r"(?:@[^\s/@,;\"'<>]{1,64}){0,3}(?=@)",
        # Without the header's name, a word may follow: "basic authentication".
        r"(?i:(?<=\bauthorization: bearer\s)|(?<=\bauthorization: basic\s)"
        r"|(?:(?<=\bbearer\s)|(?<=\bbasic\s))(?=[A-Za-z._~+/-]{0,99}[\d=]))[A-Za-z0-9._~+/=-]{12,}",
        rf"(?i:(?<=[?&;#])(?:{_QUERY})=)(?P<value>(?=[^\s&#]{{0,99}}\d)[^\s&#<>\"')\]]{{6,}})",
        r"(?i:\b(?:session\w*|sid|\w*sessid|csrf\w*|auth\w*)=)(?P<value>[^;\s\"'\[\]]{12,})",
        r"(?i:(?:\s-u|--user)[ =]+)[\"']?[^\s:\"']+:(?P<value>[^\s\"'\[]{4,})",
        # Long and mixed: upper case, lower case and digits in one word. Plain hexadecimal (commits, ids) stays.
        r"(?<![\w/.-])(?=[\w+/=-]{0,99}[a-z])(?=[\w+/=-]{0,99}[A-Z])(?=[\w+/=-]{0,99}\d)"
        r"(?![0-9a-fA-F-]+\b)[\w+/=-]{28,}(?![\w/-])",
    )
]
_WORDS = (
    r"pass(?:word|wort|wd|code|phrase)?|pw|pwd|kennwort|contraseña|clave|mot de passe|mdp|senha|wachtwoord|hasło|"
    r"парол\w*|パスワード|密码|비밀번호"
)
_NAMES = (
    r"(?:api|access|account|private|license|secret)[ _-]?key|secret|token|cred(?:ential)?|pin|tan|otp|"
    r"(?:one-time|2fa|login|admin|access|door) code"
)
_SIGN = r"[^\s\"'`,;<>()\[\]]"
_IS = r"\b(?:is|ist|lautet|es|est|was|war|é|jest)\b"
# The word, perhaps grown to another (dbPassword), whose it is, a link such as "is" or a colon, and the secret itself;
# between them the stars and quotes of Slack.
_NAMED = re.compile(
    rf"(?i)(?<![^\W_])(?:[a-z]{{1,16}}?(?=pass(?:word|wort|wd)|pwd|kennwort))?(?P<word>{_WORDS}|{_NAMES})s?"
    r"(?:_[a-z_]{1,12})?(?:\s{1,4}(?:for|of|to|on|für|zum|zu|de|del|du|pour|para)\s[^\n:=,.;]{1,40}?)?"
    r"(?:\s?\([^()\n]{1,30}\))?"
    rf"(?P<link>[\"'*_`]{{0,3}}\s{{0,30}}(?:(?:{_IS}\s{{0,3}})?(?::=|=>|->|→|[:=])|{_IS}|は|是)"
    rf"(?:[*_]{{1,2}}(?=[\s`]))?\s{{0,30}})[\"'`]?(?!\[)(?P<value>{_SIGN}{{4,}})"
)
_SAYS = re.compile(r"[^\W\d_]+[.!?):]*")
# "case-sensitive"; four words with hyphens are a passphrase.
_HYPHENED = re.compile(r"[^\W\d_][a-zß-ÿ]*(?:-[a-zß-ÿ]+){1,2}[.!?):]*")
# Nothing but a space between: letters, a digit and a sign together, and no mail address.
_BARE = re.compile(
    rf"(?i)(?<![^\W_])(?:{_WORDS})\s{{1,4}}(?={_SIGN}{{0,63}}[^\W\d_])(?={_SIGN}{{0,63}}\d)"
    rf"(?={_SIGN}{{0,63}}[!@#$%^&*~])(?!\S{{1,64}}@\S{{1,64}}\.[a-z])(?P<value>{_SIGN}{{6,}})"
)
# A login without a mail address: name, slash, password.
_PAIR = re.compile(
    rf"(?i)\b(?:cred(?:ential)?s?|log-?ins?|zugang(?:sdaten)?)[*_`]{{0,2}}\s{{0,3}}(?:[:=]|are\b|{_IS})[*_`]{{0,2}}"
    r"\s{0,3}[^\s/|,;]{1,64}\s{1,3}[/|]\s{1,3}`?(?=\S{0,63}\d)(?=\S{0,63}[^\W\d_])(?P<value>[^\s\[\],;`]{6,})"
)
_QUOTED = re.compile(rf"(?i)(?<![^\W_])(?:{_WORDS})\s{{1,4}}[\"'`“„«](?P<value>[^\s\"'`”“»\[]{{4,}})[\"'`”“»]")
# What stands behind "password:" and is none.
_NONE = re.compile(
    r"(?i)(\W++|\$\{?\w+\}?|%\w+%|none|null|nil|true|false|wrong|missing|empty|invalid|incorrect|required|expired|reset|"
    r"changed?|unknown|redacted|hidden|forgotten|fails?|failed|leer|falsch|abgelaufen|same|here|there|this|that|"
    r"string|undefined|optional)[.!?:]*"
)


def library(text: str) -> Iterator[Span]:
    """What the detectors of detect-secrets find."""
    for expression in _LIBRARY:
        yield from (found.span() for found in expression.finditer(text))


def ours(text: str) -> Iterator[Span]:
    """Keys by their look and their place, then what a word such as "password" names."""
    for pattern in _OURS:
        for found in pattern.finditer(text):
            yield found.span("value") if pattern.groups and found["value"] else found.span()
    yield from _named(text)
    for pattern in (_QUOTED, _BARE, _PAIR):
        yield from (found.span("value") for found in pattern.finditer(text) if not _NONE.fullmatch(found["value"]))


def _named(text: str) -> Iterator[Span]:
    """What a word names. What is no secret may hold another word: "credentials (password: ...) are wrong"."""
    found = _NAMED.search(text)
    while found:
        secret = _is_secret(found)
        if secret:
            yield found.span("value")
        found = _NAMED.search(text, found.end("value" if secret else "word"))


def _is_secret(found: re.Match[str]) -> bool:
    """Whether what follows is a secret: "token is expired", "the password is wrong" only say something about it."""
    value, named = found["value"], re.search("[:=]", found["link"]) is not None
    if _NONE.fullmatch(value) or (_HYPHENED.fullmatch(value) and not named):
        return False
    if not _SAYS.fullmatch(value):
        return True
    if value.strip(".!?):").islower():
        return named and re.fullmatch(_WORDS, found["word"], re.IGNORECASE) is not None
    return named or any(map(str.isupper, value[1:]))
