r"""Invented acts in the drafting styles of several legislatures, and pages made of them.

A line between `==` is centred, between `//` italic, between `**` bold; one that begins with `\` goes on with the paragraph before.
"""

from __future__ import annotations

import textwrap

from corpus.types import Line, PageText

INDIA = """\
==**THE CLEAN WELLS ACT, 2011**==
==ARRANGEMENT OF SECTIONS==
==CHAPTER I==
==PRELIMINARY==
SECTIONS
1. Short title, extent and commencement.
2. Definitions.
==CHAPTER II==
==WELLS AND THEIR OWNERS==
3. Duty to keep a well clean.
3A. Inspection.
4. [Repealed.]
5. Power to make rules.
==THE FIRST SCHEDULE.==
==**THE CLEAN WELLS ACT, 2011**==
==ACT NO. 12 OF 2011==
==//[3rd March, 2011.]//==
An Act to provide for the keeping of wells in a clean state and for matters connected therewith.
BE it enacted by Parliament in the Sixty-second Year of the Republic of India as follows:—
==CHAPTER I==
==PRELIMINARY==
**1. Short title, extent and commencement.**—(1) This Act may be called the Clean Wells Act, 2011.
(2) It extends to the whole of India.
(3) It shall come into force on such date as the Central Government may, by notification, appoint.
**2. Definitions.**—In this Act, unless the context otherwise requires,—
(a) "inspector" means a person appointed under section 3A;
(b) "owner", in relation to a well, includes
\\12 months after the commencement of this Act, the tenant of the land, to whom
\\Section 5 of that Act applies.
==CHAPTER II==
==WELLS AND THEIR OWNERS==
**3. Duty to keep a well clean.**—(1) Every owner shall keep every well of his clean.
(2) An owner who contravenes sub-section (1) shall be punishable with fine which may extend to five hundred rupees.
**3A. Inspection.**—An inspector may, at any reasonable time, enter upon land to look into a well.
**4.** [Fees.] Rep. by the Repealing Act, 2015 (3 of 2015), s. 2 and Sch.
**5. Power to make rules.**—The Central Government may make rules for carrying out the purposes of this Act.
==THE FIRST SCHEDULE==
==[See section 3]==
==WELLS THAT ARE EXEMPT==
Wells of less than one metre in depth.
Wells that are dry.
"""

UK = """\
==**Orchards and Hedges Act 2014**==
==**CONTENTS**==
==PART 1==
==ORCHARDS==
//Introductory//
1 Overview of this Act
2 Meaning of "orchard"
//Duties//
3 Duty to prune
3A Exemption by regulations
==PART 2==
==HEDGES==
4 Power to require cutting
5 Offences
6 Short title and commencement
==SCHEDULE 1 — Notices==
==PART 1 — Form of notices==
==PART 2 — Appeals==
==**Orchards and Hedges Act 2014**==
==2014 CHAPTER 77==
An Act to make provision about the care of orchards and hedges; and for connected purposes.
[1st May 2014]
BE IT ENACTED by the Queen's most Excellent Majesty, by and with the advice and consent of the Lords Spiritual and Temporal, and Commons, in this present Parliament assembled, and by the authority of the same, as follows:—
==PART 1==
==ORCHARDS==
==//Introductory//==
**1 Overview of this Act**
(1) This Part is about orchards.
(2) Part 2 is about hedges.
**2 Meaning of "orchard"**
In this Act "orchard" means land on which at least
\\12 Fruit trees are grown together, and includes any
\\2 acres adjoining it.
==//Duties//==
**3 Duty to prune**
(1) The owner of an orchard must prune every tree—
(a) once in each year, and
(b) before 1 March.
(2) Subsection (1) does not apply where—
(a) the tree is dead;
(b) section 3A applies.
**3A Exemption by regulations**
The Secretary of State may by regulations exempt small orchards.
==PART 2==
==HEDGES==
**4 Power to require cutting**
(1) A local authority may require the owner of a hedge to cut it.
(2) Schedule 1 makes further provision about notices.
**5 Offences**
A person who does not comply with a notice commits an offence.
**6 Short title and commencement**
(1) This Act may be cited as the Orchards and Hedges Act 2014.
(2) This Act comes into force on 1 June 2014.
==SCHEDULE 1==
Section 4
==NOTICES==
==PART 1==
==FORM OF NOTICES==
1 (1) A notice under section 4 must be in writing and must say which hedge is to be cut, and by when.
(2) It must be signed by an officer of the local authority who has been authorised for that purpose.
2 A notice is served by leaving it at the last known address of the owner, or by sending it there by post.
==PART 2==
==APPEALS==
3 The owner may appeal to the magistrates' court within 21 days of the day on which the notice was served.
"""

