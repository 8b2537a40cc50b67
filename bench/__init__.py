"""Measurements on the embedded servers: `python -m bench` (`make bench`)."""
