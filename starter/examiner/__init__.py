"""Parses signed forms and verifies them, in processes of its own: hostile bytes are parsed nowhere else.

It imports nothing of this project but the vocabulary of `registration`, and has no secret. Only `plain_facts.py` is
shared with the gateway: plain facts, which are exchanged as JSON.
"""
