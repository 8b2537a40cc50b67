"""The record held against everything else: timeline, explanation, replay, verification, proofs."""
