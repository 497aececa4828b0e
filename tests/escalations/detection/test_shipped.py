"""The shipped criteria on the practice's own examples, in English and in Portuguese; none needs a database."""

import pytest

from escalations.detection import Compiled
from escalations.detection.default_set import default_set
from tests.escalations.detection import invented_english, invented_portuguese
from tests.escalations.detection.examples import (
    ENGLISH_FIRES,
    ENGLISH_SILENT,
    PORTUGUESE_FIRES,
    PORTUGUESE_SILENT,
)

SHIPPED = Compiled(default_set())


def pairs(examples):
    return [(code, text) for code, texts in examples.items() for text in texts]


@pytest.mark.parametrize(("code", "text"), pairs(ENGLISH_FIRES))
def test_it_fires_in_english(code, text):
    assert code in SHIPPED.find(text, "en")


@pytest.mark.parametrize(("code", "text"), pairs(ENGLISH_SILENT))
def test_it_stays_silent_in_english(code, text):
    assert code not in SHIPPED.find(text, "en")


@pytest.mark.parametrize(("code", "text"), pairs(PORTUGUESE_FIRES))
def test_it_fires_in_portuguese(code, text):
    assert code in SHIPPED.find(text, "pt")


@pytest.mark.parametrize(("code", "text"), pairs(PORTUGUESE_SILENT))
def test_it_stays_silent_in_portuguese(code, text):
    assert code not in SHIPPED.find(text, "pt")


@pytest.mark.parametrize(("code", "text"), [*pairs(ENGLISH_FIRES)[::7], *pairs(PORTUGUESE_FIRES)[::7]])
def test_an_unknown_language_is_searched_with_every_list(code, text):
    assert code in SHIPPED.find(text)


@pytest.mark.parametrize(("code", "text"), pairs(PORTUGUESE_FIRES)[::5])
def test_a_text_that_is_plainly_in_another_language_than_its_case_is_searched_in_its_own(code, text):
    assert code in SHIPPED.find(f"{text} Isso não foi o que eu pedi para vocês.", "en")


MORE = [("en", invented_english), ("pt", invented_portuguese)]


@pytest.mark.parametrize(("language", "sentences"), MORE)
def test_none_of_many_more_sentences_is_missed(language, sentences):
    assert not [text for code, text in pairs(sentences.FIRES) if code not in SHIPPED.find(text, language)]


@pytest.mark.parametrize(("language", "sentences"), MORE)
def test_none_of_many_more_sentences_is_a_false_alarm(language, sentences):
    assert not [text for code, text in pairs(sentences.SILENT) if code in SHIPPED.find(text, language)]
