"""What a firm has before anybody asks: law on the shelf, an index, people with a password."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import django

PASSWORD = "quiet harbour lantern"
DUTIES = (
    "A keeper of bees shall register every {0} with the county within {1} days of acquiring it.",
    "The county may refuse the registration of a {0} that stands closer than {1} metres to a school.",
    "Whoever sells a {0} shall name on its label the county in which it stood for {1} or more days.",
    "An inspector may examine a {0} between sunrise and sunset after giving {1} hours of notice.",
    "No {0} may be moved to another county before {1} days have passed since its last examination.",
)
THINGS = (
    "hive swarm queen comb frame apiary smoker feeder jar extractor veil skep nucleus super brood-box "
    "entrance landing-board mating-box honey-press wax-melter"
).split()  # fmt: skip
ACT_NAMES = ("Bees", "Honey", "Apiaries", "Swarms", "Wax")


def prepare(settings: Mapping[str, str], people: int, sections: int) -> None:
    """Put five acts of so many sections on a shelf and let `people` sign in, as `address(number)` with `PASSWORD`.

    Only once in a process.
    """
    os.environ.update(settings)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lawqa.settings")
    django.setup()
    _law(sections)
    _people(people)


def address(number: int) -> str:
    return f"person{number}@firm.example"


def questions(number: int) -> list[str]:
    """What one person asks, one after the other; no two people ask the same."""
    return [
        f"Matter {number}: within how many days must a keeper register a {thing}, and who may examine it?"
        for thing in (*THINGS[number % len(THINGS) :], *THINGS[: number % len(THINGS)])
    ]


def section_text(act: int, number: int) -> str:
    """Five paragraphs; every section has numbers of its own."""
    thing = THINGS[number % len(THINGS)]
    return "\n".join(
        f"{place}. {duty.format(thing, 7 + act + 3 * number + place)}" for place, duty in enumerate(DUTIES, 1)
    )


def _law(count: int) -> None:
    import datetime as dt

    from corpus import editions, pipeline
    from corpus.models import Collection
    from corpus.types import DocumentText, Kind, LoadReport, SectionText
    from tests.library import quietly

    shelf = Collection.objects.create(slug="county", name="Law of the county", publisher="County press")
    for act, name in enumerate(ACT_NAMES):
        sections = (
            SectionText(
                path=f"s_{number}", label=f"{name} Act § {number}", heading=f"Duties {number}",
                text=section_text(act, number),
            )
            for number in range(1, count + 1)
        )  # fmt: skip
        document = DocumentText(
            key=name.lower(), kind=Kind.STATUTE, jurisdiction="xx", title=f"Act on {name}",
            citation=f"Act {act + 1}/2020", short_title=f"{name} Act", dated=dt.date(2020, 1, 1),
        )  # fmt: skip
        editions.record(shelf, document, sections, LoadReport())
    pipeline.add_passages(quietly)
    pipeline.update_index(quietly)


def _people(count: int) -> None:
    from allauth.account.models import EmailAddress
    from django.contrib.auth.hashers import make_password

    from corpus.models import User

    password = make_password(PASSWORD)  # once: it is meant to take its time
    names: Sequence[str] = [address(number) for number in range(count)]
    users = User.objects.bulk_create(User(username=name, email=name, password=password) for name in names)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, primary=True, verified=True) for user in users
    )
