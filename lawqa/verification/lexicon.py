"""Small lexicons of statutory English: words of one meaning, of opposite meaning, of structure, and of parties. Pure."""

from __future__ import annotations

from lawqa.verification.words import stem

NEGATIONS = frozenset("not no never neither nor none nothing nobody nowhere cannot without".split())
EXCEPTIONS = frozenset("unless except excepting excluding save notwithstanding".split())
CONDITIONS = frozenset(
    "if provided until only solely exclusively subject when where whenever wherever".split()
)
MODALS = frozenset("shall must may can could might should need ought will would".split())
DECISIVE = NEGATIONS | EXCEPTIONS | CONDITIONS | MODALS | frozenset({"but", "other", "than"})

NEGATIVE_VERBS = frozenset(
    stem(word)
    for word in """prohibit prohibition forbid forbidden bar barred ban banned preclude prevent exclude exempt exemption
    refuse refusal deny denied refrain cease stop lack fail failure void invalid unlawful illegal ineffective disregard
    dispense waive abolish abolished relieve relieved immune immunity inapplicable
    inadmissible unenforceable absence absent impossible ineligible disqualified incapable unable avoid
    abstain withhold override overrides despite discount discounted ignore ignored
    regardless irrespective outside beyond unfair unjust""".split()
)
"""Stems of words that deny something without `not`."""

SYNONYM_GROUPS = """
begin commence start initiate launch onset open
end terminate cease expire conclude finish termination lapse stop
obtain receive acquire get gain secure win
give grant issue provide furnish supply confer accord award hand
allow permit authorise authorize license approve let consent authorisation permission approval
forbid prohibit ban bar preclude prevent outlaw exclude abolish
final ultimate last definitive
accidental accidentally inadvertent unintentional unintended
lawful legal legitimate licit
unlawful illegal illicit
hard difficult burdensome
easy simple easily
condition prerequisite
require oblige compel demand need necessary mandatory compulsory obligatory essential
buy purchase acquire
sell dispose transfer
move transfer transport carry
try attempt endeavour strive
stay remain continue
tell inform notify notice notification report communicate advise announce disclose say message alert
ask request apply application seek petition demand
show demonstrate prove establish evidence proof
pay payment remit disburse reimburse compensate compensation repay
money sum amount payment funds
fine penalty punish sanction punishment sentence penal
prison imprisonment jail gaol custody incarcerate imprison detention detain
crime offence offense criminal felony misdemeanor wrongdoing
court tribunal judge judicial bench
judge magistrate justice
law statute act legislation enactment statutory legal
rule regulation provision
agreement contract covenant
sue action suit lawsuit proceeding claim litigation case prosecute
charge indict prosecute accuse indictment information prosecution
guilty convict conviction
owner proprietor holder rightholder own hold possess possession
author creator writer create
copy reproduce duplicate reproduction
employer company firm business undertaking enterprise
employee worker staff personnel workforce
company corporation undertaking entity organisation organization firm business enterprise
child minor infant underage kid
spouse husband wife widow widower
heir successor descendant
parent mother father
person human individual natural
body authority agency regulator supervisor supervisory administration
government state public
country state nation member
parliament legislature congress
citizen national
foreigner alien
home dwelling residence house reside residence domicile live dwell
land property estate realty
damage harm injury loss hurt detriment
danger risk hazard threat
safe safety security secure protect protection safeguard
error mistake inaccurate inaccuracy incorrect wrong
correct rectify rectification amend right fix accurate
delete erase erasure remove destroy destruction
keep retain store preserve maintain remain storage continue
change modify alter amend modification amendment vary revise
increase raise enhance augment exceed
reduce decrease lower diminish lessen mitigate minimise
big large great significant substantial considerable serious major
quick prompt immediate forthwith speedy delay fast soon swift
yearly annual annually year
monthly month
daily day
publish publication publicly release
sign signature signed
write written writing document documentation paper record
computer automated machine automatic electronic digital software system algorithm
mean signify denote define definition
appoint designate name nominate appointment
elect choose vote select election option choice
dismiss remove removal fire discharge oust
join accede accession enter
leave withdraw withdrawal exit quit
object oppose challenge contest objection
appeal review reconsider
support maintenance alimony
check verify review examine assess evaluate evaluation assessment audit inspect test monitor
decide determine decision determination rule finding judgment
believe consider deem regard treat presume presumption opinion think assume
help assist support aid assistance cooperation
use employ utilise apply
hide conceal secret confidential secrecy
lie false untrue misleading fraudulent deceive fraud falsely
intent wilful willful knowing knowingly deliberate intentional purposely intend
careless negligent negligence
kill murder death die homicide dead
life lifetime living
invent invention inventor devise
patent patentable
new novel novelty
obvious evident clear plain manifest
reason ground cause justification why basis
explain explanation clarify
fair equitable just justice reasonable
equal same identical equality equivalent
different differ other distinct
limit restrict cap ceiling restriction limitation maximum
minimum least floor
deadline limit period time term duration
last duration run
extend prolong extension renew lengthen
postpone defer delay stay suspend
late delay overdue belated tardy
apply applicable govern cover application
outsource subcontract delegate third-party
processor handler
hire engage recruit employ
share disclose disclosure transmit pass
send transmit dispatch forward mail deliver
collect gather obtain
train training learn teach education school instruct
sick ill illness disease health medical
pregnant pregnancy birth maternity
race racial ethnic
religion religious faith belief
sex gender sexual
freedom liberty free
speech expression speak
search seizure seize
force coerce violence compel coercion
tax duty levy impost taxation
import bring importation
sale sell market place placing
distribute distribution circulate
carry perform execute implement conduct performance
ensure guarantee ensure warrant assurance
liable responsible liability responsibility accountable accountability
answer respond reply response
breach violate violation infringe infringement contravene contravention break
comply compliance observe conform adhere obey
void invalid null nullity
valid effective effect
arrest apprehend detain custody seize
lawyer attorney counsel advocate solicitor
creditor lender
debtor borrower
debt obligation owe
bankrupt bankruptcy insolvency insolvent
worker labourer laborer
wage salary pay remuneration compensation earnings
hour overtime
strike stoppage
union labour trade
goods product merchandise item
buyer purchaser customer consumer client
seller vendor trader merchant
customer consumer client user
victim injured
ship vessel boat
police officer enforcement
border frontier
war hostilities armed
vote ballot
expel deport removal
quarter fourth
half moiety
entire whole complete full total fully
part portion share proportion
separate distinct apart
together joint jointly
simple plain intelligible clear
access view inspect
human natural
particular specific special certain
purpose aim objective goal
incident event accident occurrence
learn aware become know knowledge discover discovery
capable capability ability able
likely probable probability
highlight emphasise
list enumerate register
website online internet
leader head chief chair president
member participant
board council committee
advise counsel recommend opinion advice
draft prepare draw
submit file lodge filing
travel journey
pardon clemency
hearing heard
witness testify testimony
oath affirmation swear
""".strip().splitlines()

