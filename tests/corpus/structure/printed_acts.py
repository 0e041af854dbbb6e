"""Instruments of several legislatures as they are printed; every one is invented."""

UK_ACT = """
Inland Ferries Act 2031

2031 CHAPTER 14

An Act to make provision about the operation of inland ferries; and for connected purposes.

[15th March 2031]

BE IT ENACTED by the King’s most Excellent Majesty, by and with the advice and consent of the Lords Spiritual and
Temporal, and Commons, in this present Parliament assembled, and by the authority of the same, as follows:—

1 Licences

(1) No person may operate an inland ferry without a licence.

2 Commencement and short title

(1) This Act comes into force at the end of the period of two months beginning with the day on which it is passed.

(2) This Act may be cited as the Inland Ferries Act 2031.
"""
UK_INSTRUMENT = """
STATUTORY INSTRUMENTS

2032 No. 417

TRANSPORT

The Inland Ferries (Fees) Regulations 2032

Made - - - - 3rd April 2032

Laid before Parliament 5th April 2032

Coming into force - - 1st May 2032

The Secretary of State makes the following Regulations in exercise of the powers conferred by section 4.

1. These Regulations may be cited as the Inland Ferries (Fees) Regulations 2032 and come into force on 1st May 2032.

2. The fee for a licence is £40.
"""
INDIAN_ACT = """
THE RIVER FERRIES ACT, 1931

ACT NO. 14 OF 1931

[9th June, 1931.]

An Act to provide for the licensing of ferries on rivers.

BE it enacted by Parliament in the Eighty-second Year of the Republic of India as follows:—

1. Short title, extent and commencement.—(1) This Act may be called the River Ferries Act, 1931.

(2) It extends to the whole of India.

(3) It shall come into force on such date as the Central Government may, by notification, appoint.

2. Definitions.—In this Act, unless the context otherwise requires, “ferry” includes a raft.

^1. 17th October, 1932, vide notification No. G.S.R. 788(E).
"""
EU_REGULATION = """
REGULATION (EU) 2031/417 OF THE EUROPEAN PARLIAMENT AND OF THE COUNCIL
of 27 April 2031
on the safety of inland ferries and repealing Directive 1998/12/EC (Inland Ferries Regulation)

(Text with EEA relevance)

THE EUROPEAN PARLIAMENT AND THE COUNCIL OF THE EUROPEAN UNION,

Having regard to the Treaty on the Functioning of the European Union,

HAVE ADOPTED THIS REGULATION:

Article 1
Subject matter

This Regulation lays down rules for inland ferries.

Article 2
Entry into force and application

This Regulation shall enter into force on the twentieth day following that of its publication in the Official Journal of
the European Union.

It shall apply from 25 May 2033.
"""
EU_DIRECTIVE = """
COUNCIL DIRECTIVE 93/130/EEC

of 5 April 1993

on unfair terms of carriage by ferry

THE COUNCIL OF THE EUROPEAN COMMUNITIES,

Article 1

The purpose of this Directive is to approximate the laws of the Member States.

Article 2

For the purposes of this Directive ‘ferry’ means a boat.
"""
US_PUBLIC_LAW = """
Public Law 131–58
131st Congress

An Act

To authorize appropriations for inland ferries.

Nov. 15, 2031 [H.R. 3684]

Be it enacted by the Senate and House of Representatives of the United States of America in Congress assembled,

SECTION 1. SHORT TITLE.

This Act may be cited as the “Inland Ferries Investment Act”.

SEC. 2. LICENSES.

The Secretary shall license ferries.

Approved November 15, 2031.
"""
US_CODE = """
(Release Point 131-58)

TITLE 46—SHIPPING

This title was enacted by act July 30, 2031, 61 Stat. 633

CHAPTER 999—FERRIES

§ 99901. Definitions

In this chapter “ferry” means a boat.

§ 99902. Licenses

The Secretary shall license ferries.
"""
US_REGULATIONS = """
Title 46—Shipping

Code of Federal Regulations

PART 1999—FERRY STANDARDS

(up to date as of 11/01/2031)

§ 1999.1 Scope.

This part applies to ferries.
"""
COURT_RULES = """
Federal Rules of Ferry Procedure

As amended through December 1, 2031

Rule 1. Scope

These rules govern ferries.

Rule 2. One form of action

There is one form of action.
"""
SUBSIDIARY = """
THE FERRIES ACT
(No. 12 of 2031)

IN EXERCISE of the powers conferred by section 4, the Cabinet Secretary makes the following Regulations—

THE KENYA FERRIES (LICENSING) REGULATIONS, 2031

1. These Regulations may be cited as the Kenya Ferries (Licensing) Regulations, 2031.

2. In these Regulations “ferry” means a boat.
"""
CALIFORNIAN = """
Assembly Bill No. 417
CHAPTER 88

An act to add Section 1234 to the Harbors and Navigation Code, relating to ferries.

[Approved by Governor September 30, 2031. Filed with Secretary of State September 30, 2031.]

The people of the State of California do enact as follows:

SECTION 1. This act shall be known, and may be cited, as the California Ferry Safety Act.

SEC. 2. Section 1234 is added to the Harbors and Navigation Code, to read:
"""
SOUTH_AFRICAN_ACT = """
Government Gazette
REPUBLIC OF SOUTH AFRICA

No. 4 of 2031: Inland Ferries Act, 2031.

ACT

To regulate inland ferries.

(English text signed by the President)
(Assented to 19 November 2031)

ENACTED by the Parliament of the Republic of South Africa, as follows:—

1. Definitions

In this Act “ferry” includes a pontoon.

2. Short title and commencement

This Act is called the Inland Ferries Act, 2031, and commences on a date determined by the President.
"""
CONSTITUTION = """
THE CONSTITUTION OF FREEDONIA

We the people of Freedonia give ourselves this Constitution.

Article 1

Freedonia is a republic.

Article 2

All power comes from the people.
"""
CONTRACT = """
FERRY CHARTER AGREEMENT

This Agreement is entered into as of June 12, 2029 by and between Acme Boats Inc. and the River Board.

1. DEFINITIONS

“Boat” means the boat.
"""
