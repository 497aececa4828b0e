"""Databases for one benchmark: made, named by a DATABASE_URL, and thrown away."""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


@dataclass(frozen=True)
class Place:
    """Where a benchmark runs: the kind of database, and the environment of a process that uses it."""

    database: str
    environment: dict[str, str]


def environment(folder: Path, url: str) -> dict[str, str]:
    """As in production, on this machine: no debug, hashed static files apart, mail into a folder."""
    return {
        **os.environ,
        "DATABASE_URL": url,
        "REDRESS_DATA_DIR": str(folder),
        "REDRESS_DEBUG": "0",
        "REDRESS_SECRET_KEY": secrets.token_urlsafe(50),
        "REDRESS_ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
        "REDRESS_BASE_URL": "http://127.0.0.1",
        "EMAIL_URL": "dummymail://",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


@contextlib.contextmanager
def sqlite() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="redress-bench-") as folder:
        yield Place("sqlite", environment(Path(folder), ""))


@contextlib.contextmanager
def postgresql(url: str) -> Iterator[Place]:
    """A database of its own beside the one that the address names; its role must be allowed to create one."""
    name = f"redress_bench_{secrets.token_hex(4)}"
    create, drop = sql.SQL("CREATE DATABASE {}"), sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    with psycopg.connect(url, autocommit=True) as connection, tempfile.TemporaryDirectory() as folder:
        connection.execute(create.format(sql.Identifier(name)))
        try:
            own = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
            yield Place("postgresql", environment(Path(folder), own))
        finally:
            connection.execute(drop.format(sql.Identifier(name)))
