"""Random sequences of requests over the operations of a plan; the same seed gives the same ones."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote

from backwright.lowering.wire.routes import BASE, PRECONDITION, READS
from backwright.plan.model import Plan, Reference
from tests.parity import oddities
from tests.parity.contract import Member, Operation, operations
from tests.parity.steps import ABSENT, Node, Ref, Step, Text, text
from tests.parity.values import STRANGERS, Values

__all__ = ["SECOND", "Sequences", "register"]

# A second account with the first role, and the password of all accounts that a run registers.
SECOND = "second"
_PASSWORD = "correct horse battery staple"
_REDIRECTED, _FORBIDDEN, _CONFLICT = 300, 403, 409
_OLDEST, _HELD = 6, 12
_TIMES = 3
_LARGE = 102_401
_MALFORMED = ("x", "0", ABSENT[:-1], "%20", ABSENT + "%0A", "..", "null")
_MAILED: Mapping[str, str] = {"verify": "mail verification", "resetPassword": "mail reset"}
# They end sessions that other steps need.
_ENDING = ("changePassword", "endMySessions")
_ADDRESSED = ("forgotPassword", "requestVerification")
# What a mail must have been asked for first.
_ASKING: Mapping[str, str] = {"verify": "register", "resetPassword": "forgotPassword"}
_INTENTS: Mapping[int, tuple[str, ...]] = {
    304: ("known",),
    400: ("ambiguous",),
    401: ("bad token", "anonymous", "fitting"),
    403: ("wrong role", "fitting"),
    404: ("absent",),
    409: ("common",),
    412: ("stale",),
    413: ("large",),
    415: ("odd media",),
    422: ("invalid", "malformed id", "odd query"),
    428: ("careless",),
}
_OTHERS = (
    *("fitting",) * 8, *("common",) * 4, *("invalid",) * 5, "odd json", "odd json", "odd header", "odd header",
    "odd path", "odd query", "odd query", "odd method", "absent", "malformed id", "anonymous", "wrong role",
    "bad token", "odd media", "known", "stale",
)  # fmt: skip


class Sequences:
    """Draws steps; pairs of operation and status that were not answered yet are drawn more often."""

    def __init__(self, plan: Plan, seed: int, wanted: Mapping[str, tuple[int, ...]], password: str) -> None:
        self._numbers = random.Random(seed)
        self._values = Values(self._numbers)
        self._plan = plan
        self._operations = operations(plan)
        self._password = password
        self._open = {(name, status) for name, statuses in wanted.items() for status in statuses if status != 503}
        self._tried: Counter[tuple[str, int]] = Counter()
        self._roles = plan.identity.roles if plan.identity else ()
        self._keys = 0
        self._planned: list[Step] = []

    def answered(self, operation: str, status: int) -> None:
        """Notes a pair."""
        self._open.discard((operation, status))

    @property
    def is_waiting(self) -> bool:
        """Whether a pair was not answered yet."""
        return bool(self._open)

    def step(self) -> Step:
        """The next request."""
        if self._planned:
            return self._planned.pop(0)
        numbers = self._numbers
        if self._open and numbers.random() < 0.6:
            # What was tried often in vain waits behind what was not.
            least = min(self._tried[pair] for pair in self._open)
            pair = numbers.choice(sorted(pair for pair in self._open if self._tried[pair] <= least + 1))
            self._tried[pair] += 1
            operation = next(each for each in self._operations if each.name == pair[0])
            if operation.route.path.startswith("/auth/") and pair[1] == _FORBIDDEN and numbers.random() < 0.5:
                # Only a key is refused there, and a sequence begins without one.
                operation = next(each for each in self._operations if each.route.kind == "createMyKey")
                return self._meant(operation, "allowed")
            if numbers.random() < 0.5 and (story := self._story(operation, pair[1])):
                self._planned = story[1:]
                return story[0]
            return self._meant(operation, numbers.choice(_INTENTS.get(pair[1], ("allowed",))))
        slow = ("register", "login", "resetPassword", "changePassword")
        operation = numbers.choice(self._operations)
        if operation.route.kind in slow and numbers.random() < 0.7:
            operation = numbers.choice(self._operations)
        return self._meant(operation, numbers.choice(_OTHERS))

    def _story(self, operation: Operation, status: int) -> list[Step]:
        """Several requests that lead there, where one alone seldom does."""
        kind = operation.route.kind
        if kind in _ASKING and status < _REDIRECTED:
            return self._with_a_mail(operation)
        if status == _CONFLICT and self._numbers.random() < 0.5:
            if kind == "delete":
                return self._held(operation)
            return self._all_alike(operation) if kind == "update" else self._again(operation)
        return self._with_a_new_row(operation) if status < _REDIRECTED or status == _CONFLICT else []

    def _again(self, operation: Operation) -> list[Step]:
        """The same three times, about a row that is new: a row moves on once, a stock ends, a name is taken."""
        step, made = self._meant(operation, "allowed"), list[Step]()
        named = [each for each in (*operation.path, *(operation.body or ())) if isinstance(each.type, Reference)]
        if named:
            member = self._numbers.choice(named)
            assert isinstance(member.type, Reference)
            made, row = self._making(member.type.entity), Ref(f"row {member.type.entity}", -1)
            if member in operation.path:
                step = replace(step, target=self._target(operation, row))
            elif isinstance(step.body, dict):
                step = replace(step, body={**step.body, member.name: row})
        headers = tuple(each for each in step.headers if each[0] != "Idempotency-Key")
        for _ in range(_TIMES):
            self._keys += 1
            key = (("Idempotency-Key", text(f"key-{self._keys}")),) if operation.route.idempotent else ()
            made.append(replace(step, headers=(*headers, *key)))
        return made

    def _making(self, entity: str) -> list[Step]:
        """A row, where rows are made that way."""
        return [
            self._meant(each, "allowed")
            for each in self._operations
            if each.route.kind == "create" and each.route.entity and each.route.entity.name == entity
        ]

    def _with_a_mail(self, operation: Operation) -> list[Step]:
        """A mail is asked for, and what it says is used."""
        asking = next((each for each in self._operations if each.route.kind == _ASKING[operation.route.kind]), None)
        if asking is None or self._plan.identity is None:
            return []
        first, then = self._meant(asking, "allowed"), self._meant(operation, "allowed")
        assert isinstance(first.body, dict)
        assert isinstance(then.body, dict)
        if asking.route.kind in _ADDRESSED:
            first = replace(first, body={**first.body, self._plan.identity.login: Ref("login", -1)})
        return [
            first,
            replace(then, body={**then.body, "token": Ref(_MAILED[operation.route.kind], -1)}),
        ]

    def _held(self, operation: Operation) -> list[Step]:
        """Everybody who may deletes the oldest rows, some of which others hold on to."""
        entity = operation.route.entity
        assert entity
        step = self._meant(operation, "allowed")
        return [
            replace(each, target=self._target(operation, Ref(f"row {entity.name}", pick)))
            for each in self._as_everybody(operation, step)
            for pick in range(_HELD)
        ]

    def _as_everybody(self, operation: Operation, step: Step) -> list[Step]:
        """The same by each account that may send it."""
        known: tuple[str, ...] = (*(operation.route.roles or self._roles), *((SECOND,) if self._roles else ()))
        unsigned = tuple(each for each in step.headers if each[0] != "Authorization")
        return [replace(step, headers=(*unsigned, *self._as(role))) for role in known or (None,)]

    def _all_alike(self, operation: Operation) -> list[Step]:
        """Everybody gives the oldest rows the same value, which only one of them may have."""
        entity = operation.route.entity
        assert entity
        alone = {field.name for field in entity.fields if field.unique}
        members = [each for each in operation.body or () if each.name in alone]
        if not members:
            return []
        member = self._numbers.choice(members)
        body: dict[str, Node] = {member.name: self._values.fitting(member.type, common=True)}
        step = self._meant(operation, "allowed")
        return [
            replace(
                each,
                target=self._target(operation, Ref(f"row {entity.name}", pick)),
                headers=_json(each),
                body=body,
                has_body=True,
            )
            for each in self._as_everybody(operation, step)
            for pick in range(_OLDEST)
        ]

    def _with_a_new_row(self, operation: Operation) -> list[Step]:
        """A row is made, and whoever made it goes on with it; nothing where rows are not made that way."""
        entity = operation.route.entity
        created = [each for each in self._operations if entity and each.route.kind == "create"]
        making = next((each for each in created if each.route.entity == entity), None)
        if entity is None or making is None or operation is making or not operation.path:
            return []
        both = [role for role in making.route.roles or self._roles if role in (operation.route.roles or self._roles)]
        role = self._numbers.choice(both) if both else None
        steps = [self._meant(making, "allowed"), self._meant(operation, "allowed")]
        steps[1] = replace(steps[1], target=self._target(operation, Ref(f"row {entity.name}", -1)))
        return [
            replace(step, headers=(*(each for each in step.headers if each[0] != "Authorization"), *self._as(role)))
            for step in steps
        ]

    def one_of_each(self) -> list[Step]:
        """Each operation, as somebody who may call it would send it."""
        found = []
        for operation in self._operations:
            step = replace(self._fitting(operation, "fitting"), target=self._target(operation))
            roles = operation.route.roles
            signed = tuple(
                header for header in step.headers if header[0] not in ("Authorization", "If-Match", "If-None-Match")
            )
            found.append(replace(step, headers=(*signed, *self._as(roles[0] if roles else None))))
        return found

    def _meant(self, operation: Operation, intent: str) -> Step:
        step = self._fitting(operation, intent)
        numbers = self._numbers
        signed = tuple(header for header in step.headers if header[0] != "Authorization")
        changed: dict[str, Callable[[], Step]] = {
            "anonymous": lambda: replace(step, headers=signed),
            "bad token": lambda: replace(step, headers=(*signed, ("Authorization", self._bad_token()))),
            "wrong role": lambda: replace(step, headers=(*signed, *self._as(self._other_role(operation)))),
            "absent": lambda: replace(step, target=self._target(operation, ABSENT)),
            "malformed id": lambda: replace(step, target=self._target(operation, numbers.choice(_MALFORMED))),
            "invalid": lambda: self._invalid(operation, step),
            "large": lambda: replace(step, body=Text((" " * _LARGE,)), has_body=True, headers=_json(step)),
            "odd media": lambda: oddities.media(_bodied(step), numbers),
            "odd json": lambda: oddities.json_text(replace(step, headers=_json(step)), numbers),
            "ambiguous": lambda: oddities.ambiguous(step, numbers),
            "odd header": lambda: oddities.header(step, numbers), "odd path": lambda: oddities.path(step, numbers),
            "odd query": lambda: self._odd_query(operation, step),
            "odd method": lambda: oddities.method(step, numbers),
        }  # fmt: skip
        return changed[intent]() if intent in changed else step

    def _fitting(self, operation: Operation, intent: str) -> Step:
        route, numbers = operation.route, self._numbers
        target = self._target(operation)
        if intent == "common" and route.entity and operation.path and numbers.random() < 0.5:
            # What others hold on to has been there for a while.
            target = self._target(operation, Ref(f"row {route.entity.name}", numbers.randint(0, 60)))
        if route.kind == "list" and numbers.random() < 0.8:
            target = Text((*target.pieces, *self._query(operation)))
        elif operation.includes and numbers.random() < 0.4:
            target = Text((*target.pieces, f"?include={self._included(operation)}"))
        headers: tuple[tuple[str, Text], ...] = self._as(self._role(operation, intent))
        if route.idempotent:
            headers = (*headers, ("Idempotency-Key", text(self._key())))
        headers = (*headers, *self._condition(operation, intent))
        step = Step(operation.name, intent, route.method, target, headers)
        if operation.body is None or (not operation.body and numbers.random() < 0.7):
            return step
        body = self._body(operation, common=intent == "common")
        return replace(step, body=body, has_body=True, headers=_json(step))

    def _condition(self, operation: Operation, intent: str) -> tuple[tuple[str, Text], ...]:
        """What is known or meant: any version, the one that was seen last, none that ever was."""
        route, numbers = operation.route, self._numbers
        if intent == "careless" or route.entity is None or route.kind not in (*READS, *PRECONDITION):
            return ()
        if intent == "fitting":
            meant = ("*", "*") if route.kind in PRECONDITION and route.entity.versioned else ()
            tag = Ref(f"tag {route.entity.name}", -1)
            others = (text(tag), text("W/", tag), text('"x", ', tag, ' , "y"'), text(tag, "x"), text("x"), text('"x"'))
            value = numbers.choice((*map(text, meant), *others)) if meant or numbers.random() < 0.3 else None
        else:
            versioned = route.kind in PRECONDITION and route.entity.versioned
            value = {"known": text("*"), "stale": text('"x"')}.get(intent) or (text("*") if versioned else None)
        name = "If-Match" if route.kind in PRECONDITION else "If-None-Match"
        return ((name, value),) if value else ()

    def _key(self) -> str:
        """Often one that was used before."""
        if self._numbers.random() < 0.6:
            self._keys += 1
        return f"key-{self._keys}"

    def _role(self, operation: Operation, intent: str) -> str | None:
        numbers, roles = self._numbers, operation.route.roles
        if operation.route.kind == "logout":
            return "session"
        if operation.route.kind in _ENDING and numbers.random() < 0.9:
            return SECOND
        if roles is None and operation.route.path.startswith("/auth/"):
            return None
        if roles is None:
            return numbers.choice((None, *self._roles))
        known = [*roles, *([SECOND] if self._roles[0] in roles else [])]
        return numbers.choice(known if intent in ("allowed", "common") else (*known, *known, *self._roles))

    def _other_role(self, operation: Operation) -> str | None:
        if operation.route.path.startswith("/auth/"):
            return "key"
        others = [role for role in self._roles if role not in (operation.route.roles or ())]
        return self._numbers.choice(others or [None])

    def _as(self, role: str | None) -> tuple[tuple[str, Text], ...]:
        if role is None or not self._roles:
            return ()
        return (("Authorization", text("Bearer ", Ref(f"token {role}", -1))),)

    def _bad_token(self) -> Text:
        token = Ref(f"token {self._roles[0]}", -1) if self._roles else "x"
        return self._numbers.choice(
            (
                text("Bearer ", token, "x"),
                text("Bearer x"),
                text("Basic ", token),
                text("Bearer ", Ref("ended", -1)),
                text(token),
            )
        )

    def _target(self, operation: Operation, identifier: str | Ref | None = None) -> Text:
        pieces: list[str | Ref] = []
        rest = BASE + operation.route.path
        for member in operation.path:
            before, _, rest = rest.partition(f"{{{member.name}}}")
            pieces.append(before)
            pieces.append(identifier or self._in_path(member))
        return Text((*pieces, rest) if rest else tuple(pieces))

    def _in_path(self, member: Member) -> str | Ref:
        if isinstance(member.type, Reference):
            return self._values.row(member.type.entity)
        return str(self._values.fitting(member.type))

    def _query(self, operation: Operation) -> tuple[str | Ref, ...]:
        numbers = self._numbers
        pieces: list[str | Ref] = ["?"]
        sort = numbers.choice(("", "", *operation.sorts))
        given: list[tuple[str, str | Ref]] = [("sort", sort)] if sort else []
        if numbers.random() < 0.6:
            given.append(("limit", str(numbers.choice((1, 2, 3, 5, 100)))))
        if numbers.random() < 0.4:
            given.append(
                ("cursor", Ref(f"cursor {operation.name} {sort or '-createdAt'}", numbers.choice((-1, -1, -2))))
            )
        for member in operation.query:
            if numbers.random() < (0.9 / max(len(operation.query), 1)):
                value = self._values.fitting(member.type, common=True)
                written = (
                    value if isinstance(value, Ref) else str(value).lower() if isinstance(value, bool) else str(value)
                )
                given.append((member.name, written.replace("+", "%2B") if isinstance(written, str) else written))
        if operation.includes and numbers.random() < 0.4:
            given.append(("include", self._included(operation)))
        for number, (name, value) in enumerate(given):
            pieces += [f"{'&' if number else ''}{name}=", value]
        return tuple(pieces)

    def _included(self, operation: Operation) -> str:
        """Some of the references in any order."""
        names = self._numbers.sample(operation.includes, self._numbers.randint(1, len(operation.includes)))
        return self._numbers.choice((",", ",", "%2C")).join(names)

    def _odd_query(self, operation: Operation, step: Step) -> Step:
        if operation.includes and self._numbers.random() < 0.4:
            names = self._included(operation)
            wrongs = (
                f"{names},{names}",
                f"{names},",
                f"{names}&include={names}",
                f"{names}.x",
                f" {names}",
                "",
                *STRANGERS,
            )
            wrong = quote(self._numbers.choice(wrongs), safe=",&=%")
            return replace(step, target=Text((*self._target(operation).pieces, f"?include={wrong}")))
        if operation.query and self._numbers.random() < 0.5:
            member = self._numbers.choice(operation.query)
            odd = self._values.odd(member.type)
            written = str(odd) if not isinstance(odd, Ref) else ABSENT
            content = "".join(f"%{byte:02X}" for byte in written.encode("utf-8", "surrogatepass")[:300])
            target = Text((*self._target(operation).pieces, f"?{member.name}={content}"))
            return replace(step, target=target)
        return oddities.query(step, self._numbers)

    def _body(self, operation: Operation, *, common: bool) -> dict[str, Node]:
        kind, numbers = operation.route.kind, self._numbers
        if kind == "refresh":
            return {"refreshToken": Ref("refresh", numbers.choice((-1, -1, -1, -2, 0)))}
        body = {
            member.name: None
            if member.nullable and numbers.random() < 0.15
            else self._values.fitting(member.type, common=common)
            for member in operation.body or ()
            if member.required or numbers.random() < (0.4 if kind == "update" else 0.6)
        }
        if kind == "update" and not body and operation.body:
            member = numbers.choice(operation.body)
            body[member.name] = self._values.fitting(member.type, common=common)
        for name in ("password", "currentPassword", "newPassword"):
            if name in body and (name != "currentPassword" or numbers.random() < 0.7):
                body[name] = _PASSWORD
        if kind in _MAILED and numbers.random() < 0.8:
            body["token"] = Ref(_MAILED[kind], numbers.choice((-1, -1, -2)))
        if kind in _ADDRESSED and self._plan.identity and numbers.random() < 0.7:
            body[self._plan.identity.login] = Ref("login", -1)
        if kind == "login" and self._plan.identity and numbers.random() < 0.7:
            login = self._plan.identity.login
            body[login] = Ref("login", numbers.randint(0, 9))
            body["password"] = numbers.choice((_PASSWORD, self._password, self._password))
        return body

    def _invalid(self, operation: Operation, step: Step) -> Step:
        if not operation.body or not isinstance(step.body, dict):
            return oddities.query(step, self._numbers) if self._numbers.random() < 0.3 else step
        numbers = self._numbers
        body = dict(step.body)
        for _ in range(numbers.choice((1, 1, 1, 2, 3))):
            member = numbers.choice(operation.body)
            drawn = numbers.random()
            if drawn < 0.15:
                body.pop(member.name, None)
            elif drawn < 0.3:
                body[numbers.choice(STRANGERS)] = self._values.odd(member.type)
            else:
                body[member.name] = self._values.odd(member.type)
        return replace(step, body=body)


def _bodied(step: Step) -> Step:
    return step if step.has_body else replace(step, body=Text(("{}",)), has_body=True)


def _json(step: Step) -> tuple[tuple[str, Text], ...]:
    return (
        *(header for header in step.headers if header[0] != "Content-Type"),
        ("Content-Type", text("application/json")),
    )


def register(plan: Plan, login: str) -> Step:
    """The step that registers an account."""
    operation = next(each for each in operations(plan) if each.route.kind == "register")
    values = Values(random.Random(login))
    body: dict[str, Node] = {each.name: values.fitting(each.type) for each in operation.body or () if each.required}
    assert plan.identity
    body |= {plan.identity.login: login, "password": _PASSWORD}
    return Step(
        "register",
        "fitting",
        "POST",
        text(f"{BASE}{operation.route.path}"),
        _json(Step("", "", "", text(""))),
        body,
        True,
    )
