"""`manage.py load_law`, `rebuild_index` and `check_corpus`: what they change, and what they say when they cannot."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from filelock import FileLock

from corpus import embedding, packs
from corpus.models import Collection, Encoder, Generation, Passage, Section
from corpus.packs.base import Pack, Stream, UnreadableError
from corpus.types import Filters
from lawqa.retrieval import retrieve
from lawqa.types import Keywords, Query, Source
from tests import library

pytestmark = pytest.mark.django_db
LINE = {"document": "Lease Act", "jurisdiction": "xx", "kind": "statute", "citation": "Act 4/2011"}


def lines(*texts: str) -> str:
    rows = [
        LINE | {"label": f"Lease Act s. {number}", "text": text} for number, text in enumerate(texts, start=1)
    ]
    return "".join(f"{json.dumps(row)}\n" for row in rows)


@pytest.fixture
def lease(tmp_path: Path) -> str:
    """A firm's own law, for `--from`."""
    path = tmp_path / "lease.jsonl"
    path.write_text(lines("A lessor shall return the deposit within ten days.", "Rent is due on Mondays."))
    return f"{path}#dated=2011-06-01"


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Pack:
    """A pack whose file ends in the middle."""

    def read(source: str | None, cache: Path) -> Stream:
        yield library.bees_act()
        yield library.section(1, library.BEES, "Registration of hives")
        yield library.section(2, library.HONEY, "Sale of honey")
        yield dataclasses.replace(
            library.bees_act(), key="wasps", title="Act on Wasps", citation="Act 8/2020"
        )
        raise UnreadableError("broken", "law.xml", "line 7", "the file ends in the middle")

    pack = Pack(
        slug="broken", title="Broken law", publisher="nobody", licence="none", covered_through=None,
        size="small", default=False, needs_source=False, read=read,
    )  # fmt: skip
    monkeypatch.setitem(packs.PACKS, pack.slug, pack)
    return pack


def found(text: str) -> list[Source]:
    filters = Filters(as_of=library.bees_act().dated or pytest.fail("the act has a day"))
    return retrieve(Query(text=text, keywords=Keywords(terms=()), named=(), filters=filters))


def said(capfd: pytest.CaptureFixture[str], *args: str) -> str:
    call_command(*args)
    return " ".join(capfd.readouterr().out.split())


def refused(*args: str) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("load_law", *args)
    return str(caught.value)


def rows() -> dict[str, Any]:
    kept = {model.__name__: list(model.objects.values()) for model in (Section, Passage, Generation)}
    return kept | {"shelves": list(Collection.objects.values())}


