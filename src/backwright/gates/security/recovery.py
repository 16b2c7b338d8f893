"""B14, B17, B19, B21, C8, C10, F12: a password that is changed or reset, and sessions that their owner ends."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace

from backwright.gates.accounts import PASSWORD, Account, Accounts, SignInFailed
from backwright.gates.oracle import Principal
from backwright.gates.security.attack import Attack
from backwright.gates.security.exemplars import Cast, Exemplar
from backwright.gates.security.passwords import dump, guessable
from backwright.gates.security.stage import FRIEND, Stage
from backwright.gates.wire import Connection, Reply

__all__ = ["recovery"]

_LOGIN, _REFRESH = "/auth/login", "/auth/refresh"
_CHANGE, _FORGOT, _RESET, _VERIFY = "/auth/password", "/auth/password/forgot", "/auth/password/reset", "/auth/verify"
_KEYS = "/auth/keys"
_SESSIONS, _SESSION = "/auth/sessions", "/auth/sessions/{id}"
_NEW = "another battery, another horse"
_EVIL = "evil.example"
_CODE = "gate/security-session"
_LIFE_SECONDS = 900
_TIMES = 4
_MAILS = 20


def recovery(stage: Stage, cast: Cast) -> None:
    """Nobody is asked for less than the old password or a new mail, and whatever was open before is closed."""
    probe = cast.probe
    if probe is None or stage.surface.operation("POST", _LOGIN) is None:
        stage.not_applicable("B14, B17, B19, B21, C8, C10, F12", "nobody signs in")
        return
    door = _Door(stage, probe)
    for check, path, method, part in (
        ("B14, B21", _CHANGE, "POST", _changed),
        ("B17", _SESSIONS, "GET", _listed),
        ("C8, C10, F12", _RESET, "POST", _reset),
    ):
        if stage.surface.operation(method, path):
            part(door)
        else:
            stage.not_applicable(check, f"no {path}")
    _fixed(door)
    stage.restore()


@dataclass(frozen=True, slots=True)
class _Door:
    """What signing in and out is asked with."""

    stage: Stage
    probe: Exemplar

    def account(self) -> Account:
        return self.stage.account(str(self.probe.attack.who.role))

    def session(self, account: Account) -> Account:
        """Another session of an account."""
        tokens = self.stage.arena.accounts.sign_in(account.login)
        access, following = (str(tokens.member(name)) for name in ("accessToken", "refreshToken"))
        opened = replace(account, token=access, refresh_token=following)
        self.stage.known |= {opened.token, opened.refresh_token}
        return opened

    def attack(self, check: str, method: str, path: str, title: str, *wanted: int, **more: object) -> Reply:
        """`more` are the account that asks, the body and the template, where that is another than the path."""
        account, template = more.get("account"), str(more.get("template", path))
        attack = Attack(check, method, template, path, title, wanted, body=more.get("body"))
        return self.stage.attack(replace(attack, who=_who(account)) if isinstance(account, Account) else attack)

    def signs_in(self, check: str, title: str, login: str, password: str, wanted: int) -> Reply:
        body = {self.stage.arena.accounts.login: login, "password": password}
        return self.attack(check, "POST", _LOGIN, title, wanted, body=body)

    def goes_on(self, check: str, title: str, account: Account) -> None:
        self.stage.attack(replace(self.probe.as_check(check, title, self.probe.success), who=_who(account)))

    def is_over(self, check: str, title: str, account: Account) -> None:
        """Neither of its tokens gives access, the access token within five seconds."""
        body = {"refreshToken": account.refresh_token}
        if self.stage.surface.operation("POST", _REFRESH):
            reply = self.attack(check, "POST", _REFRESH, f"the refresh token of {title}", 401, body=body)
            shown = f"{check}: the refresh token of {title} still gives access"
            self.stage.holds(not reply.member("accessToken"), _CODE, shown)
        self.stage.noticed(replace(self.probe.as_check(check, f"the access token of {title}", 401), who=_who(account)))


def _who(account: Account) -> Principal:
    return Principal("an account", account.role, account.id, account.token)


def _changed(door: _Door) -> None:
    """B21, B14: the password is changed by whoever knows it, and every other session ends."""
    mine = door.account()
    other = door.session(mine)

    def change(title: str, *wanted: int, **body: str) -> None:
        door.attack("B21", "POST", _CHANGE, title, *wanted, account=mine, body=body)

    change("without the current password", 422, newPassword=_NEW)
    change("with a wrong current password", 403, currentPassword=_NEW, newPassword=_NEW)
    for title, word in guessable(door.stage, mine.login):
        change(f"to {title}", 422, currentPassword=PASSWORD, newPassword=word)
    door.signs_in("B21", "the password that nobody could change", mine.login, PASSWORD, 200)
    change("with the current password", 204, currentPassword=PASSWORD, newPassword=_NEW)
    door.is_over("B14", "another session after the password was changed", other)
    door.goes_on("B14", "the session that changed it", mine)
    door.signs_in("B14", "the old password", mine.login, PASSWORD, 401)
    door.signs_in("B14", "the new password", mine.login, _NEW, 200)


def _listed(door: _Door) -> None:
    """B17: an owner sees the sessions, ends one, and all."""
    mine, stranger = door.account(), door.account()
    other = door.session(mine)
    reply = door.attack("B17", "GET", _SESSIONS, "the sessions of an account", 200, account=mine)
    items = reply.member("items")
    found = [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []
    door.stage.holds(len(found) == 2, _CODE, f"B17: an account with two sessions sees {len(found)}")
    others = [str(each.get("id")) for each in found if each.get("current") is False]
    if len(others) != 1 or door.stage.surface.operation("DELETE", _SESSION) is None:
        door.stage.holds(False, _CODE, f"B17: {len(others)} of the sessions are said to be another than the caller's")
        return

    def end(title: str, wanted: int, account: Account) -> None:
        path = _SESSION.replace("{id}", others[0])
        door.attack("B17", "DELETE", path, title, wanted, account=account, template=_SESSION)

    end("a session of somebody else is ended", 404, stranger)
    door.goes_on("B17", "a session that somebody else wanted to end", other)
    end("a session is ended", 204, mine)
    door.is_over("B17", "a session that was ended", other)
    door.goes_on("B17", "the session that ended it", mine)
    if door.stage.surface.operation("DELETE", _SESSIONS):
        third = door.session(mine)
        door.attack("B17", "DELETE", _SESSIONS, "all sessions are ended", 204, account=mine)
        for session in (mine, third):
            door.is_over("B17", "a session after all were ended", session)
        door.goes_on("B17", "the session of somebody else", stranger)


def _fixed(door: _Door) -> None:
    """B19: who signs in gets tokens of their own, whatever else the request brings."""
    mine, other = door.account(), door.account()
    body = {door.stage.arena.accounts.login: mine.login, "password": PASSWORD}
    headers = (("Cookie", f"session={other.refresh_token}; sid={other.token}"),)
    attack = Attack("B19", "POST", _LOGIN, _LOGIN, "with tokens of somebody else", (200,), _who(other), body, headers)
    reply = door.stage.attack(attack)
    given = {str(reply.member(name)) for name in ("accessToken", "refreshToken")}
    door.stage.known |= given
    fresh = not given & {mine.token, mine.refresh_token, other.token, other.refresh_token}
    door.stage.holds(fresh, _CODE, "B19: signing in answers with a token that was known before")
    door.stage.holds(not reply.header("set-cookie"), _CODE, "B19: signing in sets a cookie that no document names")


def _reset(door: _Door) -> None:
    """C10 on a server that shows its mails; the sessions are looked at where everything else is."""
    stage = door.stage
    manual = stage.system.contract.get("manual")
    named = {str(manual.get("environment")): "development"} if isinstance(manual, dict) else {}
    with (
        stage.serve(**named, **({"MAIL_URL": "sandbox:"} if "MAIL_URL" in stage.variables else {})) as server,
        closing(Connection(server.url, base=stage.surface.base)) as connection,
    ):
        accounts = replace(stage.arena.accounts, connection=connection)
        mine = door.account()
        try:
            token = _asked(door, connection, accounts, mine)
        except SignInFailed as problem:
            stage.holds(False, _CODE, f"C10: {problem}")
            return
        _kept(stage, token)
        _used(door, connection, mine, token)
        _flooded(door, accounts)
        _outlived(door, connection, accounts, mine)


def _asked(door: _Door, connection: Connection, accounts: Accounts, mine: Account) -> str:
    """C1, C10: nobody learns who has an account, and no header says where the link leads; the token."""
    login, name = mine.login, accounts.login
    headers = {"Host": _EVIL, "X-Forwarded-Host": _EVIL, "X-Forwarded-Proto": "http", "Origin": f"https://{_EVIL}"}
    known = connection.call("POST", _FORGOT, {name: login}, headers=headers)
    nobody = connection.call("POST", _FORGOT, {name: f"x{login}"}, headers=headers)
    alike = (known.status, known.body) == (nobody.status, nobody.body)
    shown = f"{known.status} {known.body[:100]} / {nobody.status} {nobody.body[:100]}"
    reason = f"C1: asking for a reset tells an account that is there from one that is not: {shown}"
    door.stage.holds(alike and known.status == 202, "gate/security-enumeration", reason)
    mails = accounts.mails(login)
    led = FRIEND in mails and _EVIL not in mails
    door.stage.holds(led, _CODE, f"C10: a request's Host decides where the link leads: {mails[:300]}")
    return accounts.mailed_token(login)


def _kept(stage: Stage, token: str) -> None:
    secret = max(token.split("."), key=len)
    stage.known.add(token)
    kept = any(secret in row for row in dump(stage))
    stage.holds(not kept, "gate/security-storage", "C10: the token of a reset is in the database as it was sent")
    log = secret in stage.server.log()
    stage.holds(not log, "gate/security-log", "C10: the token of a reset is in the log")


def _used(door: _Door, connection: Connection, mine: Account, token: str) -> None:
    """C8, B9: only a reset, with a password that cannot be guessed; C10: once, also of several at once."""
    stage = door.stage

    def reset(password: str) -> Reply:
        return connection.call("POST", _RESET, {"token": token, "password": password})

    for title, word in guessable(stage, mine.login):
        reply = reset(word)
        stage.holds(reply.status == 422, "gate/security-refusal", f"C8: a reset to {title} is answered {reply.status}")
    door.stage.attack(replace(door.probe.as_check("B9", "a reset token as access token", 401), who=_bearer(token)))
    if stage.surface.operation("POST", _VERIFY):
        reply = connection.call("POST", _VERIFY, {"token": token})
        stage.holds(reply.status == 422, "gate/security-refusal", f"B9: a reset token verifies: {reply.status}")
    passwords = [f"{number} {_NEW}" for number in range(_TIMES)]
    key = {"name": "a robot"}
    # A server that has just seen the session, and another that ends it.
    seen = connection.call("GET", _KEYS, token=mine.token).status
    statuses = _side_by_side(door, token, passwords)
    late = connection.call("POST", _KEYS, key, mine.token)
    ended = late.status == 401 or not stage.surface.operation("POST", _KEYS)
    stage.known |= {str(late.member("key"))} if late.member("key") else set()
    stage.holds(ended, _CODE, f"B14: a session that a reset has ended makes a key ({seen}): {late.status}")
    once = sorted(statuses) == [204] + [422] * (_TIMES - 1)
    stage.holds(once, _CODE, f"C10: one reset, used {_TIMES} times at once, is answered {statuses}")
    again = reset(f"9 {_NEW}")
    stage.holds(again.status == 422, _CODE, f"C10: a reset that was used is answered {again.status} again")
    door.is_over("C10", "a session before the reset", mine)
    door.signs_in("C10", "the password before the reset", mine.login, PASSWORD, 401)
    for password, status in zip(passwords, statuses, strict=True):
        door.signs_in("C10", "a password of the reset", mine.login, password, 200 if status == 204 else 401)


def _flooded(door: _Door, accounts: Accounts) -> None:
    """F12: whoever asks, and however many at once, a mailbox gets fewer than half of many mails."""
    login = door.account().login
    earlier = accounts.mails(login).count("#token=")

    def ask(_: int) -> int:
        with closing(Connection(door.stage.server.url, base=door.stage.surface.base)) as connection:
            return connection.call("POST", _FORGOT, {accounts.login: login}).status

    with ThreadPoolExecutor(_TIMES) as pool:
        statuses = set(pool.map(ask, range(_MAILS)))
    written = accounts.mails(login).count("#token=") - earlier
    fine = statuses <= {202, 429} and 0 < written <= _MAILS // 2
    reason = f"F12: of {_MAILS} mails that are asked for at once for one address {written} are written; {statuses}"
    door.stage.holds(fine, "gate/security-throttle", reason)


def _side_by_side(door: _Door, token: str, passwords: list[str]) -> list[int]:
    """At the server that everything else is asked of."""

    def send(password: str) -> int:
        with closing(Connection(door.stage.server.url, base=door.stage.surface.base)) as connection:
            return connection.call("POST", _RESET, {"token": token, "password": password}).status

    with ThreadPoolExecutor(len(passwords)) as pool:
        return list(pool.map(send, passwords))


def _outlived(door: _Door, connection: Connection, accounts: Accounts, mine: Account) -> None:
    """C10: a quarter of an hour at most."""
    connection.call("POST", _FORGOT, {accounts.login: mine.login})
    first = accounts.mailed_token(mine.login)
    store = door.stage.arena.store
    rows = store.execute(
        "select ceil(extract(epoch from max(expires_at) - now())) from internal.one_time_tokens "
        "where purpose = 'reset' and used_at is null"
    )
    seconds = int(str(rows[0][0] or 0)) if rows else 0
    door.stage.holds(0 < seconds <= _LIFE_SECONDS, _CODE, f"C10: a reset holds for {seconds} s, not {_LIFE_SECONDS}")
    store.execute("update internal.one_time_tokens set expires_at = now() where purpose = 'reset'")
    reply = connection.call("POST", _RESET, {"token": first, "password": f"8 {_NEW}"})
    door.stage.holds(reply.status == 422, _CODE, f"C10: a reset that has expired is answered {reply.status}")


def _bearer(token: str) -> Principal:
    return Principal("whoever reads the mail", None, None, token, valid=False)
