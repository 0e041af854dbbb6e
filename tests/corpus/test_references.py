"""Cross-references of a text, by the number of the section that they mean."""

import pytest

from corpus.references import AFTER, BEFORE, cross_references, number_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("as section 12 of this title requires", [("", "12")], id="own title"),
        pytest.param("under section 408 of title 33", [("33", "408")], id="other title"),
        pytest.param("a permit under section 7(a)(2)", [("", "7")], id="subdivisions"),
        pytest.param("Sections 5, 6a(1) and 7 of this Act", [("", "5"), ("", "6a"), ("", "7")], id="list"),
        pytest.param("articles 5 or 6 apply", [("", "5"), ("", "6")], id="articles"),
        pytest.param("sections 300aa–1 to 300aa–4 of title 42", [("42", "300aa-1"), ("42", "300aa-4")], id="dash"),
        pytest.param("section 5 of the Hive Act", [], id="another act"),
        pytest.param("Article 3 of Directive 1/2", [], id="another instrument"),
        pytest.param("the Hive Act (33 U.S.C. 1201 et seq.)", [("33", "1201")], id="code"),
        pytest.param("33 U. S. C. §§ 408(a), 409", [("33", "408"), ("33", "409")], id="code with signs"),
        pytest.param("intersection 5, subsection 2", [], id="part of a word"),
        pytest.param("this section applies", [], id="no number"),
    ],
)  # fmt: skip
def test_references(text: str, found: list[tuple[str, str]]) -> None:
    assert [(one.title, one.number) for one in cross_references(text)] == found


def test_the_context_is_what_stands_before_and_behind() -> None:
    text = "x" * 500 + " a keeper's licence under section 9 of this title, revoked " + "y" * 500
    [found] = cross_references(text)
    assert "a keeper's licence under" in found.context
    assert ", revoked" in found.context
    assert "section 9" not in found.context
    assert len(found.context) <= BEFORE + 1 + AFTER


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("17 U.S.C. § 107", "107"),
        ("42 U.S.C. § 2000e–5", "2000e-5"),
        ("Bees Act Art. 3", "3"),
        ("Bees Act s. 21A", "21a"),
        ("Bees Act Preamble", ""),
        ("Hive v. Comb", ""),
    ],
)
def test_number_in_a_label(label: str, number: str) -> None:
    assert number_in(label) == number


def test_a_long_run_of_numbers_is_read_in_good_time() -> None:
    assert len(list(cross_references("section " + "1, " * 20_000 + "3 U.S.C. of " * 5_000))) <= 10
