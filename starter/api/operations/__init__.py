"""`/v1/operations`: extensions for many, staff, offices; no personal data."""
