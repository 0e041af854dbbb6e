"""Names of instruments that grammar alone cannot tell: acronyms, popular names, and where acts are codified."""

from __future__ import annotations

NAMES: dict[str, tuple[str, ...]] = {
    "GDPR": ("EU GDPR", "General Data Protection Regulation", "DSGVO", "DS-GVO", "RGPD"),
    "UK GDPR": ("United Kingdom GDPR",),
    "AI Act": ("EU AI Act", "Artificial Intelligence Act", "EU Artificial Intelligence Act"),
    "DORA": ("Digital Operational Resilience Act", "DORA Regulation"),
    "NIS2": ("NIS 2", "NIS2 Directive", "NIS 2 Directive"),
    "CRA": ("Cyber Resilience Act", "EU Cyber Resilience Act"),
    "CSRD": ("Corporate Sustainability Reporting Directive", "CSRD Directive"),
    "Constitution of India": (
        "Indian Constitution",
        "India's Constitution",
        "Constitution of the Republic of India",
        "Constitution (India)",
    ),
    "Constitution of the United States": (
        "U.S. Constitution",
        "US Constitution",
        "United States Constitution",
        "American Constitution",
        "Federal Constitution",
        "Constitution of the United States of America",
    ),
    "Constitution": (),
    "Digital Services Act": ("DSA",),
    "Digital Markets Act": ("DMA",),
    "Data Act": ("EU Data Act",),
    "ePrivacy Directive": ("ePrivacy Regulation",),
    "eIDAS Regulation": ("eIDAS", "eIDAS 2"),
    "MiCA": ("MiCAR", "MiCA Regulation"),
    "MiFID II": ("MiFID 2",),
    "PSD2": ("PSD 2",),
    "TFEU": ("Treaty on the Functioning of the European Union",),
    "TEU": ("Treaty on European Union",),
    "ECHR": ("European Convention on Human Rights",),
    "BGB": (),
    "StGB": (),
    "HGB": (),
    "CCPA": ("California Consumer Privacy Act", "CPRA"),
    "Uniform Commercial Code": ("UCC", "U.C.C."),
    "Civil Procedure Rules": ("CPR",),
    "Federal Rules of Civil Procedure": ("FRCP", "Fed. R. Civ. P.", "F.R.C.P."),
    "Federal Rules of Criminal Procedure": ("Fed. R. Crim. P.",),
    "Federal Rules of Appellate Procedure": ("Fed. R. App. P.", "FRAP"),
    "Federal Rules of Bankruptcy Procedure": ("Fed. R. Bankr. P.",),
    "Federal Rules of Evidence": ("FRE", "Fed. R. Evid."),
    "Indian Penal Code": ("IPC",),
    "Code of Criminal Procedure": ("CrPC", "Cr.P.C."),
    "Bharatiya Nyaya Sanhita": ("BNS",),
    "Americans with Disabilities Act": ("ADA",),
    "Health Insurance Portability and Accountability Act": ("HIPAA",),
    "Fair Labor Standards Act": ("FLSA",),
    "Family and Medical Leave Act": ("FMLA",),
    "Freedom of Information Act": ("FOIA",),
    "Administrative Procedure Act": (),
    "Fair Credit Reporting Act": ("FCRA",),
    "Fair Debt Collection Practices Act": ("FDCPA",),
    "Telephone Consumer Protection Act": ("TCPA",),
    "Employee Retirement Income Security Act": ("ERISA",),
    "Digital Millennium Copyright Act": ("DMCA",),
    "Computer Fraud and Abuse Act": ("CFAA",),
    "Children's Online Privacy Protection Act": ("COPPA",),
    "Family Educational Rights and Privacy Act": ("FERPA",),
    "Age Discrimination in Employment Act": ("ADEA",),
    "National Labor Relations Act": ("NLRA",),
    "Foreign Corrupt Practices Act": ("FCPA",),
    "Racketeer Influenced and Corrupt Organizations Act": ("RICO", "RICO Act"),
    "Communications Decency Act": ("CDA",),
    "Uniform Code of Military Justice": ("UCMJ",),
    "Internal Revenue Code": ("IRC", "I.R.C."),
}
"""Canonical name, and the other names by which people call the instrument."""

ANY_CASE = frozenset(
    "gdpr dsgvo ds-gvo rgpd nis2 csrd hipaa ferpa coppa erisa tfeu ccpa dmca fdcpa tcpa cfaa flsa fmla foia".split()
)
"""Acronyms that are no word and no person's name, so that lower case is the same name."""

BESIDE_NUMBER_ONLY = frozenset({"Constitution", "CPR", "IRC", "CDA", "IPC", "BNS", "FRE", "FRAP"})
"""Names that alone may mean something else, or nothing in particular."""

TAKES_BARE_NUMBER = frozenset(
    name for name in NAMES if name.startswith("Federal Rules") or name == "Civil Procedure Rules"
)
"""`CPR 3.1`, `Fed. R. Civ. P. 12(b)(6)`: the number follows without a word for it."""

WHOLE_TITLES: dict[str, str] = {
    "Copyright Act": "17 U.S.C.",
    "Patent Act": "35 U.S.C.",
    "Bankruptcy Code": "11 U.S.C.",
    "Internal Revenue Code": "26 U.S.C.",
    "Federal Arbitration Act": "9 U.S.C.",
    "Judicial Code": "28 U.S.C.",
}
"""Acts and codes whose sections carry the numbers of a title of the United States Code."""

