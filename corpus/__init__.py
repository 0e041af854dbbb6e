"""The library side of the project: what puts law on the shelf."""
