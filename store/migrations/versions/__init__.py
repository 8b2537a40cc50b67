"""One migration, two files: revision in Python, statements in SQL."""
