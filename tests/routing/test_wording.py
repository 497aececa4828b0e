"""Rules in plain language, and the same on a page."""

from routing.plain import PlainCondition, PlainRule
from routing.vocabulary import Vocabulary
from routing.wording import marked, sentence

KNOWN = Vocabulary({"product": {"loan": "Loan <b>"}}, {"calc": "Calculation"}, {"lending": "Lending & co"})
CONDITIONS = (PlainCondition("product", "is", "loan"), PlainCondition("language", "is_one_of", "pt-BR, en, tlh"))
RULE = PlainRule("Loans", CONDITIONS, team="lending", skills=("calc",), language="pt")


def test_a_sentence_says_names_and_not_codes():
    assert sentence(RULE, KNOWN) == (
        "If product is Loan <b> and language is one of Brazilian Portuguese, English or tlh, send to Lending & co, "
        "skilled in Calculation, speaking Portuguese"
    )


def test_on_a_page_each_value_is_a_chip_and_what_people_wrote_is_text():
    said = marked(RULE, KNOWN)
    assert said.startswith('If product is <span class="rd-word">Loan &lt;b&gt;</span> <b>and</b> language is one of ')
    assert '<span class="rd-word">Lending &amp; co</span>' in said
    smuggled = PlainRule("x", (PlainCondition("text", "contains_any_word", "\ue000a"),), team="lending")
    assert marked(smuggled, KNOWN).count("<span") == marked(smuggled, KNOWN).count("</span>") == 2
