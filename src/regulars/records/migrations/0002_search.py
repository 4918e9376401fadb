from django.db import migrations, models

from regulars.records.search_tables import (
    drop_pair_tables,
    drop_search_tables,
    make_pair_tables,
    make_search_tables,
)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchDue",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "kind", "subject", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.SmallIntegerField(help_text="0 customer, 1 person.")),
                ("subject", models.BigIntegerField()),
            ],
            options={
                "db_table": "search_due",
            },
        ),
        migrations.CreateModel(
            name="SearchGone",
            fields=[
                ("line_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("text", models.CharField(max_length=500)),
            ],
            options={
                "db_table": "search_gone",
            },
        ),
        migrations.CreateModel(
            name="SearchLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("customer_id", models.BigIntegerField(null=True, unique=True)),
                ("person_id", models.BigIntegerField(null=True, unique=True)),
                ("text", models.CharField(max_length=500)),
            ],
            options={
                "db_table": "search_line",
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=60, unique=True)),
                ("uses", models.BigIntegerField(default=0)),
            ],
            options={
                "db_table": "search_word",
            },
        ),
        migrations.AddField(
            model_name="merge",
            name="added",
            field=models.JSONField(
                default=dict,
                help_text="What the kept customer did not have before, such as tags; taken back by undo.",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="SearchDeletion",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "hash",
                                "word_id",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("hash", models.BigIntegerField()),
                        ("word_id", models.BigIntegerField()),
                    ],
                    options={
                        "db_table": "search_deletion",
                    },
                ),
                migrations.CreateModel(
                    name="SearchLink",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "word_id",
                                "line_id",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("word_id", models.BigIntegerField()),
                        ("line_id", models.BigIntegerField()),
                    ],
                    options={
                        "db_table": "search_link",
                    },
                ),
            ],
            database_operations=[migrations.RunPython(make_pair_tables, drop_pair_tables)],
        ),
        migrations.RunPython(make_search_tables, drop_search_tables),
    ]
