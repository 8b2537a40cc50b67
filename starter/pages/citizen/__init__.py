"""What a citizen does by themselves: each file has the pages of one task."""
