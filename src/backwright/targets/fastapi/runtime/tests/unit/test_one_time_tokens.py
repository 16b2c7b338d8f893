import pytest

from services.security.one_time_tokens import id_of_token, one_time_token

ID = "0198c0de-0000-4000-8000-000000000001"
TOKEN = one_time_token("reset", ID)


def test_a_token_names_its_row_for_its_purpose_alone() -> None:
    assert id_of_token("reset", TOKEN) == ID
    assert id_of_token("verification", TOKEN) is None


def test_a_token_of_which_any_character_changes_names_nothing() -> None:
    for at, character in enumerate(TOKEN):
        changed = f"{TOKEN[:at]}{'B' if character == 'A' else 'A'}{TOKEN[at + 1 :]}"
        assert id_of_token("reset", changed) is None, f"position {at}"


@pytest.mark.parametrize("text", ["", ".", ID, f"{ID}.", f"{TOKEN}.x", TOKEN[:-1], f"{TOKEN}=", "ä.ö"])
def test_what_is_no_token_names_nothing(text: str) -> None:
    assert id_of_token("reset", text) is None
