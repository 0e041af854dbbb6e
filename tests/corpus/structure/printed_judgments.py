"""Judgments of several courts as they are printed; every one is invented."""

UK_JUDGMENT = """
Neutral Citation Number: [2031] EWCA Civ 417

Case No: A3/2030/0417

IN THE COURT OF APPEAL (CIVIL DIVISION)
ON APPEAL FROM THE HIGH COURT OF JUSTICE

Royal Courts of Justice
Strand, London, WC2A 2LL

Date: 12/03/2031

Before:

LADY JUSTICE ARDEN-SMYTHE

Between:

THE FERRIES BOARD
Appellant

- and -

(1) JOHN MERCER
(2) JANE MERCER
Respondents

Hearing date: 3 February 2031

Approved Judgment

Lady Justice Arden-Smythe:

1. This appeal is about a ferry.
"""
UK_SUPREME_COURT = """
Hilary Term
[2031] UKSC 11
On appeal from: [2030] EWCA Civ 99

JUDGMENT

Mercer (Respondent) v Ferries Board (Appellant)

before

Lord Brook, President

JUDGMENT GIVEN ON
4 March 2031

Heard on 2 November 2030

LORD BROOK:

1. The question is what a ferry is.
"""
SOUTH_AFRICAN_JUDGMENT = """
CONSTITUTIONAL COURT OF SOUTH AFRICA

Case CCT 12/29

In the matter between:

NOMSA DLAMINI
Applicant

and

MINISTER OF FERRIES
Respondent

Neutral citation: Dlamini v Minister of Ferries [2030] ZACC 9

Coram: Brook CJ and Mercer J

Heard on: 11 November 2029

Decided on: 8 April 2030

JUDGMENT

BROOK CJ:

[1] This is an application for leave to appeal.
"""
INDIAN_JUDGMENT = """
REPORTABLE

IN THE SUPREME COURT OF INDIA
CIVIL APPELLATE JURISDICTION

CIVIL APPEAL NO. 1234 OF 2029

RIVER BOARD OF ASSAM ... APPELLANT(S)

VERSUS

HARI MERCER & ORS. ... RESPONDENT(S)

J U D G M E N T

BROOK, J.

1. Leave granted.

2. The appeal turns on one word.

NEW DELHI;
MARCH 15, 2031.
"""
EU_JUDGMENT = """
JUDGMENT OF THE COURT (Grand Chamber)

13 May 2031

(Reference for a preliminary ruling — Inland ferries)

In Case C-131/29,

REQUEST for a preliminary ruling under Article 267 TFEU from the Audiencia Nacional, made by decision of 27 February
2029, in the proceedings

Ferries SL

v

Agencia de Barcos,

THE COURT (Grand Chamber),

gives the following

Judgment

1 This request concerns ferries.

ECLI:EU:C:2031:417
"""
US_APPEALS = """
United States Court of Appeals
For the First Circuit

No. 30-2207

FERRY LIFE ASSURANCE COMPANY,
Plaintiff, Appellant,
v.
STELLA RIVERS,
Defendant, Appellee.

APPEAL FROM THE UNITED STATES DISTRICT COURT
FOR THE DISTRICT OF RHODE ISLAND

Before
Brook, Chief Judge,
Mercer and Stone, Circuit Judges.

January 3, 2031

BROOK, Chief Judge. The question is who owned the boat.
"""
US_STATE = """
IN THE SUPREME COURT OF TEXAS

No. 29-0417

MERCER FERRIES, INC., Petitioner,
v.
HARBOR CITY, Respondent

ON PETITION FOR REVIEW FROM THE COURT OF APPEALS

Argued January 9, 2031

JUSTICE BROOK delivered the opinion of the Court.

Opinion delivered: April 4, 2031
"""
