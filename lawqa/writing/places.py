"""The places whose law a question may ask for, by their English names, with the code of their jurisdiction."""

from __future__ import annotations

import re
from functools import cache

# ISO 3166-1 codes; a member state of the Union has law of its own beside the Union's.
_COUNTRIES = """
af Afghanistan|al Albania|dz Algeria|ad Andorra|ao Angola|ar Argentina|am Armenia|au Australia|at Austria|az Azerbaijan
bs Bahamas|bh Bahrain|bd Bangladesh|bb Barbados|by Belarus|be Belgium|bz Belize|bj Benin|bt Bhutan|bo Bolivia|ba Bosnia
bw Botswana|br Brazil|bn Brunei|bg Bulgaria|bf Burkina Faso|bi Burundi|kh Cambodia|cm Cameroon|ca Canada|cl Chile|cn China
co Colombia|cr Costa Rica|hr Croatia|cu Cuba|cy Cyprus|cz Czechia|cz Czech Republic|dk Denmark|dj Djibouti|do Dominican Republic
ec Ecuador|eg Egypt|sv El Salvador|ee Estonia|et Ethiopia|fj Fiji|fi Finland|fr France|ga Gabon|gm Gambia|de Germany|gh Ghana
gr Greece|gt Guatemala|gn Guinea|gy Guyana|ht Haiti|hn Honduras|hk Hong Kong|hu Hungary|is Iceland|in India|id Indonesia|ir Iran
iq Iraq|ie Ireland|il Israel|it Italy|jm Jamaica|jp Japan|kz Kazakhstan|ke Kenya|kw Kuwait|kg Kyrgyzstan|la Laos|lv Latvia
lb Lebanon|lr Liberia|ly Libya|li Liechtenstein|lt Lithuania|lu Luxembourg|mg Madagascar|mw Malawi|my Malaysia|mv Maldives
ml Mali|mt Malta|mu Mauritius|mx Mexico|md Moldova|mc Monaco|mn Mongolia|me Montenegro|ma Morocco|mz Mozambique|mm Myanmar
na Namibia|np Nepal|nl Netherlands|nz New Zealand|ni Nicaragua|ne Niger|ng Nigeria|no Norway|om Oman|pk Pakistan|pa Panama
py Paraguay|pe Peru|ph Philippines|pl Poland|pt Portugal|qa Qatar|ro Romania|ru Russia|rw Rwanda|sa Saudi Arabia|sn Senegal
rs Serbia|sg Singapore|sk Slovakia|si Slovenia|so Somalia|za South Africa|kr South Korea|es Spain|lk Sri Lanka|sd Sudan|se Sweden
ch Switzerland|sy Syria|tw Taiwan|tz Tanzania|th Thailand|tn Tunisia|tr Turkey|ug Uganda|ua Ukraine|ae United Arab Emirates
gb United Kingdom|gb UK|gb Great Britain|gb England|gb Wales|gb Scotland|gb Northern Ireland|us United States|us USA|uy Uruguay
uz Uzbekistan|ve Venezuela|vn Vietnam|ye Yemen|zm Zambia|zw Zimbabwe
"""
_PARTS = """
us Alabama|us Alaska|us Arizona|us Arkansas|us California|us Colorado|us Connecticut|us Delaware|us Florida|us Hawaii|us Idaho
us Illinois|us Indiana|us Iowa|us Kansas|us Kentucky|us Louisiana|us Maine|us Maryland|us Massachusetts|us Michigan|us Minnesota
us Mississippi|us Missouri|us Montana|us Nebraska|us Nevada|us New Hampshire|us New Jersey|us New Mexico|us New York
us North Carolina|us North Dakota|us Ohio|us Oklahoma|us Oregon|us Pennsylvania|us Rhode Island|us South Carolina
us South Dakota|us Tennessee|us Texas|us Utah|us Vermont|us Virginia|us West Virginia|us Wisconsin|us Wyoming
de Bavaria|de Berlin|de Saxony|de Hesse|de Hamburg|ca Ontario|ca Quebec|ca Alberta|ca British Columbia|au Queensland
au New South Wales|au Tasmania|es Catalonia|in Kerala|in Maharashtra|in Gujarat|in Punjab|in Tamil Nadu|in Karnataka
"""
_PEOPLES = """
au Australian|at Austrian|be Belgian|br Brazilian|gb British|gb English|gb Scottish|bg Bulgarian|ca Canadian|cn Chinese|dk Danish
nl Dutch|fi Finnish|fr French|de German|gr Greek|hu Hungarian|in Indian|ie Irish|il Israeli|it Italian|jp Japanese|ke Kenyan
mx Mexican|nz New Zealand|ng Nigerian|no Norwegian|pk Pakistani|pl Polish|pt Portuguese|ro Romanian|ru Russian|es Spanish
se Swedish|ch Swiss|tr Turkish|ua Ukrainian|us American|za South African
"""


def _listed(table: str, suffix: str = "") -> dict[str, str]:
    entries = [entry for line in table.strip().split("\n") for entry in line.split("|")]
    return {entry[3:]: entry[:2] + suffix for entry in entries}


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    places = _listed(_COUNTRIES) | _listed(_PARTS, "-") | _listed(_PEOPLES)
    names = "|".join(sorted(map(re.escape, _listed(_COUNTRIES) | _listed(_PARTS)), key=len, reverse=True))
    peoples = "|".join(sorted(map(re.escape, _listed(_PEOPLES)), key=len, reverse=True))
    place = re.compile(rf"\b(?:in|of|under|within|throughout|across) (?:the )?(?:state of )?({names})\b")
    people = re.compile(
        rf"\b({peoples})\s+(?:\w+\s+)?(?:law|laws|courts?|constitution|code|statutes?|legislation)\b"
    )
    return place, people, places


def places_named(question: str) -> dict[str, str]:
    """Place → jurisdiction code for the places whose law the question asks for.

    A place that something is merely sent to or comes from is none. A part of a country has the country's code
    with a dash (`us-`), because its law is not the country's.
    """
    place, people, codes = _patterns()
    found = [*place.findall(question), *people.findall(question)]
    return {name: codes[name] for name in found}
