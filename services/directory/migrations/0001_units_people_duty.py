"""Units, departments, persons, duty and subjects; first the extensions that their columns and constraints need."""

import uuid

import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.gis.db.models.fields
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, CreateExtension, TrigramExtension
from django.db import migrations, models

import services.directory.models.validity
import services.kernel.ids
import services.kernel.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        CreateExtension("postgis"),
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),  # noqa: TID251 - as Django writes it
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "language",
                    models.CharField(
                        choices=[("vi", "Tiếng Việt"), ("en", "English")],
                        default="vi",
                        max_length=5,
                        verbose_name="language",
                    ),
                ),
                ("access_version", models.PositiveIntegerField(default=0, editable=False)),
                ("realm", services.kernel.models.RealmField(default="live", editable=False, max_length=40)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Department",
            fields=[
                ("valid_from", models.DateField(db_index=True, verbose_name="valid from")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True, help_text="last day; empty = still valid", null=True, verbose_name="valid to"
                    ),
                ),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("public_id", models.UUIDField(default=services.kernel.ids.new_public_id, editable=False, unique=True)),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="slug")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_en", models.CharField(max_length=200, verbose_name="English name")),
                ("short_name", models.CharField(max_length=60, verbose_name="short name")),
                ("short_name_en", models.CharField(max_length=60, verbose_name="English short name")),
                (
                    "agency_code",
                    models.CharField(
                        blank=True,
                        help_text="code of the agency in dossier numbers",
                        max_length=20,
                        verbose_name="agency code",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
            ],
            options={
                "verbose_name": "department",
                "verbose_name_plural": "departments",
                "ordering": ("order", "slug"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="department_validity",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DutyRoster",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="slug")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_en", models.CharField(max_length=200, verbose_name="English name")),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rosters",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
            ],
            options={
                "verbose_name": "duty roster",
                "verbose_name_plural": "duty rosters",
                "ordering": ("slug",),
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("public_id", models.UUIDField(default=services.kernel.ids.new_public_id, editable=False, unique=True)),
                ("full_name", models.CharField(max_length=150, verbose_name="full name")),
                ("called_name", models.CharField(blank=True, max_length=60, verbose_name="called name")),
                ("sort_key", models.CharField(db_collation="vi-x-icu", db_index=True, editable=False, max_length=220)),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("realm", services.kernel.models.RealmField(default="live", editable=False, max_length=40)),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="person",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "persons",
                "ordering": ("sort_key", "id"),
            },
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="slug")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("title_en", models.CharField(max_length=200, verbose_name="English title")),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("department", "a department"),
                            ("unit", "an administrative unit"),
                            ("province", "the province"),
                        ],
                        max_length=10,
                        verbose_name="belongs to",
                    ),
                ),
                (
                    "unit_level",
                    models.CharField(
                        blank=True,
                        choices=[("province", "province"), ("district", "district"), ("commune", "commune or ward")],
                        help_text="for positions in a unit",
                        max_length=10,
                        verbose_name="level of the unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "position",
                "verbose_name_plural": "positions",
                "ordering": ("slug",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("scope", "unit"), models.Q(("unit_level", ""), _negated=True)),
                            models.Q(models.Q(("scope", "unit"), _negated=True), ("unit_level", "")),
                            _connector="OR",
                        ),
                        name="position_unit_level",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("valid_from", models.DateField(db_index=True, verbose_name="valid from")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True, help_text="last day; empty = still valid", null=True, verbose_name="valid to"
                    ),
                ),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("public_id", models.UUIDField(default=services.kernel.ids.new_public_id, editable=False, unique=True)),
                ("lineage", models.UUIDField(db_index=True, default=uuid.uuid4, help_text="the same across renames")),
                ("code", models.CharField(db_index=True, max_length=5, verbose_name="code")),
                (
                    "level",
                    models.CharField(
                        choices=[("province", "province"), ("district", "district"), ("commune", "commune or ward")],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        help_text="type in Vietnamese, lower case: xã, phường", max_length=20, verbose_name="kind"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=100, verbose_name="English name")),
                (
                    "aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="other spellings",
                    ),
                ),
                ("search_name", models.TextField(editable=False)),
                ("point", django.contrib.gis.db.models.fields.PointField(srid=4326, verbose_name="point")),
                (
                    "geometry",
                    django.contrib.gis.db.models.fields.MultiPolygonField(
                        blank=True, null=True, srid=4326, verbose_name="boundary"
                    ),
                ),
                (
                    "outline",
                    django.contrib.gis.db.models.fields.MultiPolygonField(
                        blank=True, editable=False, null=True, srid=4326, verbose_name="simplified boundary"
                    ),
                ),
                ("approximate", models.BooleanField(default=True, verbose_name="approximate")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="directory.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "administrative unit",
                "verbose_name_plural": "administrative units",
                "ordering": ("code", "valid_from"),
            },
        ),
        migrations.CreateModel(
            name="RoleGrant",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("citizen", "citizen"),
                            ("officer", "officer"),
                            ("head", "head"),
                            ("operator", "operator"),
                            ("supervisor", "supervisor"),
                            ("leader", "leader"),
                            ("auditor", "auditor"),
                            ("admin", "administrator"),
                        ],
                        max_length=12,
                        verbose_name="role",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grants",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.unit",
                        verbose_name="administrative unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "role of an account",
                "verbose_name_plural": "roles of accounts",
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("valid_from", models.DateField(db_index=True, verbose_name="valid from")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True, help_text="last day; empty = still valid", null=True, verbose_name="valid to"
                    ),
                ),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "is_head",
                    models.BooleanField(
                        default=False, help_text="leads the department or the unit", verbose_name="head"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="directory.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="appointments",
                        to="directory.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "position",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="directory.position",
                        verbose_name="position",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="directory.unit",
                        verbose_name="administrative unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "appointment",
                "verbose_name_plural": "appointments",
                "ordering": ("person", "valid_from"),
            },
        ),
        migrations.CreateModel(
            name="UnitSuccessor",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("weight", models.DecimalField(decimal_places=4, default=1, max_digits=5, verbose_name="weight")),
                (
                    "kind",
                    models.CharField(
                        choices=[("full", "whole"), ("partial", "part")],
                        default="full",
                        max_length=7,
                        verbose_name="kind",
                    ),
                ),
                (
                    "new",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="predecessor_links",
                        to="directory.unit",
                    ),
                ),
                (
                    "old",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="successor_links", to="directory.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "successor",
                "verbose_name_plural": "successors",
            },
        ),
        migrations.CreateModel(
            name="DutyShift",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("starts", models.DateTimeField(verbose_name="starts")),
                ("ends", models.DateTimeField(verbose_name="ends")),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shifts",
                        to="directory.dutyroster",
                        verbose_name="duty roster",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shifts",
                        to="directory.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "shift",
                "verbose_name_plural": "shifts",
                "ordering": ("starts",),
                "indexes": [models.Index(fields=["roster", "starts", "ends"], name="shift_at")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends__gt", models.F("starts"))), name="shift_ends_after_it_starts"
                    ),
                    models.UniqueConstraint(fields=("roster", "person", "starts"), name="shift_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rung",
            fields=[
                ("valid_from", models.DateField(db_index=True, verbose_name="valid from")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True, help_text="last day; empty = still valid", null=True, verbose_name="valid to"
                    ),
                ),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "order",
                    models.PositiveSmallIntegerField(
                        help_text="1 is the officer; higher is asked later", verbose_name="order"
                    ),
                ),
                (
                    "position",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rungs",
                        to="directory.position",
                        verbose_name="position",
                    ),
                ),
            ],
            options={
                "verbose_name": "rung of the ladder",
                "verbose_name_plural": "rungs of the ladder",
                "ordering": ("valid_from", "order", "position"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="rung_validity",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("position", "="), (services.directory.models.validity.DayRange(), "&&")],
                        name="rung_position_once_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Subject",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("public_id", models.UUIDField(default=services.kernel.ids.new_public_id, editable=False, unique=True)),
                (
                    "realm",
                    services.kernel.models.RealmField(db_index=True, default="live", editable=False, max_length=40),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("citizen", "citizen"), ("organisation", "organisation")],
                        default="citizen",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=150, verbose_name="name")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("erased_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="erased at")),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="subjects",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "subject",
                "verbose_name_plural": "subjects",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_at", None),
                            models.Q(("email", ""), ("name", ""), ("phone", ""), ("user", None)),
                            _connector="OR",
                        ),
                        name="subject_erased_is_empty",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="unit",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search_name"], name="unit_search", opclasses=("gin_trgm_ops",)
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"),
                name="unit_validity",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("code", "="), (services.directory.models.validity.DayRange(), "&&")],
                name="unit_code_once_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.UniqueConstraint(
                fields=("user", "role", "unit", "department"), name="grant_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("role__in", ("officer", "head")),
                        models.Q(
                            models.Q(("department__isnull", False), ("unit", None)),
                            models.Q(("department", None), ("unit__isnull", False)),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        models.Q(("role__in", ("officer", "head")), _negated=True), ("department", None), ("unit", None)
                    ),
                    _connector="OR",
                ),
                name="grant_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"),
                name="appointment_validity",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("department", None), ("unit", None), _connector="OR"), name="appointment_one_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                fields=("person", "position", "department", "unit", "valid_from"),
                name="appointment_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="unitsuccessor",
            constraint=models.UniqueConstraint(fields=("old", "new"), name="successor_once"),
        ),
        migrations.AddConstraint(
            model_name="unitsuccessor",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gt", 0), ("weight__lte", 1)), name="successor_weight"
            ),
        ),
    ]
