"""The search index: what can be found, by piece and by word. Kept up by records/write/search_index.py.

Their tables and triggers are made by regulars.records.search_tables, differently on SQLite and PostgreSQL.
"""

from __future__ import annotations

from django.db import models


class SearchLine(models.Model):
    """One customer or one person, as folded text. Goes with them: a trigger removes it."""

    customer_id = models.BigIntegerField(null=True, unique=True)
    person_id = models.BigIntegerField(null=True, unique=True)
    text = models.CharField(max_length=500)

    class Meta:
        db_table = "search_line"

    def __str__(self) -> str:
        return self.text


class SearchWord(models.Model):
    """A word that occurs in lines, and in how many."""

    text = models.CharField(max_length=60, unique=True)
    uses = models.BigIntegerField(default=0)

    class Meta:
        db_table = "search_word"

    def __str__(self) -> str:
        return self.text


class SearchLink(models.Model):
    """A word occurs in a line."""

    pk = models.CompositePrimaryKey("word_id", "line_id")
    word_id = models.BigIntegerField()
    line_id = models.BigIntegerField()

    class Meta:
        db_table = "search_link"

    def __str__(self) -> str:
        return f"{self.word_id} {self.line_id}"


class SearchDeletion(models.Model):
    """What is left of a word without one or two letters, as a checksum: typos meet there."""

    pk = models.CompositePrimaryKey("hash", "word_id")
    hash = models.BigIntegerField()
    word_id = models.BigIntegerField()

    class Meta:
        db_table = "search_deletion"

    def __str__(self) -> str:
        return f"{self.hash} {self.word_id}"


class SearchDue(models.Model):
    """A customer or person whose line is to be written; triggers put them here."""

    pk = models.CompositePrimaryKey("kind", "subject")
    kind = models.SmallIntegerField(help_text="0 customer, 1 person.")
    subject = models.BigIntegerField()

    class Meta:
        db_table = "search_due"

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class SearchGone(models.Model):
    """A line that was removed and whose words are still to be taken out."""

    line_id = models.BigIntegerField(primary_key=True)
    text = models.CharField(max_length=500)

    class Meta:
        db_table = "search_gone"

    def __str__(self) -> str:
        return str(self.line_id)
