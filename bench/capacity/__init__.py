"""The capacity plan (`python -m bench --only capacity`): measured lives and named assumptions make docs/capacity.md."""
