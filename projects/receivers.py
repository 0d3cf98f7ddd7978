"""How this app reacts to what lower ones announce."""

from typing import Any

from labelplatform.accounts.models import User
from projects.group_roles import apply_group_roles


def follow_groups(sender: Any, user_id: int, groups: frozenset[str], **kwargs: Any) -> None:
    apply_group_roles(User.objects.get(pk=user_id), groups)
