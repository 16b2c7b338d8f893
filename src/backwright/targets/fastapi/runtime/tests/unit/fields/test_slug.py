from typing import Annotated

from database.models.fields import slug
from tests.support.schemas import accepts, refuses

Slug = Annotated[str, slug(1, 20)]


def test_a_slug_is_words_in_small_letters_with_hyphens_between_them() -> None:
    accepts(Slug, "a", "fine-words-2")
    refuses(Slug, "A", "-a", "a-", "a--b", "a b", "", "a\n")
