import asyncio

import pytest

from config.identity import identity_settings
from services.business.problem import Problem
from services.security.passwords import hash_password, verify_password

pytestmark = pytest.mark.anyio


async def test_a_hash_is_argon2id_with_its_own_salt_and_only_the_password_fits() -> None:
    one, other = await asyncio.gather(hash_password("correct horse battery"), hash_password("correct horse battery"))
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert one != other
    assert await verify_password(one, "correct horse battery")
    assert not await verify_password(one, "correct horse batterz")


async def test_it_is_one_password_however_a_keyboard_composes_its_characters() -> None:
    stored = await hash_password("caf\u00e9 and more letters")
    assert await verify_password(stored, "cafe\u0301 and more letters")


async def test_no_password_fits_an_account_that_does_not_exist() -> None:
    assert not await verify_password(None, "nobody has this password")


async def test_a_full_queue_refuses_and_the_others_get_their_turn() -> None:
    stored = await hash_password("x")
    count = identity_settings.password_hash_concurrency + 120
    results = await asyncio.gather(*[verify_password(stored, "x") for _ in range(count)], return_exceptions=True)
    refused = [result for result in results if result is not True]
    assert len(refused) == 20
    assert all(isinstance(each, Problem) and each.status == 503 for each in refused)
