"""A copy of everything that cannot be made again, and an installation made from it.

A backup is a folder: `manifest.json`, one snapshot of the database, `files/` (originals under their sha256) and `keys/`.
The manifest is written last and replaced whole, so that it always describes a whole backup; the next backup into the same
folder adds only the originals that are new. What is derived (the index, messages) is made anew.
"""
