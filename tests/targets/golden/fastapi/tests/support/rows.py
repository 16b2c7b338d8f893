from tests.support.database import Row, insert
from tests.support.sessions import Account, open_session
from tests.support.unique import unique


def insert_user(given: Row) -> str:
    return insert(
        "app.users",
        {
            "email": unique() + "@example.com",
            "name": "Some name",
            "role": "customer",
            **given,
        },
    )


def sign_in(role: str) -> Account:
    """A new account with this role, signed in."""
    return open_session(insert_user({"role": role}), role)


def new_registration() -> tuple[Row, str]:
    """A profile that nobody has registered, and what it logs in with."""
    login = unique() + "@example.com"
    return {"email": login, "name": "Some name"}, login
