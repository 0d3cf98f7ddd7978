from typing import Any

from django.db import migrations

TABLE = "projects_taskcontent"

SQLITE = [
    """CREATE VIRTUAL TABLE task_search USING fts5(
           project_id, search_text, content='projects_taskcontent', content_rowid='task_id',
           tokenize='unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER task_search_insert AFTER INSERT ON projects_taskcontent BEGIN
           INSERT INTO task_search(rowid, project_id, search_text)
           VALUES (new.task_id, new.project_id, new.search_text); END""",
    """CREATE TRIGGER task_search_delete AFTER DELETE ON projects_taskcontent BEGIN
           INSERT INTO task_search(task_search, rowid, project_id, search_text)
           VALUES ('delete', old.task_id, old.project_id, old.search_text); END""",
    """CREATE TRIGGER task_search_update AFTER UPDATE OF search_text, project_id ON projects_taskcontent BEGIN
           INSERT INTO task_search(task_search, rowid, project_id, search_text)
           VALUES ('delete', old.task_id, old.project_id, old.search_text);
           INSERT INTO task_search(rowid, project_id, search_text)
           VALUES (new.task_id, new.project_id, new.search_text); END""",
]
SQLITE_BACK = [
    "DROP TRIGGER task_search_update",
    "DROP TRIGGER task_search_delete",
    "DROP TRIGGER task_search_insert",
    "DROP TABLE task_search",
]
POSTGRESQL = [
    """CREATE INDEX task_search ON projects_taskcontent USING gin (
           to_tsvector('simple'::regconfig, 'project' || project_id::text || ' ' || search_text))""",
]
POSTGRESQL_BACK = ["DROP INDEX task_search"]


def build(apps: Any, schema_editor: Any) -> None:
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    for statement in POSTGRESQL_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]

    operations = [migrations.RunPython(build, drop)]
