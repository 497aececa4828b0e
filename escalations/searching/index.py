"""The indexes behind the search: what the database itself keeps up to date with every row that is written.

Beside each table stands one that holds the words of its rows: FTS5 on SQLite, a tsvector with a GIN index on
PostgreSQL. Triggers keep it, in the transaction of whoever writes: so no writer can forget it, and what is erased is
found no more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from routing.statements import SQL, composed, listed, name

FUNCTION = "redress_words"
BATCH = 5000


@dataclass(frozen=True)
class Indexed:
    """Columns of a table whose words can be looked for."""

    name: str
    table: str
    columns: tuple[str, ...]

    def vector(self, row: str) -> SQL:
        """The words of a row as PostgreSQL keeps them."""
        together = " || ' ' || ".join(name(column, row) for column in self.columns)
        return SQL(f"{FUNCTION}({together})")

    def listed(self, row: str = "") -> SQL:
        """The columns, of the `row` that is called so."""
        return listed(name(column, row) for column in self.columns)

    def composed(self, text: str, **pieces: SQL) -> SQL:
        """A statement about both tables: {index} and {table}."""
        return composed(text, index=name(self.name), table=name(self.table), **pieces)


INDEXED = {
    "statement": Indexed("redress_words_of_statements", "escalations_statement", ("text",)),
    "message": Indexed("redress_words_of_messages", "escalations_message", ("body",)),
    "person": Indexed("redress_words_of_persons", "escalations_person", ("name", "email")),
}


def install(connection: Any) -> None:
    """Make what is missing, with the words of all rows that there are. Harmless to repeat.

    Outside a transaction PostgreSQL goes on writing meanwhile.
    """
    if connection.vendor == "postgresql":
        _install_postgresql(connection)
    else:
        _install_sqlite(connection)


def mend(connection: Any) -> None:
    """After migrations: a table that one of them rebuilt on SQLite has lost its triggers. Installs nothing anew."""
    if connection.vendor != "postgresql" and any(_is_there(connection, [one.name]) for one in INDEXED.values()):
        _install_sqlite(connection)


def remove(connection: Any) -> None:
    """The opposite: the search by words finds nothing any more, all else stays."""
    with connection.cursor() as cursor:
        for one in INDEXED.values():
            if connection.vendor == "postgresql":
                cursor.execute(f'DROP TABLE IF EXISTS "{one.name}"')
                cursor.execute(f'DROP FUNCTION IF EXISTS "{one.name}_kept"() CASCADE')
                continue
            for trigger in _triggers(one):
                cursor.execute(f'DROP TRIGGER IF EXISTS "{trigger}"')
            cursor.execute(f'DROP TABLE IF EXISTS "{one.name}"')
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION IF EXISTS {FUNCTION}(text)")


def forget(connection: Any) -> None:
    """After an erasure: also the leavings of deleted words go. FTS5 else keeps them until it merges; PostgreSQL's
    vacuum sees to it by itself."""
    if connection.vendor == "postgresql":
        return
    with connection.cursor() as cursor:
        for one in INDEXED.values():
            cursor.execute(one.composed("INSERT INTO {index} ({index}) VALUES ('optimize')"))


# --- PostgreSQL --------------------------------------------------------------------------------------------------

PUNCTUATION = r"[!-/:-@[-`{-~\u00a0-\u00bf\u2010-\u2027\u2030-\u205e\u20ac]+"

PLAIN = (
    "CASE WHEN octet_length(given) = char_length(given) THEN given "
    r"ELSE regexp_replace(normalize(given, NFKD), '[\u0300-\u036f]+', '', 'g') END"
)
"""Without accents. What has nothing but ASCII has none: that is asked first, because it takes no time."""


def _install_postgresql(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {FUNCTION}(given text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT "
            f"PARALLEL SAFE AS $redress$ SELECT to_tsvector('simple', regexp_replace(lower({PLAIN}), "
            f"'{PUNCTUATION}', ' ', 'g')) $redress$"
        )
        for one in INDEXED.values():
            cursor.execute(f'CREATE TABLE IF NOT EXISTS "{one.name}" (id bigint PRIMARY KEY, words tsvector NOT NULL)')
            for statement in _keeping(one):
                cursor.execute(statement)
            _fill(cursor, one)
            cursor.execute(f'CREATE INDEX IF NOT EXISTS "{one.name}_words" ON "{one.name}" USING gin (words)')


def _keeping(one: Indexed) -> Iterator[str]:
    """The triggers: from here on every row that is written is indexed with it."""
    keep = one.composed("INSERT INTO {index} VALUES (new.id, {words})", words=one.vector("new"))
    drop = one.composed("DELETE FROM {index} WHERE id = old.id")
    yield (
        f'CREATE OR REPLACE FUNCTION "{one.name}_kept"() RETURNS trigger LANGUAGE plpgsql AS $redress$ BEGIN '
        f"IF TG_OP = 'TRUNCATE' THEN TRUNCATE {name(one.name)}; RETURN NULL; END IF; "
        f"IF TG_OP = 'DELETE' THEN {drop}; RETURN NULL; END IF; "
        f"{keep} ON CONFLICT (id) DO UPDATE SET words = excluded.words; RETURN NULL; END $redress$"
    )
    for ending, events, each in (
        ("row", f"INSERT OR DELETE OR UPDATE OF {one.listed()}", "ROW"),
        ("all", "TRUNCATE", "STATEMENT"),
    ):
        yield (
            f'CREATE OR REPLACE TRIGGER "{one.name}_{ending}" AFTER {events} ON {name(one.table)} '
            f'FOR EACH {each} EXECUTE FUNCTION "{one.name}_kept"()'
        )


def _fill(cursor: Any, one: Indexed) -> None:
    """The rows that were there before, a few thousand at a time: nobody who writes waits for more than those."""
    cursor.execute(one.composed("SELECT coalesce(max(id), 0) FROM {table}"))
    last = cursor.fetchone()[0]
    for begin in range(0, last + 1, BATCH):
        some = one.composed(
            "INSERT INTO {index} SELECT id, {words} FROM {table} AS given "
            "WHERE id >= %s AND id < %s FOR KEY SHARE ON CONFLICT (id) DO NOTHING",
            words=one.vector("given"),
        )
        cursor.execute(some, [begin, begin + BATCH])


# --- SQLite ------------------------------------------------------------------------------------------------------


def _install_sqlite(connection: Any) -> None:
    with connection.cursor() as cursor:
        for one in INDEXED.values():
            if _is_there(connection, [one.name, *_triggers(one)]):
                continue
            cursor.execute(
                f'CREATE VIRTUAL TABLE IF NOT EXISTS "{one.name}" USING fts5({one.listed()}, content="{one.table}", '
                f'content_rowid="id", tokenize="unicode61 remove_diacritics 2", prefix=\'2 3\')'
            )
            for trigger, statement in _triggers(one).items():
                cursor.execute(f'DROP TRIGGER IF EXISTS "{trigger}"')
                cursor.execute(statement)
            cursor.execute(one.composed("INSERT INTO {index} ({index}) VALUES ('rebuild')"))


def _is_there(connection: Any, names: Sequence[str]) -> bool:
    with connection.cursor() as cursor:
        marks = listed([SQL("%s")] * len(names))
        cursor.execute(composed("SELECT count(*) FROM sqlite_master WHERE name IN ({marks})", marks=marks), list(names))
        return bool(cursor.fetchone()[0] == len(names))


def _triggers(one: Indexed) -> dict[str, str]:
    """By name. An update counts only where it changes one of the columns."""
    return dict(_each_trigger(one))


def _each_trigger(one: Indexed) -> Iterator[tuple[str, str]]:
    columns = one.listed()
    add = one.composed(
        'INSERT INTO {index} (rowid, {columns}) VALUES (new."id", {new});', columns=columns, new=one.listed("new")
    )
    drop = one.composed(
        "INSERT INTO {index} ({index}, rowid, {columns}) VALUES ('delete', old.\"id\", {old});",
        columns=columns, old=one.listed("old"),
    )  # fmt: skip
    for event, body in (("INSERT", add), ("DELETE", drop), (f"UPDATE OF {columns}", drop + add)):
        trigger = f"{one.name}_{event.split()[0].lower()}"
        yield trigger, f'CREATE TRIGGER "{trigger}" AFTER {event} ON "{one.table}" BEGIN {body} END'