EU = """\
==REGULATION (EU) 2031/77 OF THE EUROPEAN PARLIAMENT AND OF THE COUNCIL==
==of 3 March 2031==
==on the keeping of bees==
THE EUROPEAN PARLIAMENT AND THE COUNCIL OF THE EUROPEAN UNION,
Having regard to the Treaty on the Functioning of the European Union, and in particular Article 43 thereof,
Whereas:
(1) Bees are important for the pollination of plants.
(2) The Union has an interest in the health of bees. Article 3 of the Treaty says so.
(3) It is therefore appropriate to lay down rules,
HAVE ADOPTED THIS REGULATION:
==CHAPTER I==
==**GENERAL PROVISIONS**==
==//Article 1//==
==**Subject matter**==
This Regulation lays down rules on the keeping of bees.
==//Article 2//==
==**Definitions**==
For the purposes of this Regulation, the following definitions apply:
(1) 'bee' means an animal of the species Apis mellifera;
(2) 'hive' means any container in which bees live.
==CHAPTER II==
==**DUTIES OF KEEPERS**==
==SECTION 1==
==**Registration**==
==//Article 3//==
==**Register of keepers**==
1. Each Member State shall keep a register of keepers.
2. The register shall contain:
(a) the name of the keeper;
(b) the number of hives, in accordance with
\\Article 4 and the Annex.
3. Paragraph 2 shall not apply to keepers of fewer than two hives.
==SECTION 2==
==**Health**==
==//Article 4//==
==**Inspection**==
1. Hives shall be inspected once a year.
2. The Commission may adopt implementing acts.
==//Article 5//==
==**Entry into force**==
This Regulation shall enter into force on the twentieth day following that of its publication in the Official Journal of the European Union.
This Regulation shall be binding in its entirety and directly applicable in all Member States.
Done at Brussels, 3 March 2031.
For the European Parliament
The President
A. EXAMPLE
==ANNEX I==
==**Information in the register**==
1. Name of the keeper.
2. Place of the hives.
==ANNEX II==
==**Diseases**==
Foulbrood.
"""

BILL = """\
==**Public Law 130–12**==
==130th Congress==
==An Act==
To provide for safe bridges, and for other purposes.
Be it enacted by the Senate and House of Representatives of the United States of America in Congress assembled,
**SECTION 1. SHORT TITLE; TABLE OF CONTENTS.**
(a) SHORT TITLE.—This Act may be cited as the "Safe Bridges Act of 2041".
(b) TABLE OF CONTENTS.—The table of contents for this Act is as follows:
Sec. 1. Short title; table of contents.
Sec. 2. Definitions.
TITLE I—INSPECTION
Sec. 101. Inspection of bridges.
Sec. 102. Reports.
TITLE II—FUNDS
Sec. 201. Authorization of appropriations.
**SEC. 2. DEFINITIONS.**
In this Act:
(1) BRIDGE.—The term "bridge" means a structure over water.
(2) SECRETARY.—The term "Secretary" means the Secretary of Transportation.
==**TITLE I—INSPECTION**==
**SEC. 101. INSPECTION OF BRIDGES.**
(a) IN GENERAL.—The Secretary shall inspect each bridge as provided in
\\section 102. Nothing in this section limits that duty.
(b) AMENDMENT.—Title 23, United States Code, is amended by inserting after section 144 the following:
"SEC. 145. BRIDGES AGAIN.
"The Secretary shall look twice.".
**SEC. 102. REPORTS.**
The Secretary shall report to Congress each year.
==**TITLE II—FUNDS**==
**SEC. 201. AUTHORIZATION OF APPROPRIATIONS.**
There is authorized to be appropriated $5,000,000 for fiscal year 2042.
Approved March 3, 2041.
"""

USC = """\
==**TITLE 61—BRIDGES**==
This title was enacted by Pub. L. 130–12, §1, Mar. 3, 2041, 155 Stat. 10
Chap. Sec.
1. General 101
2. Inspection 201
==**CHAPTER 1—GENERAL**==
Sec.
101. Definitions.
102. Repealed.
103 to 105. Omitted.
==**EDITORIAL NOTES**==
==AMENDMENTS==
2043—Pub. L. 131–2, §2(b), Aug. 5, 2043, 157 Stat. 926, added item 103.
**§101. Definitions**
In this title—
(1) the term "bridge" means a structure over water; and
(2) the term "Secretary" means the Secretary of Transportation.
(Pub. L. 130–12, §2, Mar. 3, 2041, 155 Stat. 11; Pub. L. 131–2, §2(a), Aug. 5, 2043, 157 Stat. 926.)
==**EDITORIAL NOTES**==
==AMENDMENTS==
2043—Pub. L. 131–2 substituted "structure" for "thing".
**[§102. Repealed. Pub. L. 131–2, §3, Aug. 5, 2043, 157 Stat. 927]**
Section, Pub. L. 130–12, §3, related to ferries.
**[§§103 to 105. Omitted]**
==**CHAPTER 2—INSPECTION**==
Sec.
201. Inspection of bridges.
201a–1. More inspection.
**§201. Inspection of bridges**
(a) IN GENERAL.—The Secretary shall inspect each bridge.
(b) REPORT.—The Secretary shall report under
\\section 101 of this title.
(Pub. L. 130–12, §4, Mar. 3, 2041, 155 Stat. 12.)
**§201a–1. More inspection**
The Secretary may inspect again.
(Pub. L. 130–12, §5, Mar. 3, 2041, 155 Stat. 12.)
"""

