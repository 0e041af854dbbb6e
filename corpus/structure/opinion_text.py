"""The text of opinions as files have it: broken lines, page marks, markup, and where each opinion begins. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from corpus.structure.judgment import Footnote, Paragraph, Part

PAGE_MARK = re.compile(r" ?\[\*(\d{1,5})\] ?")
"""How every kind of star page is written before paragraphs are made: `[*513]`."""

LONGEST_OPENING = 700  # characters of a paragraph that opens an opinion

_SOFT_HYPHEN = "\u00ad"
_WORD = re.compile(r"[A-Za-z]{2,}")
_ENDS_SENTENCE = re.compile(r"(?:[.?!:][’”\")\]]*\d{0,2}|[.?!]\*)$")
_HEADING = re.compile(r"(?:[IVX]{1,5}|[A-H]|\d)\.?$|\* ?\* ?\*")
_DOTS = re.compile(r"\s*[.*](?:\s*[.*])*\s*$")  # what was left out of a quotation
_NUMBERED = re.compile(r"\[(\d{1,4})\] +(?=\S)|¶ ?(\d{1,4})\.? +(?=\S)")
_JUSTICE = (
    r"(?:\*\d+ )?(?:MR\.? |Mr\.? )?(?P<chief>(?:THE )?(?:CHIEF|Ch[ie]{2}f) )?(?:JUSTICE|Justice) "
    r"(?P<name>(?:VAN |Van |Mc)?[A-Z][A-Za-z’'é]+)"
)
_OPENING = re.compile(
    rf"{_JUSTICE}\b(?P<rest>.{{0,400}}?)(?P<verb>delivered the (?:opinion|judgment)|announced the judgment"
    r"|concurring|dissenting|concurs|dissents)(?P<tail>[^.]{0,160})",
)
_DELIVERED = re.compile(rf"{_JUSTICE} delivered the opinion of (?:the|this) [Cc]ourt\b")
_PER_CURIAM = re.compile(r"(?:\*\d+ )?PER CURIAM\b|Per Curiam\.?$")
_STATEMENT = re.compile(rf"(?:Statement|Opinion|Separate opinion) of {_JUSTICE}")
_MARKDOWN_LINK = re.compile(r"\s*\[([^\]\[]+)\]\((?:/[^)\s]*|https?:[^)\s]*|#[^)\s]*)(?: \"[^\"]*\")?\)")
_MARKDOWN_MARKS = re.compile(r"(?<!\w)_([^_\n]+(?:\n[^_\n]+)?)_ ?(?!\w)|\*\*([^*\n]+)\*\*")
_OLD_MARKS = re.compile(r"[\x80-\x9f]")
_ESCAPE = re.compile(r"\\([.\-()\[\]#*+_>!\\])")
_STAR_PAGE = re.compile(r"(?<![\w*\[])\*(\d{1,5})\b(?!\])")


def unwrapped(lines: Iterable[str], vocabulary: Counter[str] | None = None) -> list[str]:
    """Paragraphs of a text whose lines were broken by its typesetting, with words put together again.

    A blank line ends a paragraph only where a sentence ends too (pages and links leave blank lines inside
    sentences); without one, a short last line does. `vocabulary` is that of the whole case, if there is more.
    """
    kept = [line.strip() for line in lines if not _DOTS.match(line)]
    vocabulary = vocabulary if vocabulary is not None else words_inside(kept)
    width = _usual_width(kept)
    paragraphs: list[str] = []
    open_line = False
    for line in kept:
        if not line:
            open_line = open_line and bool(paragraphs) and not _ENDS_SENTENCE.search(paragraphs[-1])
        elif _HEADING.match(PAGE_MARK.sub("", line)):
            paragraphs.append(line)
            open_line = False
        else:
            if open_line:
                paragraphs[-1] = _joined(paragraphs[-1], line, vocabulary)
            else:
                paragraphs.append(line)
            open_line = not _closes(line, width)
    return [" ".join(paragraph.replace(_SOFT_HYPHEN, "").split()) for paragraph in paragraphs]


def _closes(line: str, width: int) -> bool:
    """Whether a line is the last of its paragraph: it ends a sentence, and there was room for more."""
    line = PAGE_MARK.sub("", line)
    return bool(_ENDS_SENTENCE.search(line)) and (len(line) < 0.9 * width or _opens_short(line))


def _opens_short(line: str) -> bool:
    return bool(
        re.match(r"(?:CHIEF )?JUSTICE [A-Z]+ delivered the opinion of the Court\.$|PER CURIAM\.$", line)
    )


def _usual_width(lines: list[str]) -> int:
    widths = sorted(len(line) for line in lines if len(line) > 20)
    return widths[len(widths) * 3 // 4] if widths else 0


def words_inside(lines: Iterable[str]) -> Counter[str]:
    """The words inside lines, where none was broken."""
    return Counter(word for line in lines for word in _WORD.findall(line)[1:-1])


def _joined(first: str, second: str, vocabulary: Counter[str]) -> str:
    """Two lines as one; a word that was broken at the line's end is put together."""
    if mark := PAGE_MARK.match(second):
        head, _, tail = first.rpartition(" ")  # the mark goes before a word that runs over the page
        return _joined(f"{head} {mark[0].strip()} {tail}", second[mark.end() :], vocabulary)
    if first.endswith(_SOFT_HYPHEN):
        return first[:-1] + second
    left = re.search(r"([A-Za-z]+)(-?)$", first)
    right = re.match(r"[a-z]+", second)
    if left is None or right is None:
        return first + second if re.search(r"\w-$", first) else f"{first} {second}"
    word = left[1] + right[0]
    if left[2]:
        compound = re.compile(rf"\b{left[1]}-{right[0]}\b")
        return first + second if compound.search(first) and not vocabulary[word] else first[:-1] + second
    lost_hyphen = vocabulary[word] and not (vocabulary[left[1]] and vocabulary[right[0]])
    return first + second if lost_hyphen else f"{first} {second}"