ANTONYM_PAIRS = """
before/after prior/subsequent prior/afterwards prior/after preceding/after following/before felony/misdemeanor before/afterwards advance/afterwards precede/follow beforehand/afterwards
earlier/later first/last
grant/deny grant/refuse accept/reject accept/refuse approve/reject allow/prohibit permit/prohibit allow/forbid
permit/forbid include/exclude inclusive/exclusive admissible/inadmissible lawful/unlawful legal/illegal valid/invalid
valid/void public/private public/secret public/confidential open/closed disclose/conceal written/oral writing/oral
writing/orally express/implied explicit/implicit explicit/tacit direct/indirect civil/criminal
domestic/foreign internal/external natural/legal real/personal movable/immovable temporary/permanent
provisional/final interim/final voluntary/mandatory voluntary/compulsory optional/mandatory optional/compulsory
optional/required voluntary/required increase/decrease increase/reduce raise/lower extend/shorten maximum/minimum
more/fewer above/below begin/end commence/terminate start/cease buy/sell lend/borrow hire/dismiss appoint/dismiss
retain/transfer remain/transfer remain/lose keep/lose keep/delete retain/delete store/erase
gain/lose acquire/lose win/lose succeed/fail guilty/innocent convict/acquit with/without unlimited/limited
majority/minority unanimous/majority high/low highest/lowest greater/lesser longer/shorter larger/smaller
known/unknown knowing/unknowing intentional/accidental intentional/negligent wilful/negligent accidental/knowing accidental/wilful accidental/deliberate inadvertent/intentional inadvertent/knowing deliberate/negligent wilful/innocent
alive/dead adult/minor married/unmarried presence/absence present/absent same/different free/paid exempt/liable
exempt/subject free/charge gratuitous/charge separate/joint separate/combined alone/together individual/collective
independent/dependent in/out central/regional national/local general/specific burden/relieve
affirm/reverse uphold/overturn confirm/annul sustain/overrule ratify/repudiate enforce/unenforceable
plaintiff/defendant import/export entry/exit enter/leave own/rent renew/cancel active/passive
strengthen/weaken protect/harm easy/hard easy/difficult before/during ordinary/special sole/shared solely/partly wholly/partly fully/partly
fully/partially entirely/partially entire/partial
refundable/nonrefundable revocable/irrevocable assignable/unassignable transferable/inalienable
presume/prove rebuttable/conclusive respected/ignored taken/ignored account/disregard
human/automated manual/automated identified/anonymous
""".split()
NEGATIVE_PREFIXES = ("un", "in", "im", "il", "ir", "non", "dis")

