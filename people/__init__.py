"""Doors for people: signing in, being invited, being suspended, and one machine's owner who need not sign in."""
