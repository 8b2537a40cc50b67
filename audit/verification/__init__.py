"""Whether the record is whole: one file for each thing that could have been tampered with."""