_PARTS_OF_TITLES = {
    5: "Freedom of Information Act|Privacy Act|Administrative Procedure Act|Hatch Act|Sunshine Act",
    7: "Commodity Exchange Act|Packers and Stockyards Act|Farm Bill",
    8: "Immigration and Nationality Act|Immigration Reform and Control Act",
    10: "Uniform Code of Military Justice",
    12: "Dodd-Frank Act|Bank Holding Company Act|Federal Reserve Act|Right to Financial Privacy Act|"
    "Real Estate Settlement Procedures Act",
    15: "Sherman Act|Sherman Antitrust Act|Clayton Act|Clayton Antitrust Act|Lanham Act|Securities Act|"
    "Securities Exchange Act|Federal Trade Commission Act|FTC Act|Fair Credit Reporting Act|Consumer Product Safety Act|"
    "Fair Debt Collection Practices Act|Truth in Lending Act|Foreign Corrupt Practices Act|Robinson-Patman Act|"
    "Children's Online Privacy Protection Act|CAN-SPAM Act|Gramm-Leach-Bliley Act|Sarbanes-Oxley Act|"
    "Magnuson-Moss Warranty Act|Equal Credit Opportunity Act|Investment Company Act|Investment Advisers Act|"
    "Electronic Fund Transfer Act|Small Business Act|Natural Gas Act|Toxic Substances Control Act|E-Sign Act",
    16: "Endangered Species Act|Federal Power Act|Wilderness Act|Antiquities Act|Migratory Bird Treaty Act|Lacey Act",
    17: "Digital Millennium Copyright Act",
    18: "Computer Fraud and Abuse Act|Racketeer Influenced and Corrupt Organizations Act|Wiretap Act|Speedy Trial Act|"
    "Stored Communications Act|Electronic Communications Privacy Act|Defend Trade Secrets Act|Posse Comitatus Act|"
    "Economic Espionage Act|Gun Control Act|Armed Career Criminal Act|Hobbs Act|Mann Act|Bail Reform Act",
    20: "Family Educational Rights and Privacy Act|Individuals with Disabilities Education Act|Higher Education Act",
    21: "Controlled Substances Act|Federal Food, Drug, and Cosmetic Act|Food, Drug, and Cosmetic Act",
    28: "Federal Tort Claims Act|Foreign Sovereign Immunities Act|Class Action Fairness Act|Tucker Act|All Writs Act|"
    "Declaratory Judgment Act|Tax Injunction Act|Equal Access to Justice Act",
    29: "Fair Labor Standards Act|Family and Medical Leave Act|National Labor Relations Act|Equal Pay Act|"
    "Age Discrimination in Employment Act|Employee Retirement Income Security Act|Taft-Hartley Act|"
    "Occupational Safety and Health Act|Rehabilitation Act|WARN Act|Norris-LaGuardia Act",
    31: "False Claims Act|Bank Secrecy Act|Anti-Deficiency Act",
    33: "Clean Water Act|Oil Pollution Act|Federal Water Pollution Control Act|Rivers and Harbors Act",
    38: "Uniformed Services Employment and Reemployment Rights Act",
    39: "Postal Reorganization Act",
    41: "Contract Disputes Act|Anti-Kickback Act",
    42: "Americans with Disabilities Act|Civil Rights Act|Fair Housing Act|Clean Air Act|Social Security Act|"
    "Health Insurance Portability and Accountability Act|Affordable Care Act|Public Health Service Act|"
    "Patient Protection and Affordable Care Act|National Environmental Policy Act|Safe Drinking Water Act|"
    "Resource Conservation and Recovery Act|Religious Freedom Restoration Act|Prison Litigation Reform Act|"
    "Genetic Information Nondiscrimination Act|Religious Land Use and Institutionalized Persons Act|"
    "Violence Against Women Act|Privacy Protection Act|Atomic Energy Act",
    45: "Federal Employers' Liability Act|Railway Labor Act",
    46: "Jones Act|Death on the High Seas Act",
    47: "Communications Act|Communications Decency Act|Telephone Consumer Protection Act|Telecommunications Act",
    50: "Servicemembers Civil Relief Act|Foreign Intelligence Surveillance Act|War Powers Resolution|"
    "International Emergency Economic Powers Act|Defense Production Act",
    52: "Voting Rights Act|Help America Vote Act|Federal Election Campaign Act",
}
PARTS_OF_TITLES: dict[str, str] = {
    name: f"{title} U.S.C." for title, names in _PARTS_OF_TITLES.items() for name in names.split("|")
}
"""Acts that stand inside a title of the United States Code under numbers other than their own."""

OTHER_LEGISLATORS = frozenset(
    """Alabama Arizona Arkansas California Colorado Connecticut Delaware Florida Georgia Idaho Illinois Indiana Iowa Kansas
    Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri Montana Nebraska Nevada
    Ohio Oklahoma Oregon Pennsylvania Tennessee Texas Utah Vermont Virginia Washington Wisconsin Wyoming UK British
    English Scottish Irish Canadian Australian German French Italian Spanish Dutch Swiss Austrian Japanese Chinese
    European EU Singapore Kenyan Nigerian""".split()
)
"""First words of acts that Congress did not pass."""

BY_NUMBER_ALONE: dict[str, str] = dict.fromkeys(("1981", "1983", "1985", "1988"), "42 U.S.C.") | {
    "230": "47 U.S.C."
}
"""Sections that lawyers in the United States call by the number alone."""

CASE_INSENSITIVE_FROM = {
    alias.lower(): canonical for canonical, aliases in NAMES.items() for alias in (canonical, *aliases)
}
"""Every name in lower case, to its canonical form."""


def synonyms(document: str) -> tuple[str, ...]:
    """All names of the instrument that a citation calls `document`, that one first."""
    canonical = CASE_INSENSITIVE_FROM.get(document.lower())
    if canonical is None:
        return (document,)
    return tuple(dict.fromkeys((document, canonical, *NAMES[canonical])))
