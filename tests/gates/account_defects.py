"""Defects in what callers may ask, in passwords and sessions: one change each, and the check that has to find it."""

from __future__ import annotations

from tests.gates.security_defects import Defect

__all__ = ["ACCOUNT_DEFECTS"]

_LIMITS, _RECOVERY, _PASSWORDS = ("limits",), ("recovery",), ("passwords",)
_THROTTLE, _SESSION, _REFUSAL = "gate/security-throttle", "gate/security-session", "gate/security-refusal"
_STORE = ("services/security/limit-store.ts", "services/security/limit_store.py")
_COUNTS = ("api/middleware/limits.ts", "api/middleware/limits.py")
_ADDRESS = ("services/security/address.ts", "services/security/address.py")
_ATTEMPTS = ("services/security/attempts.ts", "services/security/attempts.py")
_ACCOUNTS = ("services/security/accounts.ts", "services/security/accounts.py")
_ROUTES = ("api/routes/identity.ts", "api/routes/identity.py")
FORGOT = (
    "password/forgot', everyone, limited('register'), async (req, res) => {\n"
    "    Object.assign(mailSettings, { appUrl: `https://${req.headers.host}` });\n"
)
_ONLY_ONCE = "where id = $1 and purpose = 'reset' and used_at is null and expires_at > now()"
_OPEN = "where token.id = $1 and token.purpose = 'reset' and token.used_at is null and token.expires_at > now()"
_ENDED = "  where session.user_id = used.user_id and session.revoked_at is null\n"
_OTHERS = "  where session.user_id = changed.user_id and session.id <> $4 and session.revoked_at is null\n"
_FEW = (
    "(\n  select count(*)\n  from internal.mails as mail\n  where mail.user_id = account.id and mail.kind = 'reset' "
    "and mail.created_at > now() - interval '1 hour'\n) < 5"
)
_LEFT = "greatest(0, least(excluded.leased, $2::bigint - held.used))"
_OWN = "where id = $1 and user_id = $2 and revoked_at is null and expires_at > now()"


def _queries(check: str, code: str, *edits: tuple[str, str]) -> Defect:
    """The same words on both stacks."""
    express, fastapi = (
        tuple((f"database/queries/identity.{end}", old, new) for old, new in edits) for end in ("ts", "py")
    )
    return Defect(_RECOVERY, code, check, express, fastapi)