STATE = """\
==**TITLE 12. WATERS**==
==**CHAPTER 34. PONDS**==
==**ARTICLE 1. GENERAL PROVISIONS**==
**Section 12-34-5. Definitions.**
As used in this chapter:
(1) "Pond" means a body of water of less than five acres.
(2) "Keeper" means a person who keeps a pond.
HISTORY: 1990 Act No. 12, Section 3.
**Section 12-34-10. Duty of keepers.**
(A) A keeper shall keep the pond clean.
(B) A keeper who does not is guilty of a misdemeanor.
HISTORY: 1990 Act No. 12, Section 4; 1996 Act No. 3.
==**ARTICLE 2. PENALTIES**==
**Section 12-34-110. Penalties.**
A person convicted under Section 12-34-10 must be fined not more than one hundred dollars.
HISTORY: 1990 Act No. 12, Section 5.
"""

UKSI = """\
==**STATUTORY INSTRUMENTS**==
==**2019 No. 9999**==
==**The Goose Fairs Regulations 2019**==
The Secretary of State, in exercise of the powers conferred by section 5 of the Fairs Act 1999, makes the following Regulations:
==PART 1==
==General==
**Citation and commencement**
1.—(1) These Regulations may be cited as the Goose Fairs Regulations 2019.
(2) They come into force on 1st May 2019.
**Interpretation**
2. In these Regulations—
"fair" means a gathering at which geese are sold;
"goose" includes a gander.
==PART 2==
==Fairs==
**Licences**
3.—(1) No person may hold a fair without a licence.
(2) A licence lasts for 12 months.
**Offences**
4. A person who contravenes regulation 3 commits an offence.
==EXPLANATORY NOTE==
(This note is not part of the Regulations)
These Regulations regulate fairs.
"""

USCONST = """\
==CONSTITUTION OF THE REPUBLIC==
We the People do ordain this Constitution.
==Article I==
Section 1. All legislative Powers shall be vested in a Congress.
Section 2. The House shall be composed of Members chosen every second Year.
No Person shall be a Member who is not of Age.
==Article II==
Section 1. The executive Power shall be vested in a President.
Section 2. The President shall be Commander in Chief.
Section 3. He shall give Information.
==Article III==
This Constitution shall be the supreme Law of the Land.
"""

RULES = """\
==**RULES OF THE LANTERN COURT**==
==**TABLE OF CONTENTS**==
Rule 1. Scope ........ 1
Rule 2. Form of Filings ........ 2
Rule 2.1. Electronic Filing ........ 3
Rule 3. Time ........ 4
==**TITLE I. GENERAL**==
**Rule 1. Scope**
These rules govern procedure in the Lantern Court.
**Rule 2. Form of Filings**
(a) Paper. A filing must be on paper of the size that
\\Rule 3 prescribes.
(b) Copies. Two copies must be filed.
**Rule 2.1. Electronic Filing**
A filing may be electronic.
==**TITLE II. TIME**==
**Rule 3. Time**
Time is computed in days.
"""


WIDTH = 468.0
CHARACTER = 5.0
"""Points, of a type of 10: a line of 93 characters fills the page."""


def pages(act: str, *, layout: bool, lines_a_page: int = 30) -> list[PageText]:
    """The act as extraction hands it on: with places and type, or as plain text without them."""
    lines: list[Line] = []
    for written in act.strip().splitlines():
        for part, text in enumerate(_wrapped(written)):
            lines.append(_line(text, layout=layout, goes_on=part > 0 or written.startswith("\\")))
    groups = [lines[at : at + lines_a_page] for at in range(0, len(lines), lines_a_page)]
    size = (612.0, 792.0) if layout else (0.0, 0.0)
    return [
        PageText(number=number, width=size[0], height=size[1], lines=tuple(group))
        for number, group in enumerate(groups, start=1)
    ]


def words(act: str) -> str:
    """The act without its marks."""
    lines = (line.removeprefix("\\") for line in act.strip().splitlines())
    return "\n".join(line.replace("==", "").replace("**", "").replace("//", "") for line in lines)


def _wrapped(written: str) -> list[str]:
    plain = written.removeprefix("\\")
    if plain.startswith("==") or len(plain) <= WIDTH / CHARACTER:
        return [plain]
    return textwrap.wrap(plain, int(WIDTH / CHARACTER), break_long_words=False, break_on_hyphens=False)


def _line(written: str, *, layout: bool, goes_on: bool) -> Line:
    centred, italic, bold = (mark in written for mark in ("==", "//", "**"))
    text = words(written)
    if not layout:
        return Line(text=text, paragraph=not goes_on)
    width = min(len(text) * CHARACTER, WIDTH)
    left = 72 + (WIDTH - width) / 2 if centred else 72.0
    return Line(
        text=text,
        x0=left,
        x1=left + width,
        y0=0,
        y1=10,
        size=10,
        bold=bold,
        italic=italic,
        paragraph=not goes_on,
    )
