"""Takes signed forms apart and verifies them, in processes of its own: hostile bytes are parsed nowhere else.

It imports nothing of this project but the words of `registration`, and holds no secret. Only `findings.py` is for the
other side: plain facts, which cross the border as JSON.
"""
