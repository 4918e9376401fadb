from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('attention', '0004_plan_behind'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='rewind',
            name='facts_until',
        ),
        migrations.AddField(
            model_name='rewind',
            name='rests_on',
            field=models.CharField(blank=True, default='', help_text='Hash of the facts and settings it took.', max_length=64),
            preserve_default=False,
        ),
    ]
