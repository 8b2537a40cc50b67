"""Pages for people: self-contained HTML without scripts or outside resources, to read, keep and print."""
