"""Letters to clients: what they say (`facts`, `render`, `templates`), how they are put together and sent."""
