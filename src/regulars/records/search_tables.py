"""What the search index needs of the database beyond plain tables: index by trigrams, and triggers.

Triggers note who must be written to the index, whoever changed them and how, so that no write has to think of
it; and they take lines away with their customer or person. A migration that rebuilds ``customer`` or
``person`` on SQLite drops these triggers: it must run ``make_search_tables`` again (a test says so).
"""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TRIGGERS = (
    "search_customer_new",
    "search_customer_renamed",
    "search_customer_gone",
    "search_person_new",
    "search_person_renamed",
    "search_person_gone",
    "search_line_gone",
)

_SQLITE = """
CREATE VIRTUAL TABLE IF NOT EXISTS search_text
    USING fts5(text, content='search_line', content_rowid='id', tokenize='trigram', columnsize=0);
CREATE TRIGGER IF NOT EXISTS search_line_gone AFTER DELETE ON search_line BEGIN
    INSERT INTO search_text(search_text, rowid, text) VALUES ('delete', OLD.id, OLD.text);
    INSERT INTO search_gone(line_id, text) VALUES (OLD.id, OLD.text); END;
{subjects}
"""
_SQLITE_SUBJECT = """
CREATE TRIGGER IF NOT EXISTS search_{table}_new AFTER INSERT ON {table} BEGIN
    INSERT INTO search_due(kind, subject) SELECT {kind}, NEW.id
    WHERE NOT EXISTS (SELECT 1 FROM search_due WHERE kind = {kind} AND subject = NEW.id); END;
CREATE TRIGGER IF NOT EXISTS search_{table}_renamed AFTER UPDATE OF {columns} ON {table}
WHEN {changed} BEGIN
    INSERT INTO search_due(kind, subject) SELECT {kind}, NEW.id
    WHERE NOT EXISTS (SELECT 1 FROM search_due WHERE kind = {kind} AND subject = NEW.id); END;
CREATE TRIGGER IF NOT EXISTS search_{table}_gone AFTER DELETE ON {table} BEGIN
    DELETE FROM search_due WHERE kind = {kind} AND subject = OLD.id;
    DELETE FROM search_line WHERE {table}_id = OLD.id; END;
"""

_POSTGRES = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX IF NOT EXISTS search_line_trigram ON search_line USING gin (text gin_trgm_ops);
CREATE INDEX IF NOT EXISTS customer_name_start ON customer (name_folded varchar_pattern_ops);
CREATE OR REPLACE FUNCTION search_line_gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO search_gone(line_id, text) VALUES (OLD.id, OLD.text) ON CONFLICT DO NOTHING;
    RETURN NULL; END $$;
CREATE OR REPLACE TRIGGER search_line_gone AFTER DELETE ON search_line
    FOR EACH ROW EXECUTE FUNCTION search_line_gone();
{subjects}
"""
_POSTGRES_SUBJECT = """
CREATE OR REPLACE FUNCTION search_{table}_due() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO search_due(kind, subject) VALUES ({kind}, NEW.id) ON CONFLICT DO NOTHING; RETURN NULL; END $$;
CREATE OR REPLACE FUNCTION search_{table}_gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    DELETE FROM search_due WHERE kind = {kind} AND subject = OLD.id;
    DELETE FROM search_line WHERE {table}_id = OLD.id; RETURN NULL; END $$;
CREATE OR REPLACE TRIGGER search_{table}_new AFTER INSERT ON {table}
    FOR EACH ROW EXECUTE FUNCTION search_{table}_due();
CREATE OR REPLACE TRIGGER search_{table}_renamed AFTER UPDATE OF {columns} ON {table}
    FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION search_{table}_due();
CREATE OR REPLACE TRIGGER search_{table}_gone AFTER DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION search_{table}_gone();
"""
_SUBJECTS = (("customer", 0, ("name_folded",)), ("person", 1, ("name_folded", "email")))

# A link and a deletion are their own key: without a row number beside it they take half the room.
_SQLITE_PLAIN = """
CREATE TABLE search_link (word_id bigint NOT NULL, line_id bigint NOT NULL,
    PRIMARY KEY (word_id, line_id)) WITHOUT ROWID;
CREATE TABLE search_deletion (hash bigint NOT NULL, word_id bigint NOT NULL,
    PRIMARY KEY (hash, word_id)) WITHOUT ROWID;
"""
_POSTGRES_PLAIN = """
CREATE TABLE search_link (word_id bigint NOT NULL, line_id bigint NOT NULL, PRIMARY KEY (word_id, line_id));
CREATE TABLE search_deletion (hash bigint NOT NULL, word_id bigint NOT NULL, PRIMARY KEY (hash, word_id));
"""


def make_pair_tables(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the tables whose rows are nothing but pairs."""
    _run(editor, _SQLITE_PLAIN if editor.connection.vendor == "sqlite" else _POSTGRES_PLAIN)


def drop_pair_tables(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop them."""
    _run(editor, "DROP TABLE search_link; DROP TABLE search_deletion")


def make_search_tables(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the trigram index and the triggers, where they are missing, and note everybody for indexing."""
    sqlite = editor.connection.vendor == "sqlite"
    each = _SQLITE_SUBJECT if sqlite else _POSTGRES_SUBJECT
    differs = "OLD.{0} IS NOT NEW.{0}" if sqlite else "OLD.{0} IS DISTINCT FROM NEW.{0}"
    subjects = "".join(
        each.format(
            table=table,
            kind=kind,
            columns=", ".join(columns),
            changed=" OR ".join(differs.format(column) for column in columns),
        )
        for table, kind, columns in _SUBJECTS
    )
    _run(editor, (_SQLITE if sqlite else _POSTGRES).format(subjects=subjects))
    for table, kind, _ in _SUBJECTS:
        editor.execute(
            f"INSERT INTO search_due(kind, subject) SELECT {kind}, id FROM {table} "
            f"WHERE id NOT IN (SELECT subject FROM search_due WHERE kind = {kind})"
        )


def drop_search_tables(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the trigram index and the triggers."""
    if editor.connection.vendor == "sqlite":
        _run(editor, "; ".join(f"DROP TRIGGER {name}" for name in TRIGGERS))
        _run(editor, "DROP TABLE search_text")
        return
    for name in TRIGGERS:
        table = name.split("_")[1]
        editor.execute(f"DROP TRIGGER {name} ON {'search_line' if table == 'line' else table}")
    _run(editor, "DROP INDEX search_line_trigram; DROP INDEX customer_name_start")


def _run(editor: BaseDatabaseSchemaEditor, statements: str) -> None:
    """Run several statements; a semicolon at the end of a line, outside of a trigger's body, ends one."""
    if editor.connection.vendor != "sqlite":
        editor.execute(statements)
        return
    statement = ""
    for line in statements.replace("; ", ";\n").splitlines():
        statement += line + "\n"
        whole = "BEGIN" not in statement or "END;" in statement
        if line.rstrip().endswith(";") and whole:
            editor.execute(statement)
            statement = ""
    if statement.strip():
        editor.execute(statement)
