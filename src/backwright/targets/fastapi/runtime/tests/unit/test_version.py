import pytest

from services.data.version import is_known, tag_of

TAG = tag_of('{"name":"ä"}'.encode())


def test_the_tag_differs_where_the_answer_does() -> None:
    assert TAG == b'"fMVaKzJnpQYZwMchdBrXMf"'
    assert tag_of(b'{"name":"a"}') != TAG


@pytest.mark.parametrize("header", [TAG, b"W/" + TAG, b'"a,b" , ' + TAG, b'"other",W/' + TAG, b" * "])
def test_one_of_the_tags_is_enough_weak_or_strong(header: bytes) -> None:
    assert is_known(header, TAG)


@pytest.mark.parametrize(
    "header", [None, b"", b'"other"', TAG[1:-1], TAG[1:], b"w" + TAG[:-1], b'"*", "%s"' % TAG[1:5]]
)
def test_no_other_tag_will_do(header: bytes | None) -> None:
    assert not is_known(header, TAG)
