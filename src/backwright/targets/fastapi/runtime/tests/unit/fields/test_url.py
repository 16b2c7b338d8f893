from typing import Annotated

from database.models.fields import url
from tests.support.schemas import accepts, refuses

Url = Annotated[str, url(1, 100)]


def test_a_url_is_one_of_the_web() -> None:
    accepts(Url, "https://example.com/a?b=c", "http://localhost:3000")
    refuses(Url, "javascript:alert(1)", "ftp://example.com", "https://exa mple.com", "example.com", "https://a\nb", "https://a\n", "https://\x1cx", "https://x\x85", "https://\ufeff")
