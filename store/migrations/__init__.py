"""Migrations, run by Alembic over asyncpg; each is a Python file that names its SQL."""
