"""What the project measures of itself: retrieval, claim checks, answers. `manage.py evaluate` is its door."""
