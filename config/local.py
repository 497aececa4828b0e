"""An installation for trying out: what `manage.py run` fills in where nothing is configured.

The values are kept in the data directory, so that the next run and every other command see the same ones.
As soon as the environment says anything about production (see NAMED), nothing is filled in and the
settings insist on their own.
"""

import os
import secrets
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
HOSTS = "127.0.0.1,localhost,[::1]"
NAMED = ("REDRESS_DEBUG", "REDRESS_SECRET_KEY", "REDRESS_SECRET_KEY_FILE", "REDRESS_ALLOWED_HOSTS")


def data_dir() -> Path:
    """Where this installation keeps its files; relative paths count from the checkout."""
    return (BASE_DIR / (os.environ.get("REDRESS_DATA_DIR") or "var")).resolve()


def read(path: Path) -> dict[str, str]:
    """The NAME=value lines of a file; empty when there is no such file."""
    if not path.is_file():
        return {}
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    pairs = [line.split("=", 1) for line in lines if "=" in line and not line.startswith("#")]
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}


def fill_in() -> None:
    """The checkout's `.env`, then what an earlier `manage.py run` kept. The environment always wins."""
    adopt(read(BASE_DIR / ".env"))
    if not any(os.environ.get(name) for name in NAMED):
        adopt(read(data_dir() / "local.env"))


def spare() -> None:
    """For commands that work on files alone: where nothing is configured, values that end with the process."""
    fill_in()
    if not any(os.environ.get(name) for name in NAMED):
        adopt({"REDRESS_SECRET_KEY": secrets.token_urlsafe(50), "REDRESS_ALLOWED_HOSTS": HOSTS})


def adopt(values: dict[str, str]) -> None:
    for name, value in values.items():
        if not os.environ.get(name):
            os.environ[name] = value


def keep() -> None:
    """Make sure that this machine can serve itself: a secret key of its own and only its own host names.

    A REDRESS_DEBUG that is named and off means production: then nothing is filled in.
    """
    fill_in()
    if os.environ.get("REDRESS_DEBUG", "").lower() in {"0", "false", "off", "no"}:
        return
    if not (os.environ.get("REDRESS_SECRET_KEY") or os.environ.get("REDRESS_SECRET_KEY_FILE")):
        os.environ["REDRESS_SECRET_KEY"] = kept_key()
    port = os.environ.get("PORT") or 8000
    adopt({"REDRESS_ALLOWED_HOSTS": HOSTS, "REDRESS_BASE_URL": f"http://127.0.0.1:{port}"})


def kept_key() -> str:
    """The secret key in the data directory, made at the first run and readable by its owner only."""
    path = data_dir() / "local.env"
    key = read(path).get("REDRESS_SECRET_KEY") or secrets.token_urlsafe(50)
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"REDRESS_SECRET_KEY={key}\nREDRESS_ALLOWED_HOSTS={HOSTS}\n")
    return key
