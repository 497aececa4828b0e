"""What is learned, that it is honest about it, and that the same rows make the same model."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from escalations.detection.risk.columns import Column, Kind, kind_of, number
from escalations.detection.risk.forest import Forest
from escalations.detection.risk.hearing import vocabulary_of
from escalations.detection.risk.learning import Examples, Learner, future_parts, straightened
from escalations.detection.risk.measures import measure
from escalations.detection.risk.telling import _measured, as_text, share_spread, spread
from escalations.detection.risk.training import Told, TooLittle, train
from escalations.plain_words import plain_words, telling, words_as_written
from tests.escalations.risk.conftest import examples, made


def test_a_case_like_those_that_went_up_is_likelier_than_one_like_those_that_did_not(model):
    cross = model.judge({"Product": "Card"}, "I am furious, nobody answers, the ombudsman will hear of it again.")
    calm = model.judge({"Product": "Savings"}, "Please look into this, kindly.")
    assert cross.probability > 0.6 > 0.3 > calm.probability


def test_it_says_which_facts_and_words_moved_it_as_they_are_written(model):
    reasons = model.judge({"Product": "Card"}, "FURIOUS about my account, nobody calls back.").reasons
    assert {"Product", ""} == {reason.name for reason in reasons}
    assert {"FURIOUS", "nobody"} <= {reason.value for reason in reasons if not reason.name}
    assert all(reason.moved > 0 and reason.strength > 0 for reason in reasons[:3])


def test_what_is_nearly_certain_still_has_its_reasons(model):
    certain = replace(model, offset=12.0)
    judged = certain.judge({"Product": "Card"}, "FURIOUS about my account, nobody calls back.")
    assert judged.probability > 0.999
    assert judged.reasons and abs(judged.reasons[0].moved) < 0.005 < judged.reasons[0].strength


def test_one_case_and_many_are_judged_alike(model):
    rows = made(40, seed=2)
    told = examples(rows)
    many = model.probabilities(told.facts, told.texts, len(rows))
    for at in range(len(rows)):
        one = model.judge({name: cells[at] for name, cells in told.facts.items()}, told.texts[at])
        assert one.probability == pytest.approx(many[at], abs=1e-9)


def test_what_is_not_known_or_was_never_seen_is_no_error(model):
    assert 0 < model.judge({}, "").probability < 1
    assert 0 < model.judge({"Product": "Spaceship", "Amount": "a lot"}, "🙂 שלום 投诉 " * 2000).probability < 1
    assert len(model.probabilities({}, None, 3)) == 3
    assert len(model.probabilities({}, None, 0)) == 0


def test_a_text_of_two_megabytes_is_read_from_its_beginning(model):
    end = model.judge({}, "kindly look into this " * 100_000 + " ombudsman furious ignored")
    assert end.probability == model.judge({}, "kindly look into this " * 100_000).probability


def test_the_same_rows_make_the_same_model(model):
    rows = made(300)
    told = examples(rows)
    twice = [Learner(told).learn(np.arange(300)).probabilities(told.facts, told.texts, 300) for _time in range(2)]
    assert (twice[0] == twice[1]).all()


def test_the_card_measures_rows_that_the_model_had_not_seen(model):
    """Noise cannot be foretold: whoever measures on the rows that were learned finds that it can."""
    rows = made(400, seed=3)
    draw = np.random.default_rng(1)
    noise = Examples({"Code": [str(draw.integers(90)) for _row in rows]}, draw.random(400) < 0.3)
    card = train(noise, Told("Noise", ["Yes"])).manifest["card"]
    assert 0.35 < card["random"]["auc"] < 0.65
    assert card["random"]["calibration_error"] < 0.12


def test_the_future_is_judged_by_the_past_alone():
    dates = [f"2025-01-{1 + (day * 7) % 28:02d}" for day in range(28)]
    parts = future_parts(dates)
    assert all(max(dates[row] for row in past) <= min(dates[row] for row in later) for past, later in parts)


def test_the_card_says_period_size_quality_and_groups(model):
    card = model.manifest["card"]
    assert card["rows"] == 600 and card["period"] == ["2025-01-01", "2025-12-28"]
    assert card["random"]["auc"] > 0.65 and card["future"]["since"] >= "2025-09"
    assert card["random"]["precision"] > card["random"]["base_rate"]
    assert card["with_words"]["rows"] == card["with_text"] == 480, "those who wrote something are measured apart, too"
    assert {one["value"] for one in card["groups"]} == {"North", "South", ""}
    assert card["facts"][0]["name"] == "Product"
    assert {"furious", "ombudsman"} & set(card["words"]["for"])


def test_few_cases_and_figures_too_good_to_be_true_are_pointed_out(model):
    card = model.manifest["card"]
    assert any("Learned from 600 cases only" in line for line in as_text(card))
    assert not any("seldom so plain" in line for line in as_text(card))
    too_good = {**card, "random": {**card["random"], "auc": 0.97}}
    assert any("seldom so plain (AUC 0.97)" in line for line in as_text(too_good))


def test_the_card_says_how_far_chance_may_have_moved_its_figures():
    assert share_spread(0.5, 100) == pytest.approx(0.096, abs=0.001)
    assert share_spread(0.0, 10) > 0.1, "nothing in ten is no proof of nothing"
    one = {
        "rows": 10_000, "positives": 2_000, "base_rate": 0.2, "auc": 0.78, "flagged": 0.1, "precision": 0.5,
        "caught": 0.25, "calibration_error": 0.006,
    }  # fmt: skip
    assert _measured(one)[2:6] == ["0.780 ± 0.013", "10 %", "50 % ± 3", "25 %"]
    assert spread(0.8, 100, 400) == pytest.approx(0.0547, abs=0.0001), "by the paper's formula"


def test_a_fact_that_gives_the_outcome_away_is_pointed_out():
    rows = made(300)
    told = examples(rows)
    told.facts["Decision"] = ["went up" if row["Escalated"] == "Yes" else "stayed" for row in rows]
    (warning,) = train(told, Told("Escalated", ["Yes"])).manifest["card"]["warnings"]
    assert "Decision" in warning


def test_too_little_to_learn_from_is_said_in_words():
    with pytest.raises(TooLittle, match="Only 50 rows"):
        train(examples(made(50)), Told("Escalated", ["Yes"]))
    few = examples(made(200))
    few.outcome[:] = False
    few.outcome[:5] = True
    with pytest.raises(TooLittle, match="5 have the outcome"):
        train(few, Told("Escalated", ["Yes"]))
    alike = Examples({"A": ["x"] * 200}, np.arange(200) % 2 == 0)
    with pytest.raises(TooLittle, match="no column repeats"):
        train(alike, Told("Escalated", ["Yes"]))


def test_dates_and_numbers_of_cases_are_left_out_and_said():
    rows = made(300)
    told = examples(rows)
    told.facts |= {"Received": [row["Received"] for row in rows], "Number": [row["Number"] for row in rows]}
    learner = Learner(told)
    assert [column.name for column in learner.columns] == ["Product", "Region", "Amount"]
    assert learner.left_out == {"Received": Kind.DATE, "Number": Kind.EACH_ITS_OWN}


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["12.50", "1,300", "7", "£ 9", "10", "11", "12", "13.0", "14", "15"], Kind.NUMBER),
        (["02139", "94105", "60601"] * 9, Kind.VALUES),
        (["604XX", "331XX"] * 9, Kind.VALUES),
        (["2025-01-31", "2025-02-01 10:00"] * 9, Kind.DATE),
        ([f"C-{n}" for n in range(150)], Kind.EACH_ITS_OWN),
        (["", "Blank", "N/A"], Kind.VALUES),
    ],
)
def test_what_a_column_holds(cells, kind):
    assert kind_of(cells) is kind


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1,234.50", 1234.5), ("1.234,50", 1234.5), ("£ 12", 12), ("-3", -3), ("1,300", 1300), ("0,5", 0.5),
     ("GBP 20", 20), ("R$ 1.500,00", 1500), ("C-12", None), ("12a34", None), ("", None), ("9" * 50, None)],
)  # fmt: skip
def test_numbers_as_people_write_them(cell, value):
    assert number(cell) == value


def test_an_unseen_value_stands_for_the_average_of_all():
    column = Column.learn("A", ["x", "y", "x"])
    assert column.codes(["X ", "z", ""]).tolist() == [0, column.unseen, column.unseen]


def test_our_trees_answer_as_scikit_learns_do():
    draw = np.random.default_rng(5)
    features = draw.normal(size=(3000, 6))
    features[draw.random((3000, 6)) < 0.1] = np.nan
    outcome = np.nan_to_num(features[:, 0]) + draw.normal(size=3000) > 0
    with threadpool_limits(1):
        grown = HistGradientBoostingClassifier(max_iter=20, early_stopping=False).fit(features, outcome)
    ours = Forest.of([grown, grown]).log_odds(features)
    assert ours == pytest.approx(grown.decision_function(features), abs=1e-9)


def test_our_words_weigh_as_scikit_learns_do():
    texts = ["You charged me twice", "twice charged, twice asked", "nobody answered me"] * 3
    vocabulary, weighed = vocabulary_of(texts)
    for at, text in enumerate(texts):
        ours = vocabulary.weigh(plain_words(text))
        assert ours == pytest.approx({int(c): weighed[at, c] for c in weighed[at].indices}, abs=1e-5)


def test_probabilities_are_set_straight_without_changing_their_order():
    draw = np.random.default_rng(2)
    truth = draw.normal(size=5000)
    outcome = draw.random(5000) < 1 / (1 + np.exp(-truth))
    slope, offset = straightened(3 * truth + 1, outcome.astype(float))
    assert slope == pytest.approx(1 / 3, abs=0.05) and offset == pytest.approx(-1 / 3, abs=0.1)
    assert straightened(-truth, outcome.astype(float))[0] == 0.0, "what is worse than chance says the average"


def test_few_rows_never_prove_that_something_is_certain():
    apart = np.array([-9.0] * 30 + [9.0] * 30)
    slope, offset = straightened(apart, (apart > 0).astype(float))
    surest = 1 / (1 + np.exp(-(slope * 9 + offset)))
    assert surest == pytest.approx(31 / 32, abs=0.01)


def test_measures_by_hand():
    found = measure(np.array([0.9, 0.8, 0.2, 0.1]), np.array([1, 0, 1, 0]), 0.25)
    assert (found.auc, found.precision, found.caught, found.base_rate) == (0.75, 1.0, 0.5, 0.5)
    assert found.calibration_error == pytest.approx((0.1 + 0.8 + 0.8 + 0.1) / 4)


def test_words_are_cleaned_the_same_way_everywhere():
    said = "<b>Não</b> paguei 1.234,50 a XXXX; see https://x.example/a or ana@example.org. J’ai dit: 投诉!"
    assert plain_words(said) == ["nao", "paguei", "#", "a", "see", "or", "j'ai", "dit", "投", "诉"]
    assert next(words_as_written(said)) == ("nao", "Não")


def test_fillers_and_stumps_are_no_reasons_however_much_they_weigh():
    words = ["with", "um", "refund", "ok", "nao", "#", "投"]
    assert [word for word in words if telling(word)] == ["refund", "投"]
