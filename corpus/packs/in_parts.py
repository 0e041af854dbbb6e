"""What the pack `in-constitution` knows of the Constitution besides its text: its parts, and days of insertion."""

from __future__ import annotations

import datetime as dt
import re

COMMENCEMENT = dt.date(1950, 1, 26)
AT_ONCE = dt.date(1949, 11, 26)
IN_FORCE_AT_ONCE = frozenset("5 6 7 8 9 60 324 366 367 379 380 388 391 392 393 394".split())
"""The articles that Article 394 puts into force on the day of adoption."""

_PARTS = """
1 4 | Part I The Union and its Territory
5 11 | Part II Citizenship
12 13 | Part III Fundamental Rights | General
14 18 | Part III Fundamental Rights | Right to Equality
19 22 | Part III Fundamental Rights | Right to Freedom
23 24 | Part III Fundamental Rights | Right against Exploitation
25 28 | Part III Fundamental Rights | Right to Freedom of Religion
29 31 | Part III Fundamental Rights | Cultural and Educational Rights
31A 31D | Part III Fundamental Rights | Saving of Certain Laws
32 35 | Part III Fundamental Rights | Right to Constitutional Remedies
36 51 | Part IV Directive Principles of State Policy
51A 51A | Part IVA Fundamental Duties
52 78 | Part V The Union | Chapter I The Executive
79 122 | Part V The Union | Chapter II Parliament
123 123 | Part V The Union | Chapter III Legislative Powers of the President
124 147 | Part V The Union | Chapter IV The Union Judiciary
148 151 | Part V The Union | Chapter V Comptroller and Auditor-General of India
152 152 | Part VI The States | Chapter I General
153 167 | Part VI The States | Chapter II The Executive
168 212 | Part VI The States | Chapter III The State Legislature
213 213 | Part VI The States | Chapter IV Legislative Power of the Governor
214 232 | Part VI The States | Chapter V The High Courts in the States
233 237 | Part VI The States | Chapter VI Subordinate Courts
238 238 | Part VII The States in Part B of the First Schedule
239 242 | Part VIII The Union Territories
243 243O | Part IX The Panchayats
243P 243ZG | Part IXA The Municipalities
243ZH 243ZT | Part IXB The Co-operative Societies
244 244A | Part X The Scheduled and Tribal Areas
245 255 | Part XI Relations between the Union and the States | Chapter I Legislative Relations
256 263 | Part XI Relations between the Union and the States | Chapter II Administrative Relations
264 291 | Part XII Finance, Property, Contracts and Suits | Chapter I Finance
292 293 | Part XII Finance, Property, Contracts and Suits | Chapter II Borrowing
294 300 | Part XII Finance, Property, Contracts and Suits | Chapter III Property, Contracts, Rights, Liabilities, Obligations and Suits
300A 300A | Part XII Finance, Property, Contracts and Suits | Chapter IV Right to Property
301 307 | Part XIII Trade, Commerce and Intercourse within the Territory of India
308 314 | Part XIV Services under the Union and the States | Chapter I Services
315 323 | Part XIV Services under the Union and the States | Chapter II Public Service Commissions
323A 323B | Part XIVA Tribunals
324 329 | Part XV Elections
330 342 | Part XVI Special Provisions Relating to Certain Classes
343 344 | Part XVII Official Language | Chapter I Language of the Union
345 347 | Part XVII Official Language | Chapter II Regional Languages
348 349 | Part XVII Official Language | Chapter III Language of the Supreme Court, High Courts, etc.
350 351 | Part XVII Official Language | Chapter IV Special Directives
352 360 | Part XVIII Emergency Provisions
361 367 | Part XIX Miscellaneous
368 368 | Part XX Amendment of the Constitution
369 392 | Part XXI Temporary, Transitional and Special Provisions
393 395 | Part XXII Short Title, Commencement, Authoritative Text in Hindi and Repeals
"""

_INSERTED = """
1951-06-18 31B
1956-11-01 258A 290A 350A 350B 372A 378A
1962-12-28 239A
1963-10-05 224A
1963-12-01 371A
1966-12-22 233A
1969-09-25 244A 371B
1971-12-28 363A
1971-12-30 239B
1972-02-15 371C
1972-04-20 31C
1972-08-29 312A
1974-07-01 371D 371E
1975-04-26 371F
1977-01-03 31D 39A 43A 48A 51A 323A 323B
1977-02-01 32A 139A
1979-06-20 300A 361A
1979-08-01 134A
1987-02-20 371G 371H
1987-05-30 371I
1987-12-09 394A
1992-02-01 239AA 239AB
1993-04-24 243 243A 243B 243C 243D 243E 243F 243G 243H 243I 243J 243K 243L 243M 243N 243O
1993-06-01 243P 243Q 243R 243S 243T 243U 243V 243W 243X 243Y 243Z
1993-06-01 243ZA 243ZB 243ZC 243ZD 243ZE 243ZF 243ZG
2004-01-01 361B
2004-02-19 338A
2010-04-01 21A
2012-02-15 243ZH 243ZI 243ZJ 243ZK 243ZL 243ZM 243ZN 243ZO 243ZP 243ZQ 243ZR 243ZS 243ZT
2016-09-16 246A 269A
"""


def order(article: str) -> tuple[int, str]:
    """Sorts `243` before `243A`, `243Z` before `243ZA`, and all of them before `244`."""
    digits = re.match(r"\d+", article)
    return (int(digits[0]), article[digits.end() :]) if digits else (0, article)


def _parts() -> list[tuple[tuple[int, str], tuple[int, str], tuple[str, ...]]]:
    rows = [line.split(" | ") for line in _PARTS.strip().splitlines()]
    return [(order(row[0].split()[0]), order(row[0].split()[1]), tuple(row[1:])) for row in rows]


PARTS = _parts()
INSERTED = {
    article: dt.date.fromisoformat(line.split()[0])
    for line in _INSERTED.strip().splitlines()
    for article in line.split()[1:]
}
"""Article -> day on which the amendment that inserted it came into force."""


def ancestors(article: str) -> tuple[str, ...]:
    """Part and chapter of an article; none for the preamble."""
    place = order(article)
    return next((headings for first, last, headings in PARTS if first <= place <= last), ())


def in_force_from(article: str) -> dt.date:
    """First day on which there was an article of this number: Article 394, or the amendment that inserted it."""
    if article in IN_FORCE_AT_ONCE:
        return AT_ONCE
    return INSERTED.get(article, COMMENCEMENT)
