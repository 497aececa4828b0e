import json
import logging

import pytest
import structlog
from django.conf import settings

from config import logs


@pytest.fixture
def written():
    """Formats a record as the console handler would; returns the line."""
    made = dict(settings.LOGGING["formatters"]["json"])
    formatter = made.pop("()")(**made)
    return formatter.format


def record(message, *arguments):
    return logging.LogRecord("redress.tests", logging.INFO, __file__, 1, message, arguments, None)


def test_a_line_break_in_a_name_makes_no_second_entry(written):
    line = written(record("logged in: %s", 'eve\n{"event": "forged"}\r\u2028'))
    assert len(line.splitlines()) == 1
    assert json.loads(line)["event"].startswith("logged in: eve\n")


def test_the_token_of_a_link_is_left_out(written):
    for where in ("answer", "open"):
        line = written(record("Gone: %s", f"/{where}/N7wP6APm2ftGOxOucG_CAsNckwpZW0C_iUPym_xtfn4/"))
        assert json.loads(line)["event"] == f"Gone: /{where}/[left out]/"


def test_secrets_and_bodies_are_left_out():
    with structlog.testing.capture_logs(processors=[logs.without_secrets]) as lines:
        structlog.get_logger("redress").info("came", token="abc", Password="def", description="my story", case="R-1")
    assert lines == [
        {
            "token": "[left out]",
            "Password": "[left out]",
            "description": "[left out]",
            "case": "R-1",
            "event": "came",
            "log_level": "info",
        }
    ]
