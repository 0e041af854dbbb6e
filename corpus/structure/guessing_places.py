"""Whose law a text is: names of states, enacting formulas, gazettes. ISO 3166 codes in lower case. Pure."""

from __future__ import annotations

import re

_STATES = (
    "al Alabama|ak Alaska|az Arizona|ar Arkansas|ca California|co Colorado|ct Connecticut|de Delaware|fl Florida|ga Georgia|hi Hawaii"
    "|id Idaho|il Illinois|in Indiana|ia Iowa|ks Kansas|ky Kentucky|la Louisiana|me Maine|md Maryland|ma Massachusetts|mi Michigan"
    "|mn Minnesota|ms Mississippi|mo Missouri|mt Montana|ne Nebraska|nv Nevada|nh New Hampshire|nj New Jersey|nm New Mexico|ny New York"
    "|nc North Carolina|nd North Dakota|oh Ohio|ok Oklahoma|or Oregon|pa Pennsylvania|ri Rhode Island|sc South Carolina|sd South Dakota"
    "|tn Tennessee|tx Texas|ut Utah|vt Vermont|va Virginia|wa Washington|wv West Virginia|wi Wisconsin|wy Wyoming|dc District of Columbia"
    "|pr Puerto Rico"
)
_PROVINCES = (
    "ca-on Ontario|ca-qc Quebec|ca-qc Québec|ca-bc British Columbia|ca-ab Alberta|ca-mb Manitoba|ca-sk Saskatchewan|ca-ns Nova Scotia"
    "|ca-nb New Brunswick|ca-nl Newfoundland and Labrador|ca-pe Prince Edward Island|au-nsw New South Wales|au-vic Victoria"
    "|au-qld Queensland|au-wa Western Australia|au-sa South Australia|au-tas Tasmania|au-act Australian Capital Territory"
    "|au-nt Northern Territory"
)
_COUNTRIES = (
    "us United States of America|us United States|us U.S.|gb United Kingdom|gb England and Wales|gb England|gb-sct Scotland|gb-nir Northern Ireland"
    "|gb-wls Wales|gb Great Britain|gb Privy Council|gb House of Lords|ie Ireland|ie Oireachtas|in India|in Indian|in Delhi|in Bombay"
    "|in Calcutta|in Madras|in Allahabad|in Karnataka|in Kerala|in Gujarat|in Rajasthan|in Maharashtra|in Punjab and Haryana|in Andhra Pradesh"
    "|in Telangana|in Madhya Pradesh|in Himachal Pradesh|in Uttarakhand|in Tamil Nadu|in Uttar Pradesh|in Orissa|in Odisha|in Patna"
    "|eu European Union|eu European Communities|eu European Community|eu European Parliament|za South Africa|za Republic of South Africa"
    "|ca Canada|au Australia|au Commonwealth of Australia|nz New Zealand|ke Kenya|ng Nigeria|gh Ghana|ug Uganda|tz Tanzania|zm Zambia"
    "|zw Zimbabwe|mw Malawi|na Namibia|bw Botswana|ls Lesotho|sz Eswatini|sz Swaziland|rw Rwanda|sl Sierra Leone|gm Gambia|lr Liberia"
    "|mu Mauritius|sc Seychelles|et Ethiopia|sg Singapore|my Malaysia|hk Hong Kong|ph Philippines|pk Pakistan|bd Bangladesh|lk Sri Lanka"
    "|np Nepal|mm Myanmar|jm Jamaica|tt Trinidad and Tobago|bb Barbados|bs Bahamas|bz Belize|gy Guyana|fj Fiji|pg Papua New Guinea"
    "|mt Malta|cy Cyprus|il Israel|jp Japan|cn China|kr Korea|de Germany|fr France|es Spain|it Italy|nl Netherlands|be Belgium|at Austria"
    "|ch Switzerland|se Sweden|dk Denmark|no Norway|fi Finland|pl Poland|pt Portugal|gr Greece|cz Czech Republic|hu Hungary|ro Romania"
    "|bg Bulgaria|hr Croatia|si Slovenia|sk Slovakia|ee Estonia|lv Latvia|lt Lithuania|lu Luxembourg|br Brazil|mx Mexico|ar Argentina"
)


