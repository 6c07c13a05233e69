"""Products by words: one condition that PostgreSQL answers from three indexes, and their order.

Written out, because the ORM takes longer to build them than a page of rows takes to draw.
"""

from django.db import connection
from django.db.models import BooleanField, F, FloatField, Func

from registry.compliance.selectors.statement import Bound

# Full text for words and phrases; likeness for typing errors and the beginnings of words. The
# suppliers are read first, so that the condition on them goes through an index too.
_CONDITION = """(
    {search} @@ websearch_to_tsquery('english'::regconfig, %s)
    OR {name} %%> %s
    OR {supplier} = ANY (ARRAY (
        SELECT id FROM catalogue_supplier WHERE upper(name) LIKE upper(%s) OR name %%> %s
    ))
)"""


_RELEVANCE = """(
    ts_rank({search}, websearch_to_tsquery('english'::regconfig, %s)) + word_similarity(%s, {name})
)"""


def values(text: str) -> dict[str, str]:
    """The values of a question's words that both expressions leave in a statement."""
    # The text itself is searched for, its % and _ included.
    return {"words": text, "words_within": f"%{connection.ops.prep_for_like_query(text)}%"}


class MatchesWords(Func):
    """Whether a product's text, its name or its supplier's name is like `text`."""

    output_field = BooleanField()

    def __init__(self, text: str):
        super().__init__(F("search"), F("name"), F("supplier"))
        self.text = text

    def as_sql(self, compiler, connection, **options) -> tuple[str, list]:
        columns = [compiler.compile(each)[0] for each in self.source_expressions]
        names = dict(zip(("search", "name", "supplier"), columns, strict=True))
        text, within = (Bound(name, value) for name, value in values(self.text).items())
        return _CONDITION.format(**names), [text, text, within, text]


class Relevance(Func):
    """How well a product's text and name match `text`; more is better."""

    output_field = FloatField()

    def __init__(self, text: str):
        super().__init__(F("search"), F("name"))
        self.text = text

    def as_sql(self, compiler, connection, **options) -> tuple[str, list]:
        search, name = (compiler.compile(each)[0] for each in self.source_expressions)
        text = Bound("words", self.text)
        return _RELEVANCE.format(search=search, name=name), [text, text]
