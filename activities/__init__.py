"""What touches the world for a workflow: record a transition, send a letter, look for strays."""
