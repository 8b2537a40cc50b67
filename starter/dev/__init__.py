"""The embedded environment: a real Temporal server, a real PostgreSQL and an SMTP inbox, for developers and for tests.

Nothing here is meant for production, and nothing here talks to a network beyond this machine's loopback.
"""
