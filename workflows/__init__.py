"""The durable lifecycle, read as prose."""
