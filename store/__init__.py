"""PostgreSQL: named queries, migrations, sealing, one writer, one reader."""