def test_loading_twice_changes_nothing(
    lease: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = said(capfd, "load_law", "sections", "--from", lease)
    assert "1 documents, 2 sections: 2 new or changed, 0 closed, 0 unchanged; 2 passages embedded." in first
    before = rows()
    monkeypatch.setattr(embedding, "encode", None)  # nothing may be embedded again
    again = said(capfd, "load_law", "sections", "--from", lease)
    assert "Nothing new: 2 sections are on the shelf already." in again
    assert rows() == before


def test_a_later_edition_closes_what_it_changes(
    lease: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    call_command("load_law", "sections", "--from", lease)
    later = tmp_path / "later.jsonl"
    later.write_text(lines("A lessor shall return the deposit within five days.", "Rent is due on Mondays."))
    summary = said(capfd, "load_law", "sections", "--from", f"{later}#dated=2019-01-01")
    assert "1 new or changed, 1 closed, 1 unchanged; 1 passages embedded." in summary
    intervals = Section.objects.filter(path="s. 1").values_list("valid_from__year", "valid_to__year")
    assert sorted(intervals, key=str) == [(2011, 2019), (2019, None)]


def test_a_firms_own_law_goes_to_a_shelf_of_its_own(lease: str, tmp_path: Path) -> None:
    call_command("load_law", "sections", "--from", lease, "--collection", "leases", "--name", "Our leases")
    call_command("load_law", "sections", "--from", lease, "--collection", "second")
    call_command("load_law", "sections", "--from", lease, "--collection", "leases")
    shelves = Collection.objects.order_by("slug").values_list("slug", "name", "publisher")
    assert list(shelves) == [
        ("leases", "Our leases", "whoever made the file"),
        ("second", "second", "whoever made the file"),
    ]
    assert Section.objects.filter(document__collection__slug="leases").count() == 2


@pytest.mark.parametrize("slug", ["", "Our Law", "our/law", "../up", "a" * 51, "löw", "-x y", "a\n"])
def test_a_shelf_needs_a_name_that_can_stand_in_an_address(lease: str, slug: str) -> None:
    sentence = refused("sections", "--from", lease, f"--collection={slug}")
    assert "cannot name a shelf: write --collection with small letters, digits and hyphens" in sentence
    assert not Collection.objects.exists()


def test_the_shelf_of_another_pack_is_not_taken(lease: str) -> None:
    assert "choose another --collection" in refused("sections", "--from", lease, "--collection", "eu-digital")
    call_command("load_law", "sections", "--from", lease, "--collection", "sections")
    assert Collection.objects.get().slug == "sections"


def test_another_publisher_s_edition_joins_a_pack_s_shelf_which_keeps_its_facts(lease: str) -> None:
    Collection.objects.create(
        slug="us-code", name="United States Code", publisher="The office", licence="none"
    )
    call_command("load_law", "sections", "--from", lease, "--collection", "us-code")
    shelf = Collection.objects.get()
    assert (shelf.name, shelf.publisher, shelf.licence) == ("United States Code", "The office", "none")
    assert shelf.documents.exists()


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        pytest.param([], "Name a pack: manage.py load_law PACK.", id="no-pack"),
        pytest.param(["attic"], "There is no law pack 'attic'; there are eu-digital, ", id="unknown"),
        pytest.param(["sections", "attic"], "There is no law pack 'attic'", id="one-of-two-unknown"),
        pytest.param(["sections"], "--from", id="a-source-is-needed"),
        pytest.param(["sections", "--from", "nowhere.jsonl"], "nowhere.jsonl", id="no-such-file"),
        pytest.param(["opinions", "--from", "nowhere.zip"], "nowhere.zip", id="no-such-archive"),
        pytest.param(["us-code", "--from", "nowhere.xml"], "nowhere.xml", id="no-such-xml"),
        pytest.param(["us-code", "--from", "https://example.org/a.zip"], "official", id="another-publisher"),
        pytest.param(["sections", "opinions", "--from", "x"], "go with one pack", id="from-for-two"),
        pytest.param(["sections", "opinions", "--collection", "x"], "go with one pack", id="shelf-for-two"),
        pytest.param(["sections", "--name", "x"], "--name goes with --collection", id="name-without-shelf"),
        pytest.param(
            ["sections", "--collection", "x", "--name", "y" * 201], "at most 200 are kept", id="long-name"
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_loaded_gets_one_sentence(args: list[str], sentence: str) -> None:
    told = refused(*args)
    assert sentence in told
    assert "\n" not in told
    assert not Section.objects.exists()


def test_a_file_that_is_no_law_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text(lines("A lessor shall return the deposit.") + "{not json\n")
    told = refused("sections", "--from", str(path))
    assert "odd.jsonl" in told
    assert "line 2" in told


@pytest.mark.usefixtures("broken")
def test_a_pack_that_breaks_in_the_middle_keeps_what_it_loaded_searchable() -> None:
    assert refused("broken") == "broken: law.xml, line 7: the file ends in the middle"
    assert Section.objects.count() == 2
    assert Generation.objects.serving() is not None
    assert found("How long do I have to register a hive?")[0].label == "Bees Act Art. 1"
    call_command("check_corpus")


@pytest.mark.usefixtures("broken")
def test_a_load_goes_on_where_a_broken_one_left_off(monkeypatch: pytest.MonkeyPatch) -> None:
    refused("broken")
    before = rows()["Section"]
    refused("broken")
    assert rows()["Section"] == before


def test_two_loads_at_once_are_refused(lease: str, settings: LazySettings) -> None:
    with FileLock(settings.LAWQA_DATA / "load.lock"):
        assert refused("sections", "--from", lease) == (
            "Another load is running on this shelf; wait until it has ended."
        )
    call_command("load_law", "sections", "--from", lease)


def test_the_list_shows_every_pack_and_what_of_it_is_loaded(
    lease: str, capfd: pytest.CaptureFixture[str]
) -> None:
    call_command("load_law", "sections", "--from", lease)
    capfd.readouterr()
    library.record(library.section(1, library.BEES), slug="bee-law")
    text = said(capfd, "load_law", "--list")
    assert "bee-law" in text
    assert "a shelf of your own" in text
    assert all(slug in text for slug in packs.PACKS)
    assert "2 sections" in text
    assert "not loaded" in text


@pytest.fixture
def small_default(lease: str, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A default pack that reads the lease and counts how often it is read."""

    def read(source: str | None, cache: Path) -> Iterator[Any]:
        yield from packs.find("sections").read(lease, cache)

    monkeypatch.setitem(
        packs.PACKS, "small", dataclasses.replace(packs.find("sections"), slug="small", read=read)
    )
    settings.LAWQA_DEFAULT_PACKS = ("small",)


@pytest.mark.usefixtures("small_default")
def test_default_loads_what_a_new_installation_has_and_if_empty_only_once(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert "2 new or changed" in said(capfd, "load_law", "--default", "--if-empty")
    assert Collection.objects.get().slug == "small"
    assert said(capfd, "load_law", "--default", "--if-empty") == ""
    assert "Nothing new" in said(capfd, "load_law", "--default")


def test_if_empty_looks_at_the_shelf_that_is_named(lease: str, capfd: pytest.CaptureFixture[str]) -> None:
    call_command("load_law", "sections", "--from", lease)
    capfd.readouterr()
    args = ("load_law", "sections", "--from", lease, "--collection", "leases", "--if-empty")
    assert "2 new or changed" in said(capfd, *args)
    assert said(capfd, *args) == ""


def test_rebuild_index_never_embeds(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    library.load(index=False)
    monkeypatch.setattr(embedding, "encode", None)
    text = said(capfd, "rebuild_index")
    serving = Generation.objects.serving()
    assert serving is not None
    assert f"Generation {serving.pk} serves 3 passages." in text


def test_embed_makes_searchable_what_another_encoder_embedded(capfd: pytest.CaptureFixture[str]) -> None:
    library.load()
    assert "Every passage is embedded." in said(capfd, "embed")
    former = Encoder.objects.create(name="former", revision="0" * 40, dimension=384)
    Passage.objects.update(encoder=former)
    with pytest.raises(CommandError, match="not consistent"):
        call_command("check_corpus")
    out = " ".join(capfd.readouterr().out.split())
    assert "3 passages are not embedded by" in out
    assert "Run manage.py embed" in out
    assert "3 passages were embedded." in said(capfd, "embed")
    assert "✗" not in said(capfd, "check_corpus")


def test_embed_splits_what_a_load_that_broke_off_left(capfd: pytest.CaptureFixture[str]) -> None:
    library.load()
    Passage.objects.filter(section__path="art_1").delete()
    assert "1 passage was embedded." in said(capfd, "embed")
    assert "✗" not in said(capfd, "check_corpus")


def test_embed_waits_for_no_load(settings: LazySettings) -> None:
    library.load()
    Passage.objects.update(encoder=None, embedding=None)
    with (
        FileLock(Path(settings.LAWQA_DATA) / "load.lock"),
        pytest.raises(CommandError, match="Another load is running"),
    ):
        call_command("embed")


def test_check_corpus_passes_on_an_empty_shelf_and_after_a_load(capfd: pytest.CaptureFixture[str]) -> None:
    assert "✗" not in said(capfd, "check_corpus")
    library.load()
    assert "✗" not in said(capfd, "check_corpus")


def test_check_corpus_fails_and_says_what_to_do(capfd: pytest.CaptureFixture[str]) -> None:
    library.load(index=False)
    Section.objects.filter(path="art_1").update(text="Short.")
    with pytest.raises(CommandError, match="not consistent") as caught:
        call_command("check_corpus")
    assert caught.value.returncode == 1
    out = " ".join(capfd.readouterr().out.split())
    assert "✗ 1 passages point outside their section's text. Run manage.py load_law" in out
    assert "✗ No index serves. Run manage.py rebuild_index." in out


def test_the_data_folder_is_made_when_it_is_missing(lease: str, settings: LazySettings) -> None:
    os.rmdir(settings.LAWQA_DATA)  # noqa: PTH106  a folder that must be empty
    call_command("load_law", "sections", "--from", lease)
    assert Section.objects.count() == 2


@pytest.mark.parametrize(
    "args",
    [["load_law", "--default"], ["rebuild_index"], ["check_corpus"], ["embed"], ["bench", "--rounds", "1"]],
)
@pytest.mark.usefixtures("small_default")
def test_without_its_encoder_a_command_says_so(args: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    library.load(index=False)

    def missing() -> Path:
        raise embedding.EncoderMissing("LAWQA_ENCODER is 'nothing', which is no folder.")

    monkeypatch.setattr(embedding, "current_encoder", missing)
    with pytest.raises(CommandError, match="LAWQA_ENCODER is 'nothing'"):
        call_command(*args)
