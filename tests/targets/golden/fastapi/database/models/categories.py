from typing import Annotated

from database.models.fields import ABSENT, Body, Patch, slug, text

Name = Annotated[str, text(1, 80)]
Slug = Annotated[str, slug(1, 80)]


class CategoryCreate(Body):
    name: Name
    slug: Slug


class CategoryUpdate(Patch):
    name: Name = ABSENT
    slug: Slug = ABSENT