def from_markdown(text: str) -> str:
    """Markdown as plain text with `[*513]` for star pages; links keep their words."""
    text = _MARKDOWN_LINK.sub(r" \1", text)
    text = _ESCAPE.sub(r"\1", _MARKDOWN_MARKS.sub(lambda found: found[1] or found[2], text))
    return re.sub(r" +([,.;:])", r"\1", re.sub(r"^(?:#+|(?:> ?)+) *", "", text, flags=re.MULTILINE))


def mark_star_pages(text: str, first: int) -> str:
    """Write `*513` as `[*513]` where it goes on with the pages of a reporter: a footnote star does not."""
    page = first

    def marked(found: re.Match[str]) -> str:
        nonlocal page
        number = int(found[1])
        if not page <= number <= page + 12:
            return found[0]
        page = number
        return f"[*{number}]"

    return _STAR_PAGE.sub(marked, text)


def paragraphs(text: str) -> list[Paragraph]:
    """Paragraphs of a text that has blank lines between them; page marks and printed numbers are taken out."""
    made: list[Paragraph] = []
    marked = PAGE_MARK.search(text)
    page = (
        str(int(marked[1]) - 1) if marked and int(marked[1]) > 1 else ""
    )  # what stands before the first mark
    for block in _without_counters(re.split(r"\n\s*\n", mended(text))):
        words = " ".join(block.replace(_SOFT_HYPHEN, "").split())
        begins = PAGE_MARK.match(words)
        marks = PAGE_MARK.findall(words)
        page_here = begins[1] if begins else page
        page = marks[-1] if marks else page
        words = PAGE_MARK.sub(" ", words).strip()
        numbered = _NUMBERED.match(words)
        if words:
            number = (numbered[1] or numbered[2]) if numbered else ""
            made.append(
                Paragraph(text=words[numbered.end() :] if numbered else words, page=page_here, number=number)
            )
    return made


def _without_counters(blocks: list[str]) -> Iterator[str]:
    """The blocks without the bare numbers by which some publishers count the paragraphs of others."""
    expected = 1
    for block in blocks:
        if block.strip() == str(expected):
            expected += 1
        else:
            yield block


