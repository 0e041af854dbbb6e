from django.db import migrations, models


def from_flags(apps, schema_editor):
    """Who could add law before there were roles still can: superusers as admins, staff as librarians."""
    users = apps.get_model("corpus", "User").objects
    users.filter(is_staff=True).update(role="librarian")
    users.filter(is_superuser=True).update(role="admin")


class Migration(migrations.Migration):

    dependencies = [
        ("corpus", "0003_document_version"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="role",
            field=models.CharField(
                choices=[
                    ("reader", "Reader"), ("contributor", "Contributor"), ("librarian", "Librarian"), ("admin", "Admin"),
                ],
                db_default="reader",
                default="reader",
                max_length=16,
            ),
        ),
        migrations.RunPython(from_flags, migrations.RunPython.noop),
    ]
