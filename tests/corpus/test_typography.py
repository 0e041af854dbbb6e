"""Two texts have the same words, or they do not: typography alone changes no law."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corpus.typography import bare, same_heading, same_words

SAME = [
    pytest.param("“Hive” means a ‘box’.", "\"Hive\" means a 'box'.", id="quotation-marks"),
    pytest.param("``Hive'' means", "“Hive” means", id="quotation-marks-of-a-typewriter"),
    pytest.param("shall include—\n(1) bees", "shall include\n(1) bees", id="the-dash-before-a-list"),
    pytest.param("(a) In general.—The keeper", "(a) In general. The keeper", id="the-dash-behind-a-heading"),
    pytest.param("sections 300aa–1 to 5", "sections 300aa-1 to 5", id="a-dash-for-a-hyphen"),
    pytest.param("re\u00adgistered hives", "registered hives", id="soft-hyphen"),
    pytest.param("within\u00a030\u202fdays", "within 30 days", id="spaces"),
    pytest.param("(1) bees;\n(2) wasps", "(1) bees; (2) wasps", id="lines"),
    pytest.param("(A) (i) a hive", "(A)(i) a hive", id="two-numbers-together"),
    pytest.param("( 15 U.S.C. 78 l and 78 o (d))", "(15 U.S.C. 78l and 78o(d))", id="letters-set-apart"),
    pytest.param("the Act , as amended ;", "the Act, as amended;", id="space-before-a-comma"),
    pytest.param("bees | 12", "bees 12", id="cells-of-a-table"),
    pytest.param("if so … then", "if so ... then", id="ellipsis"),
]
OTHER = [
    pytest.param("shall register", "shall not register", id="a-negation"),
    pytest.param("within 30 days", "within 60 days", id="a-number"),
    pytest.param("10,000 hives", "1,0000 hives", id="a-comma-in-a-number"),
    pytest.param("1.5 litres", "15 litres", id="a-decimal-point"),
    pytest.param("-5 degrees", "5 degrees", id="a-sign"),
    pytest.param("−5 degrees", "5 degrees", id="a-minus-sign"),
    pytest.param("10² cells", "102 cells", id="a-power"),
    pytest.param("3½ hives", "31/2 hives", id="a-fraction"),
    pytest.param("may", "shall", id="a-duty"),
    pytest.param("cats, and dogs", "cats and dogs", id="a-comma"),
    pytest.param("bees; or", "bees; and", id="or"),
    pytest.param("(a) bees", "(b) bees", id="another-letter"),
    pytest.param("the Director", "the director", id="a-capital"),
    pytest.param("re-sign the lease", "resign the lease", id="a-hyphen-inside-a-word"),
    pytest.param("section 5 to 7", "section 5-7", id="a-range"),
    pytest.param("may be", "maybe", id="two-words"),
    pytest.param("$ 100", "€ 100", id="a-currency"),
    pytest.param("95%", "95", id="per-cent"),
    pytest.param("hives (and boxes)", "hives and boxes", id="brackets"),
    pytest.param("", "bees", id="nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_typography_is_no_change(one: str, other: str) -> None:
    assert same_words(one, other)
    assert same_words(other, one)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_words_numbers_and_marks_are_a_change(one: str, other: str) -> None:
    assert not same_words(one, other)
    assert not same_words(other, one)


def test_a_heading_may_end_in_a_full_stop() -> None:
    assert same_heading("Registration of hives.", "Registration of hives")
    assert not same_heading("Registration of hives.", "Registration of bees")


WORDS = st.lists(
    st.one_of(st.sampled_from(["not", "no", "shall", "may", "or", "and", "1.5", "30", "(a)", "$10"]),
              st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8), st.integers(0, 10**6).map(str)),
    min_size=1, max_size=12,
)  # fmt: skip


@given(WORDS, st.data())
def test_no_word_or_number_goes_unseen(words: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    other = data.draw(st.sampled_from(["not", "7", "except", "77", "bees"]))
    assume(words[at] != other)
    changed = [*words[:at], other, *words[at + 1 :]]
    assert not same_words(" ".join(words), " ".join(changed))
    assert not same_words(" ".join(words), " ".join([*words, other]))


@given(st.text(max_size=60))
def test_it_is_done_in_one_step(text: str) -> None:
    assert bare(bare(text)) == bare(text)
