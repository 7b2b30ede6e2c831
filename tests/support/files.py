"""Files that strangers would hand in: Word, PDF and zip files, good and hostile, made in memory."""

import io
import struct
import zipfile
from collections.abc import Mapping

DOCX_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
DOCX_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def zipped(entries: Mapping[str, bytes | str]) -> bytes:
    """A zip with these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return made.getvalue()


def docx(*paragraphs: tuple[str, str]) -> bytes:
    """A Word file of paragraphs: style (such as Heading1, or none) and text."""
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = f'<?xml version="1.0"?><w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
    parts = {
        "[Content_Types].xml": DOCX_TYPES,
        "_rels/.rels": DOCX_RELATIONS,
        "word/document.xml": document,
    }
    return zipped(parts)


def pdf(*pages: str, content: bytes | None = None, password: str = "", algorithm: str = "RC4-128") -> bytes:
    """A PDF with a line of text a page, or with these instructions on every page."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    for text in pages:
        page = writer.add_blank_page(300, 300)
        stream = DecodedStreamObject()
        stream.set_data(content or f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
        font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(named)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    if password:
        writer.encrypt(password, algorithm=algorithm)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def lying_zip(name: str, content: bytes, says: int) -> bytes:
    """A zip whose file unpacks to `content`, but says everywhere that it has `says` bytes."""
    made, size = bytearray(zipped({name: content})), struct.pack("<I", len(content))
    central = made.rindex(b"PK\1\2")
    for at in (22, central + 24):
        assert bytes(made[at : at + 4]) == size
        made[at : at + 4] = struct.pack("<I", says)
    return bytes(made)