def mended(text: str) -> str:
    """The text with the control characters that were typographic marks in an old encoding put right."""
    return _OLD_MARKS.sub(lambda found: found[0].encode("latin-1").decode("cp1252", "ignore"), text)


def without_footnotes(text: list[Paragraph]) -> tuple[list[Paragraph], tuple[Footnote, ...]]:
    """The paragraphs, and the footnotes that stand behind them all: from `[1] …` on, if `[1]` is referred to before."""
    start = next((place for place, item in enumerate(text) if item.number == "1"), None)
    if start is None or not any("[1]" in item.text for item in text[:start]):
        return text, ()
    notes: list[Footnote] = []
    for item in text[start:]:
        if item.number or not notes:
            notes.append(Footnote(f"[{item.number}]", f"[{item.number}] {item.text}"))
        else:
            notes[-1] = Footnote(notes[-1].place, f"{notes[-1].text}\n{item.text}")
    head = text[:start]
    while head and re.fullmatch(r"(?:FOOT)?NOTES:?|Notes:?", head[-1].text):
        head.pop()
    return head, tuple(notes)


def opening(paragraph: str) -> str:
    """The title of the opinion that a paragraph opens, such as `Stevens, J., dissenting`; empty if none."""
    if len(paragraph) > LONGEST_OPENING and not _DELIVERED.match(paragraph):
        return ""
    if _PER_CURIAM.match(paragraph):
        return "Per Curiam"
    if statement := _STATEMENT.match(paragraph):
        return f"Statement of {_author(statement)}"
    found = _OPENING.match(paragraph)
    if found is None or _tells_of(found):
        return ""
    if found["verb"].startswith(("delivered", "announced")):
        return "Opinion of the Court"
    verb = found["verb"].replace("concurs", "concurring").replace("dissents", "dissenting")
    tail = re.match(
        r" in (?:part|the judgment|the result)(?: and (?:concurring|dissenting)(?: in (?:part|the judgment))?)?",
        found["tail"],
    )
    return f"{_author(found)}, {verb}{tail[0] if tail else ''}"


def _tells_of(found: re.Match[str]) -> bool:
    """Whether the words only tell of an opinion, `Justice Black, dissenting in Logan Valley, emphasized …`."""
    if found["verb"].startswith(("delivered", "announced")):
        return bool(re.search(r"[.;]", found["rest"]) or re.search(r"\bconcluding\b", found.string[:300]))
    rest = found.string[found.end("verb") :].lstrip()
    formal = re.match(
        r"(?:(?:in|from) (?:part|the |this )[^.:]{0,140})?(?:with [^.:]{0,80})?[.:*\d)]|$", rest
    )
    return formal is None or bool(re.search(r"[.;](?!\s)", found["rest"]))


def _author(found: re.Match[str]) -> str:
    name = found["name"]
    name = "-".join(part.capitalize() for part in name.split("-")) if name.isupper() else name
    name = (
        re.sub(r"(?<=[’'])[a-z]", lambda letter: letter[0].upper(), name)
        if "’" in name or "'" in name
        else name
    )
    mixed = re.match(r"(Mc|Van )?(\w.*)", name)
    tidy = f"{mixed[1] or ''}{mixed[2].capitalize() if mixed[2].isupper() else mixed[2]}" if mixed else name
    return f"{tidy}, {'C. J.' if found['chief'] else 'J.'}"


def split_parts(paragraphs: list[Paragraph], lead: str) -> Iterator[Part]:
    """The opinions of a text in order, each from the paragraph that opens it; what stands before is `lead`."""
    text, notes = without_footnotes(paragraphs)
    title = lead
    members: list[Paragraph] = []
    for paragraph in text:
        if (opened := opening(paragraph.text)) and not (opened == title and not members):
            if members:
                yield Part(title=title, paragraphs=tuple(members), footnotes=notes)
            title, members = opened, []
        members.append(paragraph)
    if members:
        yield Part(title=title, paragraphs=tuple(members), footnotes=notes)
