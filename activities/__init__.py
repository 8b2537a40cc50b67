"""What a workflow does outside itself: record a transition, send a letter, find what has no outcome."""
