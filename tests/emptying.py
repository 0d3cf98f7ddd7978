"""What a test that commits leaves behind is cleared away: tables that hold rows are emptied, and only those.

Django empties all of them and tells each app that it was migrated, which costs more than many a test: most hold
nothing, and content types and permissions are the same afterwards. A few rows are deleted sooner than PostgreSQL
truncates a table, which waits for the disk.
"""

from functools import cache

from django.db import connection, transaction

KEPT = {"django_migrations", "django_content_type", "auth_permission"}


@cache
def _tables() -> list[str]:
    return sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT)


def empty_tables() -> None:
    """Empty every table but those that migrating fills; raises ``DatabaseError`` where somebody still holds one."""
    holding = (
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})" for table in _tables()
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(holding))
        filled = [table for (table,) in cursor.fetchall()]
    with transaction.atomic(), connection.cursor() as cursor:  # references are looked at when it ends
        for table in filled:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
