"""Puts the SQLite of the wheel `pysqlite3` in the standard library's place.

SQLite before 3.51.3 can corrupt a database in WAL mode when the log is reset (https://sqlite.org/wal.html),
and distributions still ship older ones. Django's backend imports `sqlite3`, so the name has to lead to the
current library before Django is loaded.
"""

import sys

try:
    import pysqlite3
    import pysqlite3.dbapi2
except ImportError:  # no wheel for this platform: the check corpus.W001 says what that means
    pass
else:
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