def _table() -> dict[str, str]:
    rows = [f"us-{row}" for row in _STATES.split("|")] + _PROVINCES.split("|") + _COUNTRIES.split("|")
    return {name.lower(): code for code, _, name in (row.partition(" ") for row in rows)}


_CODES = _table()
_NAME = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(re.escape(name) for name in sorted(_CODES, key=len, reverse=True))
    + r")(?!\w)",
    re.IGNORECASE,
)
_FORMULAS = tuple(
    (re.compile(pattern, re.IGNORECASE), code)
    for pattern, code in (
        (
            r"be it enacted by the senate and (?:the )?house of representatives of the united states of america",
            "us",
        ),
        (
            r"public law \d+[–-]\d+|\bu\.? ?s\.? code\b|united states code|code of federal regulations|federal register",
            "us",
        ),
        (r"the people of the state of california do enact", "us-ca"),
        (r"the people of the state of new york,? represented", "us-ny"),
        (r"commonwealth of massachusetts", "us-ma"),
        (
            r"be it enacted by the (?:king|queen)[’']?s most excellent majesty,? by and with the advice and consent of the lords",
            "gb",
        ),
        (r"\bby the lords spiritual and temporal|\bcrown copyright\b|\blegislation\.gov\.uk\b", "gb"),
        (r"the bill for this act of the scottish parliament", "gb-sct"),
        (r"\bthis act of (?:the )?(?:national assembly for wales|senedd cymru)", "gb-wls"),
        (
            r"in the \S{3,14}(?: \S{3,9})? year of the republic of india|gazette of india|\bindia code\b|be it enacted by parliament in the",
            "in",
        ),
        (
            r"official journal of the european|parliament and the council of the european union,|\beur-lex\b|the european commission,\s",
            "eu",
        ),
        (
            r"be it enacted by the oireachtas|arna achtú ag an oireachtas|irish statute book|\biris oifigi[uú]il\b",
            "ie",
        ),
        (
            r"by and with the advice and consent of the senate and house of commons of canada|\bcanada gazette\b",
            "ca",
        ),
        (
            r"the parliament of australia enacts|federal register of legislation|commonwealth of australia gazette",
            "au",
        ),
        (r"the legislature of new south wales enacts", "au-nsw"),
        (r"the parliament of victoria enacts", "au-vic"),
        (r"the parliament of queensland enacts", "au-qld"),
        (r"the parliament of new zealand enacts", "nz"),
        (
            r"government gazette.{0,40}republic of south africa|parliament of the republic of south africa",
            "za",
        ),
        (r"enacted by the parliament of kenya|\bkenya gazette\b|laws of kenya", "ke"),
        (r"enacted by the national assembly of the federal republic of nigeria", "ng"),
        (r"enacted by the parliament of uganda", "ug"),
        (r"enacted by (?:the )?parliament of (?:the united republic of )?tanzania", "tz"),
        (r"with the advice and consent of the parliament of singapore|singapore statutes online", "sg"),
    )
)
_OF_STATE = re.compile(
    r"(?:legislature|general assembly|people|senate|assembly) of (?:the )?(?:state|commonwealth) of"
    r" (?P<state>[a-z]+(?: (?:carolina|dakota|hampshire|jersey|mexico|york|virginia|island))?)",
    re.IGNORECASE,
)
_FEDERAL = re.compile(
    r"united states|\bu\.s\. (?:district|court|supreme|bankruptcy)|\bfederal circuit\b", re.IGNORECASE
)


def named(text: str) -> str:
    """The state named in a short text such as a title or the name of a court; empty if none."""
    if _FEDERAL.search(text):
        return "us"
    found = _NAME.search(text)
    return _CODES[found.group().lower()] if found else ""


def of_formula(text: str) -> str:
    """The state whose legislature, gazette or publisher speaks in the text; empty if none does."""
    if found := _OF_STATE.search(text):
        code = _CODES.get(found["state"].lower(), "")
        if code.startswith("us-"):
            return code
    places = [(found.start(), code) for pattern, code in _FORMULAS if (found := pattern.search(text))]
    return min(places)[1] if places else ""