ACTORS = frozenset(
    """court jury judge magistrate tribunal arbitrator panel clerk marshal bailiff prosecutor attorney counsel lawyer
    plaintiff defendant petitioner respondent appellant appellee claimant complainant accused witness victim offender
    prisoner inmate employer employee worker contractor subcontractor creditor debtor trustee assignee assignor lender
    borrower mortgagor mortgagee guarantor surety lessor lessee landlord tenant licensor licensee owner holder buyer
    seller purchaser vendor author inventor applicant patentee publisher producer manufacturer importer exporter
    distributor retailer provider deployer operator user consumer customer carrier passenger shipper insurer insured
    beneficiary donor donee testator executor administrator heir guardian ward parent mother father child spouse husband
    wife minor infant student teacher school patient physician doctor hospital officer official inspector agent principal
    director secretary minister president governor commissioner commission council board committee parliament
    legislature congress senate cabinet government state states municipality county city agency authority department
    bureau office ministry police army navy union association partnership corporation company shareholder member partner
    bank issuer broker dealer investor depositor auditor accountant regulator supervisor controller processor recipient
    subject representative senator deputy speaker chairman chairperson registrar register librarian comptroller
    citizen alien foreigner immigrant refugee voter candidate taxpayer nominee grantee grantor sponsor participant
    master servant captain crew pilot driver entity undertaking trader platform gatekeeper host intermediary manufacturer body""".split()
)
"""Who may owe something to whom."""

GENERIC_ACTORS = frozenset(
    "party body member entity subject person authority office officer official state user owner".split()
)
"""Actors that stand for many others: a claim may say them for somebody more particular."""


def _groups() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(SYNONYM_GROUPS):
        for word in line.split():
            found.setdefault(stem(word), set()).add(number)
    return {key: frozenset(numbers) for key, numbers in found.items()}


def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in ANTONYM_PAIRS:
        left, right = (stem(word) for word in pair.split("/"))
        found.setdefault(left, set()).add(right)
        found.setdefault(right, set()).add(left)
    return {key: frozenset(stems) for key, stems in found.items()}


GROUPS = _groups()
OPPOSITES = _opposites()
OPPOSITE_GROUPS = frozenset(
    (mine, theirs)
    for left, rights in OPPOSITES.items()
    for right in rights
    for mine in GROUPS.get(left, ())
    for theirs in GROUPS.get(right, ())
    if mine != theirs and max(len(SYNONYM_GROUPS[mine].split()), len(SYNONYM_GROUPS[theirs].split())) <= 5
)
NO_GROUPS: frozenset[int] = frozenset()
NO_STEMS: frozenset[str] = frozenset()


def actor_in(word: str) -> str:
    """The party that a word names, in the singular; empty when it names none."""
    for form in (word, word.removesuffix("'s"), word.removesuffix("s"), word.removesuffix("ies") + "y"):
        if form in ACTORS:
            return form
    return ""


def groups_of(word_stem: str) -> frozenset[int]:
    """The numbers of the synonym groups that a stem belongs to."""
    return GROUPS.get(word_stem, NO_GROUPS)


def same_meaning(left: str, right: str) -> bool:
    """Whether two stems are one word or synonyms."""
    return left == right or bool(groups_of(left) & groups_of(right))


def opposite(left: str, right: str) -> bool:
    """Whether two stems are opposites: in the list, or the one the other with a negative prefix."""
    if right in OPPOSITES.get(left, NO_STEMS) or any(
        group in OPPOSITE_GROUPS
        for group in ((mine, theirs) for mine in groups_of(left) for theirs in groups_of(right))
    ):
        return True
    longer, shorter = sorted((left, right), key=len, reverse=True)
    return len(shorter) > 3 and any(longer == prefix + shorter for prefix in NEGATIVE_PREFIXES)
