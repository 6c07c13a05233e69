"""People who sign in, and the national team's roles."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower


class Role(models.TextChoices):
    """The roles of the national team, by these names everywhere (product.md)."""

    ASSESSOR = "assessor", "Assessor"
    CASE_OFFICER = "case_officer", "Case officer"
    APPROVER = "approver", "Approver"
    STANDARDS_EDITOR = "standards_editor", "Standards editor"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"


class UserManager(BaseUserManager):
    """Finds accounts by their e-mail address, case ignored."""

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """A person, or one of the registry's own machines, who acts under a name."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    # A machine never signs in; it acts, and the audit names it.
    is_machine = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_user_email_ci")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def roles(self) -> frozenset[str]:
        """The national roles held, read once per object."""
        if not hasattr(self, "_roles"):
            self._roles = frozenset(self.role_grants.values_list("role", flat=True))
        return self._roles

    def has_role(self, *roles: str) -> bool:
        """Whether the person holds any of these national roles."""
        return self.is_active and bool(self.roles.intersection(roles))

    @property
    def is_national(self) -> bool:
        """Whether the person belongs to the national team in any role."""
        return self.is_active and bool(self.roles)

    # Django's own permission tables are not used: roles decide.
    is_staff = False
    is_superuser = False

    def has_perm(self, perm: str, obj=None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class RoleGrant(models.Model):
    """A person holds a role in the national team."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="accounts_rolegrant_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="accounts_rolegrant_known_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
