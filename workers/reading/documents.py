"""HTML, Word and PDF files turned into Markdown; other kinds are read elsewhere."""

import logging
from collections.abc import Callable
from io import BytesIO

LONGEST_TEXT = 3_000_000  # characters of one document
MOST_PAGES = 2_000
_NOISE = ["script", "style", "nav", "footer", "noscript", "template", "svg"]


class Unreadable(Exception):
    """A file that cannot be turned into text; holds the sentence for a person."""


def text_of(ending: str, content: bytes) -> str:
    """A document as Markdown. Raises Unreadable, and whatever the libraries raise for a damaged file."""
    text = _CONVERTERS[ending](content)
    if len(text) > LONGEST_TEXT:
        raise Unreadable(f"It has more than {LONGEST_TEXT:,} characters of text.")
    if not text.strip():
        raise Unreadable("It has no text in it.")
    return text


def from_html(content: bytes) -> str:
    """The readable part of a page; what repeats on every page of a wiki is left out."""
    from bs4 import BeautifulSoup  # noqa: PLC0415 - a process that reads no HTML does not load its library
    from markdownify import MarkdownConverter  # noqa: PLC0415 - see above

    page = BeautifulSoup(content, "html.parser")
    for part in page(_NOISE):
        part.decompose()
    title = page.title.get_text(" ", strip=True) if page.title else ""
    body = page.find("main") or page.body or page
    # Words are quoted as they stand: nothing is escaped.
    converter = MarkdownConverter(
        heading_style="ATX", strip=["img"], escape_asterisks=False, escape_underscores=False, escape_misc=False
    )
    text = str(converter.convert_soup(body))
    return text if body.find("h1") or not title else f"# {title}\n\n{text}"


def from_docx(content: bytes) -> str:
    """Headings, paragraphs, lists and tables; pictures are left out."""
    import mammoth  # noqa: PLC0415 - see from_html

    made = mammoth.convert_to_html(BytesIO(content), convert_image=mammoth.images.img_element(lambda _: {"src": ""}))
    return from_html(str(made.value).encode())


def from_pdf(content: bytes) -> str:
    """The text of each page under a heading with its number."""
    from pypdf import PdfReader  # noqa: PLC0415 - see from_html
    from pypdf.errors import DependencyError  # noqa: PLC0415 - see from_html

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = PdfReader(BytesIO(content))
    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("It is locked with a password.")
    except DependencyError:
        raise Unreadable("It is encrypted; save it without protection.") from None
    if len(reader.pages) > MOST_PAGES:
        raise Unreadable(f"It has {len(reader.pages):,} pages; {MOST_PAGES:,} is the most that is read.")
    title = str(reader.metadata.title or "").strip() if reader.metadata else ""
    pages = [f"# {' '.join(title.split())}"] if title else []
    length = 0
    for number, page in enumerate(reader.pages, 1):
        text = page.extract_text().strip()
        length += len(text)
        if length > LONGEST_TEXT:
            raise Unreadable(f"It has more than {LONGEST_TEXT:,} characters of text.")
        if text:
            pages.append(f"## Page {number}\n\n{text}")
    if not length:
        raise Unreadable("It has no text in it, only pictures.")
    return "\n\n".join(pages)


_CONVERTERS: dict[str, Callable[[bytes], str]] = {
    ".html": from_html,
    ".htm": from_html,
    ".docx": from_docx,
    ".pdf": from_pdf,
}
ENDINGS = frozenset(_CONVERTERS)
