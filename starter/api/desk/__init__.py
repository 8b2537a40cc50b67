"""`/v1/desk`: what a clerk does at a registration body (S2, S3, S8, S9)."""
