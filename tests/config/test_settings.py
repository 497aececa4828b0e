import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOW = "from config import settings as s; print(s.{})"
PRODUCTION = {"REDRESS_SECRET_KEY": "k" * 60, "REDRESS_ALLOWED_HOSTS": "complaints.example.org"}


@pytest.fixture
def start(tmp_path):
    """Reads the settings in a process of its own; returns what it printed and what it complained of."""

    def run(show="DEBUG", **environment):
        clean = {"PATH": os.environ["PATH"], "REDRESS_DATA_DIR": str(tmp_path / "data")}
        return subprocess.run(
            [sys.executable, "-c", SHOW.format(show)],
            cwd=ROOT,
            env=clean | environment,
            capture_output=True,
            text=True,
            timeout=180,
        )

    return run


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDRESS_TIME_ZONE", "../../etc/passwd"),
        ("REDRESS_DEBUG", "perhaps"),
        ("DATABASE_URL", "mysql://somebody@host/name"),
        ("DATABASE_URL", "postgres://somebody:word@host:port/name"),
        ("EMAIL_URL", "pigeon://host"),
        ("EMAIL_URL", "smtp://"),
        ("REDRESS_BASE_URL", "complaints.example.org"),
        ("REDRESS_TIME_ZONE", "Europe/Atlantis"),
        ("REDRESS_PROXIES", "many"),
        ("REDRESS_PROXIES", "-1"),
        ("REDRESS_DATA_DIR", "/dev/null/data"),
        ("REDRESS_SECRET_KEY_FILE", "/no/such/file"),
    ],
)
def test_a_bad_value_stops_the_start_and_names_its_variable(start, name, value):
    stopped = start(**PRODUCTION | {name: value})
    assert stopped.returncode != 0
    assert name in stopped.stderr.splitlines()[-1]


def test_a_password_in_a_bad_address_is_not_repeated(start):
    stopped = start(**PRODUCTION, DATABASE_URL="postgres://somebody:s3cretword@host:port/name")
    assert "s3cretword" not in stopped.stderr.splitlines()[-1]


@pytest.mark.parametrize("missing", ["REDRESS_SECRET_KEY", "REDRESS_ALLOWED_HOSTS"])
@pytest.mark.parametrize("emptied", [False, True])
def test_production_refuses_to_start_without_key_and_hosts(start, missing, emptied):
    rest = {name: value for name, value in PRODUCTION.items() if name != missing}
    stopped = start(**rest, **({missing: ""} if emptied else {}))
    assert stopped.returncode != 0
    assert f"{missing} is not set" in stopped.stderr


def test_debugging_needs_neither_key_nor_hosts(start):
    assert start("ALLOWED_HOSTS", REDRESS_DEBUG="yes").stdout.strip() == "['localhost', '127.0.0.1', '[::1]']"


@pytest.mark.parametrize(("pooler", "kept"), [("", "5"), ("1", "None")])
def test_behind_a_pooler_nothing_is_kept_on_a_connection(start, pooler, kept):
    url = "postgres://somebody:word@127.0.0.1:5432/name"
    asked = "DATABASE['OPTIONS']['prepare_threshold'], s.DATABASE['DISABLE_SERVER_SIDE_CURSORS']"
    told = start(asked, **PRODUCTION, DATABASE_URL=url, REDRESS_POOLER=pooler).stdout.strip()
    assert told == f"{kept} {bool(pooler)}"


def test_the_secret_key_may_come_from_a_file(start, tmp_path):
    kept = tmp_path / "key"
    kept.write_text("f" * 60 + "\n")
    hosts = {"REDRESS_ALLOWED_HOSTS": "complaints.example.org"}
    assert start("SECRET_KEY", REDRESS_SECRET_KEY_FILE=str(kept), **hosts).stdout.strip() == "f" * 60


def test_a_secret_key_may_begin_with_a_dollar_sign(start):
    assert start("SECRET_KEY", **PRODUCTION | {"REDRESS_SECRET_KEY": "$" + "k" * 60}).stdout.strip() == "$" + "k" * 60


def test_what_run_kept_serves_other_commands_until_production_is_configured(start, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "local.env").write_text("REDRESS_SECRET_KEY=kept\nREDRESS_ALLOWED_HOSTS=localhost\n")
    assert start("SECRET_KEY").stdout.strip() == "kept"
    assert start("SECRET_KEY", REDRESS_DEBUG="0").returncode != 0


def test_an_encrypted_site_has_strict_cookies_and_headers(start):
    shown = "SECURE_HSTS_SECONDS, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_NAME, s.SECURE_SSL_REDIRECT"
    assert start(shown, **PRODUCTION).stdout.strip() == "31536000 True __Host-session True"


def test_plain_http_on_this_machine_is_not_sent_to_https(start):
    shown = "SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.BASE_URL"
    given = PRODUCTION | {"REDRESS_ALLOWED_HOSTS": "127.0.0.1"}
    assert start(shown, **given).stdout.strip() == "False False http://127.0.0.1:8000"


def test_a_data_directory_may_have_any_name(start, tmp_path):
    odd = tmp_path / "a+b %20 #1?"
    database = start("DATABASES['default']['NAME']", **PRODUCTION | {"REDRESS_DATA_DIR": str(odd)})
    assert database.stdout.strip() == str(odd / "redress.sqlite3")


def test_smtp_is_read_from_its_address(start):
    shown = "EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_HOST_USER, s.EMAIL_HOST_PASSWORD, s.EMAIL_USE_TLS"
    given = start(shown, **PRODUCTION, EMAIL_URL="smtp+tls://us%40er:pass%2Fword@mail.example.org:587")
    assert given.stdout.strip() == "mail.example.org 587 us@er pass/word True"


READS = re.compile(r"""(?:\benv\.[a-z]+|\benviron\.get|\benviron)[(\[]\s*["']([A-Z][A-Z_]+)["']""")
NAMED = re.compile(r"^(?:# )?([A-Z][A-Z_]+)=", re.MULTILINE)


def test_the_example_of_the_environment_names_every_variable_that_is_read_and_no_other():
    read = {name for path in (ROOT / "config").rglob("*.py") for name in READS.findall(path.read_text("utf-8"))}
    named = set(NAMED.findall((ROOT / ".env.example").read_text("utf-8")))
    # Any of them can be given as a file instead.
    assert {name.removesuffix("_FILE") for name in read} == {name.removesuffix("_FILE") for name in named}
    assert len(read) > 15, "the pattern finds them"
