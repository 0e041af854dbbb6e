"""Claims in other words pass, and what changes the law is named: invented statutes, general rules."""

import pytest

from lawqa.types import QuoteMatch
from lawqa.verification import check_claim

HARBOUR = (
    "Berths and dues\n"
    "1. The harbour master shall allot a berth to every vessel that has paid the dues, unless the harbour is full.\n"
    "2. A master shall not unload dangerous goods without the prior written consent of the harbour master.\n"
    "3. The owner of a vessel may appeal to the harbour court against a refusal within 14 days of its receipt.\n"
    "4. The harbour court shall decide on the appeal without undue delay; its decision is final.\n"
    "5. The master shall pay the pilot a fee of at least $200, except where the pilot arrives late.\n"
    "6. Fishing vessels are exempt from the dues.\n"
    "7. Whoever knowingly makes a false entry in the log shall be fined or imprisoned for not more than two years."
)


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param(
            "A vessel which paid its dues gets a berth, except when the harbour is full.", id="reordered"
        ),
        pytest.param(
            "Dangerous goods cannot be unloaded before the harbour master has agreed.", id="other-negation"
        ),
        pytest.param(
            "Consent in writing is needed before dangerous goods are unloaded.", id="double-denial-as-duty"
        ),
        pytest.param("An owner has two weeks to appeal against a refusal.", id="equal-period"),
        pytest.param("An owner is entitled to appeal against a refusal.", id="permission-in-other-words"),
        pytest.param("Fishing vessels do not have to pay the dues.", id="exemption-as-freedom"),
        pytest.param("The harbour court has to decide promptly.", id="must-for-shall"),
        pytest.param("Pilots are owed a fee of no less than $200 by the master.", id="passive"),
        pytest.param(
            "A deliberate false entry in the log can bring up to two years in prison.", id="synonyms"
        ),
    ],
)
def test_a_claim_in_other_words_passes(claim: str) -> None:
    assert check_claim(claim, "", HARBOUR).problems == ()


@pytest.mark.parametrize(
    ("claim", "check"),
    [
        pytest.param(
            "The harbour master may not allot a berth to a vessel that has paid.", "negation", id="denied"
        ),
        pytest.param("A master may unload dangerous goods.", "negation", id="denial-dropped"),
        pytest.param(
            "The pilot shall not unload dangerous goods without consent.", "party", id="another-party"
        ),
        pytest.param("An owner has 41 days to appeal against a refusal.", "number", id="another-number"),
        pytest.param("An owner has to appeal against a refusal.", "modal", id="permission-as-duty"),
        pytest.param("An owner may appeal against a refusal at any time.", "scope", id="without-limit"),
        pytest.param("Only fishing vessels may appeal to the court.", "scope", id="only"),
        pytest.param("The pilot shall pay the master a fee of at least $200.", "party", id="roles-swapped"),
        pytest.param("The master has to pay the pilot at most $200.", "number", id="bound-turned"),
        pytest.param("Fishing vessels must pay the dues.", "negation", id="freedom-as-duty"),
        pytest.param(
            "Accidentally making a false entry in the log is punished with a fine.", "negation", id="opposite"
        ),
        pytest.param(
            "An owner may appeal against a refusal only if three lawyers sign.",
            "condition",
            id="condition-added",
        ),
        pytest.param(
            "Oral consent is enough before dangerous goods are unloaded.", "negation", id="oral-for-written"
        ),
        pytest.param("Lighthouses burn whale oil.", "support", id="nothing-of-it"),
    ],
)
def test_a_claim_that_changes_the_law_is_named(claim: str, check: str) -> None:
    assert check in {problem.check for problem in check_claim(claim, "", HARBOUR).problems}


QUOTE = "The master shall pay the pilot a fee of at least $200, except where the pilot arrives late."


@pytest.mark.parametrize(
    "claim",
    [
        QUOTE,
        QUOTE.replace("shall", "must"),
        f"Under 5 H.C. § 12, t{QUOTE[1:]}",
        "The pilot's fee is $200 or more unless the pilot is late.",
    ],
)
def test_a_claim_true_to_its_quote_passes(claim: str) -> None:
    assert check_claim(claim, QUOTE, HARBOUR, label="5 H.C. § 12").problems == ()


@pytest.mark.parametrize(
    ("claim", "check"),
    [
        (QUOTE.replace("shall", "may"), "modal"),
        (QUOTE.replace("shall", "shall not"), "negation"),
        (QUOTE.replace("$200", "$250"), "number"),
        (QUOTE.replace("pilot a", "owner a"), "party"),
        (QUOTE.replace("$", "€"), "money"),
        (QUOTE.split(",", maxsplit=1)[0] + ".", "exception"),
        (QUOTE.replace("a fee", "an annual fee"), "support"),
        ("The pilot gets a fee.", "exception"),
        ("The pilot always gets a fee.", "scope"),
    ],
)
def test_a_claim_untrue_to_its_quote_is_named(claim: str, check: str) -> None:
    assert check in {problem.check for problem in check_claim(claim, QUOTE, HARBOUR).problems}


def test_a_quote_cut_in_front_of_its_exception_is_named() -> None:
    cut = QUOTE.split(",", maxsplit=1)[0]
    assert {problem.check for problem in check_claim(cut, cut, HARBOUR).problems} == {"exception"}


def test_a_quote_begun_behind_its_denial_is_named() -> None:
    law = "No vessel shall carry passengers at night."
    cut = "vessel shall carry passengers at night."
    assert {problem.check for problem in check_claim(cut, cut, law).problems} == {"negation"}


def test_a_quote_of_something_else_does_not_support_the_claim() -> None:
    check = check_claim(
        "Whales are protected in spring.", "Fishing vessels are exempt from the dues.", HARBOUR
    )
    assert "support" in {problem.check for problem in check.problems}


@pytest.mark.parametrize("line", HARBOUR.splitlines())
@pytest.mark.parametrize("quoted", [True, False])
def test_the_law_s_own_words_always_pass(line: str, quoted: bool) -> None:
    check = check_claim(line, line if quoted else "", HARBOUR)
    assert check.passed
    assert check.quote.match is QuoteMatch.EXACT


def test_an_item_of_a_list_hangs_from_the_words_that_open_it() -> None:
    law = "The keeper shall not\n(a) leave the tower at night;\n(b) sell the oil; or\n(c) admit guests.\n" * 3
    assert not check_claim("The keeper may sell the oil.", "", law).passed
    assert check_claim("The keeper must not sell the oil.", "", law).passed


def test_an_item_that_hangs_from_a_denial_does_not_support_a_permission() -> None:
    law = "The keeper shall not\n(a) leave the tower at night;\n(b) sell the oil; or\n(c) admit guests."
    quote = "sell the oil"
    assert not check_claim("The keeper may sell the oil.", quote, law).passed
    assert check_claim("The keeper must not sell the oil.", quote, law).passed
    assert check_claim("(a) leave the tower at night;", "(a) leave the tower at night;", law).passed


def test_the_next_heading_or_sentence_is_no_exception_of_the_quote() -> None:
    law = "(1) In general\nIf a lamp fails, the keeper shall light another."
    assert check_claim("(1) In general", "(1) In general", law).passed


@pytest.mark.parametrize("claim", ["", " ", "\x00", "…", "§", "a" * 300_000, "1,000, " * 5_000, "not " * 900])
@pytest.mark.parametrize("quote", ["", "\u200b", "the … of", "(" * 5_000])
def test_strange_input_gets_a_result(claim: str, quote: str) -> None:
    assert check_claim(claim, quote, HARBOUR).problems
    assert check_claim(claim, quote, "").problems