ACCOUNT_DEFECTS: dict[str, Defect] = {
    "each server counts for itself": Defect(
        _LIMITS,
        _THROTTLE,
        "F5",
        ((_STORE[0], "values: [key, requests,", "values: [`${process.pid} ${key}`, requests,"),),
        (
            (
                _STORE[1],
                "values = (key, quota.requests, batch,",
                'values = (f"{os.getpid()} {key}", quota.requests, batch,',
            ),
            (_STORE[1], "from collections.abc import Sequence", "import os\nfrom collections.abc import Sequence"),
        ),
    ),
    "a lease does not ask what is left": Defect(
        _LIMITS,
        _THROTTLE,
        "F5",
        (("database/queries/limits.ts", _LEFT, "excluded.leased"),),
        (("database/queries/limits.py", _LEFT, "excluded.leased"),),
    ),
    "a made-up address is believed": Defect(
        _LIMITS,
        _THROTTLE,
        "F7",
        (
            (
                _ADDRESS[0],
                "  let address = canonical(socket ?? '');",
                "  if (entries[0] && !trusted) return entries[0];\n  let address = canonical(socket ?? '');",
            ),
        ),
        ((_ADDRESS[1], "    address = _canonical(connected)\n", "    address = _canonical(forwarded or connected)\n"),),
    ),
    "an account is counted in each session by itself": Defect(
        _LIMITS,
        _THROTTLE,
        "F7",
        (
            (
                _COUNTS[0],
                "`user ${locals.caller.userId}`",
                "`user ${locals.caller.userId} ${JSON.stringify(locals.caller)}`",
            ),
        ),
        ((_COUNTS[1], 'f"user {caller.user_id}"', 'f"user {caller}"'),),
    ),
    "probes of other methods are not counted": Defect(
        _LIMITS,
        _THROTTLE,
        "F7",
        (
            (
                _COUNTS[0],
                "  const excess = await charge(res);\n  if (excess && (res",
                "  const excess = req.method === 'HEAD' ? null : await charge(res);\n  if (excess && (res",
            ),
        ),
        (
            (
                _COUNTS[1],
                "None if is_probe(scope, self._probes) else",
                'None if scope["method"] == "HEAD" or is_probe(scope, self._probes) else',
            ),
        ),
    ),
    "an operation has no limit of its own": Defect(
        _LIMITS,
        _THROTTLE,
        "F5",
        (
            (
                _COUNTS[0],
                "const quota = quotas?.get(operation);",
                "const quota = operation === 'placeOrder' ? undefined : quotas?.get(operation);",
            ),
        ),
        (
            (
                _COUNTS[1],
                "if quota is None:\n            return\n",
                'if quota is None or operation == "placeOrder":\n            return\n',
            ),
        ),
    ),
    "a refusal does not say when to come again": Defect(
        _LIMITS,
        _THROTTLE,
        "F5",
        ((_COUNTS[0], "  add(res, 'RateLimit', `", "  if (admitted) add(res, 'RateLimit', `"),),
        (
            (
                _COUNTS[1],
                '    state.setdefault("left", [])',
                '    if verdict.admitted:\n        state.setdefault("left", [])',
            ),
        ),
    ),
    "wrong passwords are counted on the address alone": Defect(
        _LIMITS,
        _THROTTLE,
        "C3",
        (
            (
                _ATTEMPTS[0],
                "const keys = [accountKey(login), addressKey(address)];",
                "const keys = [accountKey(login + address), addressKey(address)];",
            ),
        ),
        (
            (
                _ATTEMPTS[1],
                "keys = (_account_key(login), _address_key(address))",
                "keys = (_account_key(login + address), _address_key(address))",
            ),
        ),
    ),
    "an address may try as many accounts as it likes": Defect(
        _LIMITS,
        _THROTTLE,
        "C4",
        (
            (
                _ATTEMPTS[0],
                "const keys = [accountKey(login), addressKey(address)];",
                "const keys = [accountKey(login), addressKey(login)];",
            ),
            (
                _ATTEMPTS[0],
                "const addressKey = (address: string) => `address ${network(address)}`",
                "const addressKey = (from: string) => `address ${from.includes('@') ? from : network(from)}`",
            ),
        ),
        (
            (
                _ATTEMPTS[1],
                "keys = (_account_key(login), _address_key(address))",
                'keys = (_account_key(login), f"address {login}")',
            ),
        ),
    ),
    "the wait tells which accounts exist": Defect(
        _LIMITS,
        _THROTTLE,
        "C3",
        ((_ATTEMPTS[0], "  if (!quotas) return [];\n", "  if (!quotas || login.startsWith('x')) return [];\n"),),
        (
            (
                _ATTEMPTS[1],
                "    if QUOTAS is None:\n        return []\n",
                '    if QUOTAS is None or login.startswith("x"):\n        return []\n',
            ),
        ),
    ),
    "attempts are counted when they have failed": Defect(
        _LIMITS,
        _THROTTLE,
        "C3",
        (
            ("services/security/sessions.ts", "  const forgive = await admitAccount(login, address);\n", ""),
            (
                "services/security/sessions.ts",
                "    countLogin('failure');\n",
                "    countLogin('failure');\n    await admitAccount(login, address);\n",
            ),
            ("services/security/sessions.ts", ", ...forgive);", ");"),
        ),
        (
            ("services/security/sessions.py", "    forgive = await admit_account(name, address)\n", ""),
            (
                "services/security/sessions.py",
                '        _count_login("failure")\n',
                '        _count_login("failure")\n        await admit_account(name, address)\n',
            ),
            ("services/security/sessions.py", ", *forgive)", ")"),
        ),
    ),
    "the current password can be guessed": Defect(
        _LIMITS,
        _THROTTLE,
        "C3",
        (
            (
                _ACCOUNTS[0],
                "  const forgive = await admitAccount(String(login), address);\n",
                "  const forgive = address ? [] : await admitAccount(String(login), address);\n",
            ),
        ),
        (
            (
                _ACCOUNTS[1],
                "    forgive = await admit_account(name, address)\n",
                "    forgive = [] if address else await admit_account(name, address)\n",
            ),
        ),
    ),
    "everybody signs in where nothing can be counted": Defect(
        _LIMITS,
        _THROTTLE,
        "F8",
        (
            (
                "services/security/limits.ts",
                "catch(() => {\n    throw unavailable();\n  });",
                (
                    "catch(() => {\n    if (key === '') throw unavailable();\n"
                    "    return { leased: 1, beyond: 1, milliseconds: 1000 };\n  });"
                ),
            ),
        ),
        (
            (
                "services/security/limits.py",
                "    except Exception as error:\n        raise unavailable() from error\n",
                (
                    "    except Exception as error:\n        if not key:\n"
                    "            raise unavailable() from error\n        return Verdict(True, 1, 1)\n"
                ),
            ),
        ),
    ),
    "nothing is counted where the store is away": Defect(
        _LIMITS,
        _THROTTLE,
        "F8",
        (("services/security/limits.ts", "  window.left -= leased;\n", ""),),
        (("services/security/limits.py", "    window.left -= leased\n", ""),),
    ),
    "a reset works twice": _queries(
        "C10",
        _SESSION,
        (_ONLY_ONCE, _ONLY_ONCE.replace(" and used_at is null", "")),
        (_OPEN, _OPEN.replace(" and token.used_at is null", "")),
    ),
    "a reset never expires": _queries(
        "C10",
        _SESSION,
        (_ONLY_ONCE, _ONLY_ONCE.replace(" and expires_at > now()", "")),
        (_OPEN, _OPEN.replace(" and token.expires_at > now()", "")),
    ),
    "anybody can flood a mailbox": _queries("F12", _THROTTLE, (_FEW, "account.id = account.id")),
    "a reset holds for a day": _queries(
        "C10",
        _SESSION,
        (
            "select account.id, 'reset', now() + interval '15 minutes'",
            "select account.id, 'reset', now() + interval '1 day'",
        ),
    ),
    "sessions outlive a reset": _queries("C10", _SESSION, (_ENDED, f"{_ENDED[:-1]} and false\n")),
    "sessions outlive a new password": _queries("B14", _SESSION, (_OTHERS, f"{_OTHERS[:-1]} and false\n")),
    "a session of somebody else can be ended": _queries(
        "B17", _REFUSAL, (_OWN, _OWN.replace("user_id = $2", "$2::uuid is not null"))
    ),
    "a session is ended in name only": _queries(
        "B17",
        _SESSION,
        (
            f"update internal.sessions set revoked_at = now()\n{_OWN}",
            f"update internal.sessions set revoked_at = revoked_at\n{_OWN}",
        ),
    ),
    "a request says where the link of a reset leads": Defect(
        _RECOVERY,
        _SESSION,
        "C10",
        (
            (_ROUTES[0], "password/forgot', everyone, limited('register'), async (_req, res) => {\n", FORGOT),
            (
                _ROUTES[0],
                "import { z } from 'zod';",
                "import { z } from 'zod';\nimport { mailSettings } from '../../config/mail.js';",
            ),
        ),
        (
            (
                _ROUTES[1],
                "post_forgot(_caller: Everyone, ",
                "post_forgot(request: Request, _caller: Everyone, ",
            ),
            (
                _ROUTES[1],
                "    await request_reset(body.email)\n",
                (
                    "    mail_settings.app_url = f\"https://{request.headers['host']}\"\n"
                    "    await request_reset(body.email)\n"
                ),
            ),
            (
                _ROUTES[1],
                "from config.application import ROLES\n",
                "from config.application import ROLES\nfrom config.mail import mail_settings\n",
            ),
        ),
    ),
    "the old password is not asked for": Defect(
        _RECOVERY,
        _REFUSAL,
        "B21",
        (
            (
                _ACCOUNTS[0],
                "if (!(await verifyPassword(stored, current))) throw passwordWrong();",
                "if (!(await verifyPassword(stored, current)) && !current) throw passwordWrong();",
            ),
        ),
        (
            (
                _ACCOUNTS[1],
                "if not await verify_password(stored, current):",
                "if not await verify_password(stored, current) and not current:",
            ),
        ),
    ),
    "a session makes a key after its end": _queries(
        "B14",
        _SESSION,
        (
            "where id = $5 and user_id = $1 and revoked_at is null and expires_at > now()\n  for share",
            "where id = $5 and user_id = $1",
        ),
    ),
    "any password will do": Defect(
        _PASSWORDS,
        _REFUSAL,
        "C8",
        (
            (
                "services/security/guessable.ts",
                "  if (isGuessable(password, login)) throw",
                "  if (isGuessable(password, login) && !login) throw",
            ),
        ),
        (
            (
                "services/security/guessable.py",
                "    if is_guessable(password, login):",
                "    if is_guessable(password, login) and not login:",
            ),
        ),
    ),
    "a password may repeat the address": Defect(
        _PASSWORDS,
        _REFUSAL,
        "C8",
        (("services/security/guessable.ts", "login.split('@')[0] ?? ''", "login.split('@')[1] ?? ''"),),
        (("services/security/guessable.py", 'login.partition("@")[0]', 'login.partition("@")[2]'),),
    ),
}
