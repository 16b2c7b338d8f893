from __future__ import annotations

import pytest
from hypothesis import given

from backwright.plan.expressions import evaluate, role_only, roles_that_may
from backwright.plan.expressions.types import BOOL, BoolType
from tests.expressions.test_random import EVERY
from tests.expressions.texts import expressions
from tests.expressions.world import CALLERS, INPUTS, ITEMS, ROLES, compiled, environment

ALL = ROLES


@pytest.mark.parametrize(
    ("text", "roles", "anonymous", "only"),
    [
        ("true", ALL, True, True),
        ("false", (), False, True),
        ("me != null", ALL, False, True),
        ("me == null", (), True, True),
        ("me.role == 'staff'", ("staff",), False, True),
        ("me.role != 'staff'", ("guest", "admin"), True, True),
        ("me.role in ['staff', 'admin']", ("staff", "admin"), False, True),
        ("!(me.role in ['staff', 'admin'])", ("guest",), True, True),
        ("owner", ALL, False, False),
        ("author == me", ALL, False, False),
        ("author == me || me.role == 'staff'", ALL, False, False),
        ("author == me && me.role == 'staff'", ("staff",), False, False),
        ("state == 'open' || me.role == 'admin'", ALL, True, False),
        ("state == 'open' && me.role == 'admin'", ("admin",), False, False),
        ("me.role == 'admin' && me.role == 'staff'", (), False, True),
        ("me.role == 'admin' ? true : author == me", ALL, False, False),
        ("me.level == 3", ALL, False, False),
        ("me.nick != 'x'", ALL, True, False),
        ("coalesce(me.role, 'staff') == 'staff'", ("staff",), True, True),
        ("pieces.exists(p, p.helper == me)", ALL, True, False),
        ("1 > 2 && me != null", ALL, False, True),
    ],
)
def test_roles_that_may(text: str, roles: tuple[str, ...], anonymous: bool, only: bool) -> None:
    expression = compiled(text.replace("p.helper == me", "p.helper != null && p.helper == me"), BOOL)
    assert roles_that_may(expression, ROLES) == (roles, anonymous)
    assert role_only(expression) == only


@EVERY
@given(text=expressions(local=False))
def test_nobody_who_may_is_left_out(text: str) -> None:
    expression = compiled(text)
    if not isinstance(expression.typing.type, BoolType) or expression.typing.nullable:
        return
    roles, anonymous = roles_that_may(expression, ROLES)
    for caller in CALLERS:
        answers = {evaluate(expression, environment(i, given, caller)) for i in ITEMS for given in INPUTS}
        may = anonymous if caller is None else caller.values["role"] in roles
        assert may or answers == {False}
        assert not role_only(expression) or len(answers) == 1
