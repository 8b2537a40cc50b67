"""HTTP for portal backends in any language: `docs/api.md`."""
