"""`manage.py demo`: what it says, and where it refuses to do anything."""

import pytest
from django.core.management import CommandError, call_command

from config import demo
from escalations.models import Complaint, Event, RiskModel
from routing import engine
from routing.models import Team, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_remembered_rules():
    engine.compiling.compiled_once.cache_clear()


def test_logins_are_printed_as_a_table_or_it_is_said_that_there_are_none(capsys):
    call_command("demo", logins=True)
    assert "There is no demo here" in capsys.readouterr().out
    demo.make(complaints=0)
    call_command("demo", logins=True)
    printed = capsys.readouterr().out
    assert "role" in printed.splitlines()[0]
    assert "Routing supervisor" in printed
    assert "babak" in printed


def test_a_database_that_is_somebody_elses_is_refused_and_left_alone(capsys):
    Team.objects.create(code="ours", name="Our own team")
    with pytest.raises(CommandError, match="teams that are not the demo's"):
        call_command("demo")
    call_command("demo", once=True)
    assert "No demo is made" in capsys.readouterr().out
    assert (Team.objects.count(), User.objects.count(), Complaint.objects.count()) == (1, 0, 0)


def test_where_other_machines_can_log_in_the_printed_password_is_not_used(settings):
    settings.ALLOWED_HOSTS = ["complaints.example.org"]
    with pytest.raises(CommandError, match="choose a --password"):
        call_command("demo", complaints=0)
    call_command("demo", complaints=0, password="only we know this one")
    assert {login.password for login in demo.logins()} == {"(changed)"}


def test_a_negative_number_of_complaints_is_refused():
    with pytest.raises(CommandError, match="from 0 up"):
        call_command("demo", complaints=-1)


def test_made_again_it_says_that_it_is_here_and_changes_nothing(capsys):
    call_command("demo", complaints=2)
    assert "Northmere Bank is there, with 2 complaints." in capsys.readouterr().out
    before = Complaint.objects.count(), Event.objects.count(), User.objects.count()
    call_command("demo", complaints=20, seed=5)
    assert "here already; nothing was changed" in capsys.readouterr().out
    assert (Complaint.objects.count(), Event.objects.count(), User.objects.count()) == before


def test_a_start_that_was_killed_before_the_model_was_learned_is_made_good_by_the_next(monkeypatch):
    call_command("demo", complaints=2)
    monkeypatch.setattr("config.demo.learning.ENOUGH", 2)
    monkeypatch.setattr("escalations.detection.risk.runs.run", lambda pk: False)  # what it does has tests of its own
    for _start in range(2):
        call_command("demo")
    assert RiskModel.objects.get().asked_by.first_name == "Helen"


def test_a_demo_that_is_interrupted_leaves_nothing_behind():
    def interrupt(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.make(complaints=2, advance=interrupt)
    assert (Complaint.objects.count(), Team.objects.count(), User.objects.count()) == (0, 0, 0)
    assert not demo.exists()
