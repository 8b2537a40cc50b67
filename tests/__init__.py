"""The tests, on shelves: unit, store, letters, workflows, acceptance, replay, chaos, dev."""
