"""Where a text quotes, and which citation a quotation goes with."""

from __future__ import annotations

import pytest

from corpus.citations import find_all
from lawqa.checking.attribution import Attribution
from lawqa.checking.quotations import find_quotations


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        pytest.param("It says “the keeper shall register”.", ["the keeper shall register"], id="curly"),
        pytest.param('It says "the keeper shall register".', ["the keeper shall register"], id="straight"),
        pytest.param("It says ‘the keeper’s hive shall stand’.", ["the keeper’s hive shall stand"], id="single"),
        pytest.param("It says 'the keeper's hive shall stand'.", ["the keeper's hive shall stand"], id="quotes"),
        pytest.param("Es sagt „der Imker meldet es“.", ["der Imker meldet es"], id="german"),
        pytest.param("“one of ‘the said hives’ burnt”", ["one of ‘the said hives’ burnt"], id="outermost"),
        pytest.param("The keepers' duty and the owners' duty are one.", [], id="genitives"),
        pytest.param("(the “Act on Bees and Honey”)", [], id="definition"),
        pytest.param("the so-called “fair use”", [], id="two-words"),
        pytest.param('It is 5" long and 6" wide and more.', [], id="inches"),
        pytest.param("> The keeper shall register.\n> He pays.\n\nMore.", ["The keeper shall register.\nHe pays."], id="block"),
        pytest.param("“It never ends here.\n\nAnother “one that ends here”.", ["one that ends here"], id="unclosed"),
    ],
)  # fmt: skip
def test_what_stands_between_marks(text: str, quoted: list[str]) -> None:
    assert [one.text for one in find_quotations(text)] == quoted


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        pytest.param("“A hive is a box of wood.” Bees Act Art. 3.", ["3"], id="right-behind"),
        pytest.param("Art. 1 Bees Act is old; “a hive is a box” (Bees Act Art. 3).", ["3"], id="behind-wins"),
        pytest.param("Art. 1 Bees Act says “a hive is a box”. See Art. 9 Bees Act.", ["1"], id="see-also"),
        pytest.param("Article 1 of the Bees Act says “a hive is a box of wood”.", ["1"], id="before"),
        pytest.param("“A hive is a box”, says the man, who reads Art. 4 Bees Act.", ["4"], id="in-the-sentence"),
        pytest.param("Art. 1 Bees Act is clear. It says “a hive is a box”.", ["1"], id="sentence-before"),
        pytest.param("Art. 1 Bees Act. Art. 2 Bees Act says no. “A hive is a box.” Id.", ["2"], id="id"),
        pytest.param("Art. 5 Bees Act:\n\n> A hive is a box of wood.", ["5"], id="lead-of-a-block"),
        pytest.param("Articles 6 and 7 of the Bees Act say “a hive is a box”.", ["7", "6"], id="list"),
        pytest.param("Art. 1 Bees Act. The letter said “a hive is a box”.", [], id="another-source"),
        pytest.param("The letter says “a hive is a box”. See also Art. 1 Bees Act.", [], id="a-letter-then-law"),
        pytest.param("A man said “a hive is a box”.\n\nArt. 1 Bees Act.", [], id="another-paragraph"),
    ],
)  # fmt: skip
def test_a_quotation_goes_with_the_citation_that_stands_by_it(text: str, cited: list[str]) -> None:
    quotations = find_quotations(text)
    citations = find_all(text)[0]
    places = Attribution(text, citations, quotations).of(quotations[0])
    assert [citations[place].section for place in places] == cited


def test_a_citation_inside_of_quoted_law_is_no_source_of_it() -> None:
    text = "Art. 2 Bees Act: “the hives that are registered under Article 1 of this Act shall stand”."
    quotations, citations = find_quotations(text), find_all(text)[0]
    places = Attribution(text, citations, quotations).of(quotations[0])
    assert [citations[place].section for place in places] == ["2"]
