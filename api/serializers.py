"""What goes over the wire: the fields that are named here and no others."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.models import Key, Scope
from corpus.models import Collection, Document, Edition, IngestJob, Section
from corpus.types import Kind, Resolution
from lawqa.models import Question
from lawqa.types import Outcome

DAY_HELP = "The day whose law is meant, as 2024-08-01; by default today."
SHELVES_HELP = "By default all that the key may read, but matters only where the key is bound to collections."
OBJECT = {"type": "object", "additionalProperties": True}


@extend_schema_field(OBJECT)
class Plain(serializers.JSONField):
    """An object whose fields may grow."""


class CollectionSerializer(serializers.ModelSerializer[Collection]):
    class Meta:
        model = Collection
        fields: ClassVar = ["slug", "name", "access", "publisher", "licence", "covered_through"]


class DocumentSerializer(serializers.ModelSerializer[Document]):
    collection = serializers.SlugField(source="collection.slug")
    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    authors = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Document
        fields: ClassVar = [
            "id", "collection", "key", "kind", "jurisdiction", "title", "citation", "short_title", "court",
            "decided_on", "docket", "authors",
        ]  # fmt: skip


class EditionSerializer(serializers.ModelSerializer[Edition]):
    class Meta:
        model = Edition
        fields: ClassVar = ["dated", "label", "sha256", "section_count"]


class SectionSerializer(serializers.ModelSerializer[Section]):
    """Where a section stands and when it applies: `[valid_from, valid_to)`."""

    document = serializers.IntegerField(source="document_id")
    ancestors = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Section
        fields: ClassVar = [
            "id", "document", "path", "label", "heading", "ancestors", "valid_from", "valid_to", "entered_into_force",
        ]  # fmt: skip


class SectionTextSerializer(SectionSerializer):
    """A section with its text."""

    document = DocumentSerializer()  # type: ignore[assignment]  # the whole of it, where one section is shown
    edition = EditionSerializer()

    class Meta(SectionSerializer.Meta):
        fields: ClassVar = [*SectionSerializer.Meta.fields, "text", "notes", "edition"]


class CitedSerializer(serializers.Serializer[Any]):
    """A citation as it was written, and what the collections say of it."""

    citation = serializers.CharField(help_text="As it was found in what was sent.")
    resolution = serializers.ChoiceField(choices=[one.value for one in Resolution])
    detail = serializers.CharField(help_text="What is held instead, in a sentence.", allow_blank=True)
    pin = serializers.ListField(child=serializers.CharField(), help_text="Subdivisions inside the section.")
    sections = SectionTextSerializer(many=True)


class DaySerializer(serializers.Serializer[Any]):
    as_of = serializers.DateField(required=False, help_text=DAY_HELP)


class CitationQuery(DaySerializer):
    citation = serializers.CharField(max_length=500, help_text="Such as 17 U.S.C. § 107, or Art. 17 GDPR.")
    collection = serializers.ListField(
        child=serializers.SlugField(),
        required=False,
        max_length=50,
        help_text=SHELVES_HELP,
    )


class FindQuery(serializers.Serializer[Any]):
    find = serializers.CharField(required=False, max_length=200, help_text="Words of the title or label.")
    collection = serializers.SlugField(required=False)


class AskSerializer(serializers.Serializer[Any]):
    """A question, the day, and where to look."""

    text = serializers.CharField(help_text="In words, as to a colleague.")
    as_of = serializers.DateField(required=False, help_text=DAY_HELP)
    collections = serializers.ListField(
        child=serializers.SlugField(),
        required=False,
        max_length=200,
        help_text=SHELVES_HELP,
    )
    follows = serializers.UUIDField(required=False, allow_null=True, help_text="The question before it.")
    terms = serializers.ListField(
        child=serializers.CharField(max_length=200), required=False, max_length=50,
        help_text="Keywords to search by, in place of those found in the question.",
    )  # fmt: skip
    pinned = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, max_length=50,
        help_text="Ids of sections that have to be read.",
    )  # fmt: skip
    excluded = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, max_length=50,
        help_text="Ids of sections that have to be left out.",
    )  # fmt: skip


class CitationSerializer(serializers.Serializer[Any]):
    """One citation of one sentence, and what was checked about it."""

    marker = serializers.CharField(allow_blank=True, help_text="Of the source, in `sources`.")
    label = serializers.CharField()  # type: ignore[assignment]  # a field that happens to be called so
    quote = serializers.CharField(allow_blank=True)
    start = serializers.IntegerField(
        allow_null=True, help_text="Where the quote stands in the section's text."
    )
    end = serializers.IntegerField(allow_null=True)
    facts = Plain(help_text="resolves, label_matches, quote, figures_match, in_force_on, supports, problems.")


class ClaimSerializer(serializers.Serializer[Any]):
    """One sentence of an answer."""

    key = serializers.CharField(allow_blank=True)
    writer = serializers.CharField()
    text = serializers.CharField()
    citations = CitationSerializer(many=True)


class SourceSerializer(serializers.Serializer[Any]):
    """A passage that was put before the writer, as it stood then."""

    marker = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field that happens to be called so
    heading_path = serializers.CharField(allow_blank=True)
    text = serializers.CharField()
    start = serializers.IntegerField(help_text="Of the passage in the section's text.")
    end = serializers.IntegerField()
    section_sha256 = serializers.CharField(allow_blank=True)
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)


class EffectSerializer(serializers.Serializer[Any]):
    """What moved under one source of an answer since it was given."""

    label = serializers.CharField()  # type: ignore[assignment]  # a field that happens to be called so
    concern = serializers.CharField()
    said = serializers.CharField(help_text="In a sentence.")
    quotes_stand = serializers.BooleanField(allow_null=True)
    section = serializers.IntegerField(allow_null=True, help_text="Of the text that is law now.")
    before = serializers.IntegerField(allow_null=True)
    after = serializers.IntegerField(allow_null=True)


class AnswerSerializer(serializers.Serializer[Any]):
    """What was said to a question: only sentences that passed every check are in `claims`."""

    outcome = serializers.ChoiceField(choices=[one.value for one in Outcome])
    reason = serializers.CharField(allow_blank=True, help_text="Why there is no answer, where there is none.")
    incomplete = serializers.BooleanField()
    claims = ClaimSerializer(many=True)
    withheld = ClaimSerializer(
        many=True, help_text="Sentences that failed a check and are no part of the answer."
    )
    sources = SourceSerializer(many=True)
    set_aside = SourceSerializer(many=True, help_text="Found and not used.")
    coverage = serializers.ListField(
        child=Plain(),
        help_text="What the collections held, through which day, and whether part of it waited to be embedded.",
    )
    changed_since = EffectSerializer(many=True)
    writer = serializers.CharField(allow_blank=True)


class QuestionSerializer(serializers.ModelSerializer[Question]):
    collections: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        slug_field="slug", many=True, read_only=True
    )
    state = serializers.ChoiceField(choices=Question.State.values)
    outcome = serializers.SerializerMethodField()

    class Meta:
        model = Question
        fields: ClassVar = [
            "id", "text", "restated", "as_of", "collections", "follows", "asked_at", "state", "outcome",
        ]  # fmt: skip

    @extend_schema_field(serializers.ChoiceField(choices=[one.value for one in Outcome], allow_null=True))
    def get_outcome(self, question: Question) -> str | None:
        """Null while there is none."""
        answer = getattr(question, "answer", None)
        return answer.outcome if answer and question.state == Question.State.DONE else None


class AnsweredSerializer(serializers.Serializer[Any]):
    """A question with its answer, once it has one."""

    question = QuestionSerializer()
    answer = AnswerSerializer(allow_null=True)
    failure = serializers.CharField(allow_blank=True, help_text="Why a question has failed.")


class AffectedSerializer(serializers.Serializer[Any]):
    """A question whose answer the law has moved away from."""

    question = QuestionSerializer()
    effects = EffectSerializer(many=True)


class SearchSerializer(serializers.Serializer[Any]):
    """What is looked for, and where."""

    text = serializers.CharField(max_length=4_000)
    as_of = serializers.DateField(required=False, help_text=DAY_HELP)
    collections = serializers.ListField(
        child=serializers.SlugField(), required=False, max_length=200, help_text=SHELVES_HELP
    )
    jurisdictions = serializers.ListField(
        child=serializers.CharField(max_length=12), required=False, max_length=50
    )
    limit = serializers.IntegerField(required=False, default=10, min_value=1, max_value=50)


class FoundSerializer(serializers.Serializer[Any]):
    """One section that a search found, by its best passage."""

    section = serializers.IntegerField()
    document = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field that happens to be called so
    heading_path = serializers.CharField(allow_blank=True)
    text = serializers.CharField(help_text="The passage.")
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    score = serializers.FloatField(help_text="Comparable inside one search only.")
    named = serializers.BooleanField(help_text="What was looked for cites it.")
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)


class UploadSerializer(serializers.ModelSerializer[IngestJob]):
    """A file on its way onto a shelf, and what became of it."""

    collection = serializers.SlugField(source="collection.slug")
    stage = serializers.ChoiceField(choices=IngestJob.Stage.values)
    state = serializers.ChoiceField(choices=IngestJob.State.values)
    sha256 = serializers.CharField(source="file.sha256")
    document = serializers.IntegerField(source="document_id", allow_null=True)

    class Meta:
        model = IngestJob
        fields: ClassVar = [
            "id", "name", "collection", "sha256", "state", "stage", "done", "total", "message", "code", "document",
            "added_at", "finished_at",
        ]  # fmt: skip


class FileSerializer(serializers.Serializer[Any]):
    """A file of law: PDF, Word, HTML, USLM or text."""

    file = serializers.FileField(allow_empty_file=True)  # what is wrong with one, its keeping says
    collection = serializers.SlugField(help_text="A collection to which the key's owner may add.")
    check_first = serializers.BooleanField(
        required=False,
        default=False,
        help_text="A person looks at it on its page before it becomes searchable.",
    )


class KeySerializer(serializers.ModelSerializer[Key]):
    """A key without its secret, which nobody has."""

    owner = serializers.CharField(source="owner.username")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.values))

    class Meta:
        model = Key
        fields: ClassVar = [
            "prefix", "name", "owner", "scopes", "everywhere", "created_at", "expires_at", "revoked_at", "last_used_at",
        ]  # fmt: skip


class FieldErrors(serializers.DictField):
    """Field → sentences."""

    child = serializers.ListField(child=serializers.CharField())


class ProblemSerializer(serializers.Serializer[Any]):
    """What went wrong, by RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What to do, in a sentence.")
    errors = FieldErrors(required=False)  # type: ignore[assignment]  # a field that happens to be called so
