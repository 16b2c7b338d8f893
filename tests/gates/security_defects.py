"""Defects that real backends have, one change each, and the checks that have to find them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DEFECTS", "Defect"]

Edit = tuple[str, str, str]
MIGRATION = "database/migrations/0001_initial.up.sql"
SKU_LET_THROUGH = (
    (MIGRATION, "  'products.update', 'name,", "  'products.update', 'sku,name,"),
    (MIGRATION, "update (name, description, price", "update (sku, name, description, price"),
)
SKU_SET = (
    "  name = case when $2::jsonb ? 'name' then patch.\"name\" else products.name end,\n  description",
    (
        "  sku = case when $2::jsonb ? 'sku' then patch.\"sku\" else products.sku end,\n"
        "  name = case when $2::jsonb ? 'name' then patch.\"name\" else products.name end,\n  description"
    ),
)
SKU_READ = (
    'as patch ("name" text, "description" text, "price"',
    'as patch ("sku" text, "name" text, "description" text, "price"',
)
ROLE_INSERTED = (
    (
        'as profile ("email" text, "name" text)\n), account as (\n'
        '  insert into app.users (email, name)\n  select profile."email", profile."name"\n'
    ),
    (
        'as profile ("email" text, "name" text, "role" text)\n), account as (\n'
        "  insert into app.users (email, name, role)\n"
        '  select profile."email", profile."name", coalesce(profile."role", \'customer\')\n'
    ),
)
REVOKED = "await tx.commit({ name: 'identity.revoke', text: identityQueries.revokeSession, values: [sessionId] });"
VERIFIED = "    return await _bounded(verify_secret, stored or _nobody(), _normalized(password)) and stored is not None"
CTID_SHOWN = ('  users.email as "email",', '  users.email as "email",\n  md5(users.email) as "place",')
ROTATED = "  update internal.refresh_tokens set used_at = now() where digest = $1\n)\n"
PROLONGED = (
    "  update internal.refresh_tokens set used_at = now() where digest = $1\n), longer as (\n"
    "  update internal.sessions set expires_at = now() + interval '30 days' where id = $3\n)\n"
)
SETTINGS = "config/production/settings.env"
KEY_WRITTEN = "METRICS_PORT=9464\nTOKEN_SECRET='9fJ2kLq8Zr4Tn7Vb1Xc5Wd3Ge6Hy0Mu'\n"


@dataclass(frozen=True, slots=True)
class Defect:
    """What is changed on each stack, and the code and check of the failure that must come of it."""

    groups: tuple[str, ...]
    code: str
    check: str
    express: tuple[Edit, ...] = ()
    fastapi: tuple[Edit, ...] = ()

    @property
    def stacks(self) -> tuple[str, ...]:
        """Where it can be planted."""
        return (*(("express",) if self.express else ()), *(("fastapi",) if self.fastapi else ()))


DEFECTS: dict[str, Defect] = {
    "registration takes whatever comes": Defect(
        ("authority",),
        "gate/security-refusal",
        "A8",
        (
            ("database/models/registration.ts", "z.strictObject", "z.looseObject"),
            ("database/queries/identity.ts", *ROLE_INSERTED),
        ),
        (
            ("database/models/fields.py", 'extra="forbid"', 'extra="allow"'),
            ("database/queries/identity.py", *ROLE_INSERTED),
        ),
    ),
    "a read-only field is writable": Defect(
        ("authority",),
        "gate/security-refusal",
        "A8",
        (
            ("database/models/products.ts", "patch({\n  name", "patch({\n  sku: fields.sku,\n  name"),
            ("database/queries/products.ts", *SKU_SET),
            ("database/queries/products.ts", *SKU_READ),
            *SKU_LET_THROUGH,
        ),
        (
            (
                "database/models/products.py",
                "class ProductUpdate(Patch):\n",
                "class ProductUpdate(Patch):\n    sku: Sku = ABSENT\n",
            ),
            ("database/queries/products.py", *SKU_SET),
            ("database/queries/products.py", *SKU_READ),
            *SKU_LET_THROUGH,
        ),
    ),
    "a hidden value is shown": Defect(
        ("authority",),
        "gate/security-leak",
        "A9",
        (("database/queries/users.ts", *CTID_SHOWN),),
        (("database/queries/users.py", *CTID_SHOWN),),
    ),
    "the caller chooses the algorithm": Defect(
        ("tokens",),
        "gate/security-refusal",
        "B1",
        (
            (
                "services/security/tokens.ts",
                "  if (head !== header || !body || !signature || rest.length > 0) return null;\n",
                (
                    "  if (!head || !body || signature === undefined || rest.length > 0) return null;\n"
                    "  if (/none/i.test(Buffer.from(head, 'base64url').toString())) {\n"
                    "    return Claims.safeParse(parsed(Buffer.from(body, 'base64url').toString())).data ?? null;\n"
                    "  }\n  if (head !== header) return null;\n"
                ),
            ),
        ),
        (
            (
                "services/security/tokens.py",
                "    if head != HEADER or not signed:",
                '    if b"none" not in _decoded(head).lower() and not signed:',
            ),
        ),
    ),
    "the header of a token is not looked at": Defect(
        ("tokens",),
        "gate/security-refusal",
        "B5",
        (("services/security/tokens.ts", "head !== header || !body", "!head || !header || !body"),),
        (("services/security/tokens.py", "head != HEADER or ", ""),),
    ),
    "a token is for anybody": Defect(
        ("tokens",),
        "gate/security-refusal",
        "B8",
        (("services/security/tokens.ts", "aud: z.literal(name)", "aud: z.unknown()"),),
        (
            ("services/security/tokens.py", "    aud: str\n", "    aud: object = None\n"),
            ("services/security/tokens.py", "(claims.iss, claims.aud) == (NAME, NAME)", "claims.iss == NAME"),
        ),
    ),
    "a token never expires": Defect(
        ("tokens",),
        "gate/security-refusal",
        "B7",
        (("services/security/tokens.ts", "return exp > now && ", "return exp !== null && "),),
        (("services/security/tokens.py", "claims.exp <= now or ", ""),),
    ),
    "a refresh token works twice": Defect(
        ("sessions",),
        "gate/security-refusal",
        "B12",
        (("services/security/sessions.ts", "used === 't' || live !== 't'", "!used || live !== 't'"),),
        (("services/security/sessions.py", 'used == "t" or live != "t"', 'live != "t"'),),
    ),
    "a family of tokens is not revoked": Defect(
        ("sessions",),
        "gate/security-refusal",
        "B12",
        (
            (
                "services/security/sessions.ts",
                REVOKED,
                "await tx.commit();",
            ),
        ),
        (
            (
                "services/security/sessions.py",
                'await tx.commit(Statement("identity.revoke", queries.REVOKE_SESSION, (session_id,)))',
                "await tx.commit()",
            ),
        ),
    ),
    "logout ends nothing": Defect(
        ("sessions",),
        "gate/security-session",
        "B16",
        (
            (
                "services/security/sessions.ts",
                (
                    "  await write(IDENTITY, { name: 'identity.revoke', text: identityQueries.revokeSession, "
                    "values: [sessionId] });\n"
                ),
                "",
            ),
        ),
        (
            (
                "services/security/sessions.py",
                '    await write(IDENTITY, Statement("identity.revoke", queries.REVOKE_SESSION, (session_id,)))\n',
                "",
            ),
        ),
    ),
    "refresh tokens are numbered": Defect(
        ("sessions",),
        "gate/security-session",
        "B20",
        (
            (
                "services/security/sessions.ts",
                "const newRefreshToken = () => randomBytes(32).toString('base64url');",
                "const newRefreshToken = () => `rt-${process.hrtime.bigint()}-${randomBytes(2).toString('hex')}`;",
            ),
        ),
        (
            (
                "services/security/sessions.py",
                "    return secrets.token_urlsafe(32)",
                "    return f'rt-{__import__(\"time\").monotonic_ns()}-{secrets.token_hex(2)}'",
            ),
        ),
    ),
    "passwords are hashed in no time": Defect(
        ("passwords",),
        "gate/security-storage",
        "C9",
        (("services/security/argon2.ts", "memoryCost: 19_456, timeCost: 2", "memoryCost: 1_024, timeCost: 1"),),
        (("services/security/argon2.py", "time_cost=2, memory_cost=19_456", "time_cost=1, memory_cost=1_024"),),
    ),
    "an unknown login is answered at once": Defect(
        ("passwords",),
        "gate/security-enumeration",
        "C2",
        (
            (
                "services/security/passwords.ts",
                "  const against = stored ?? (await nobody);\n",
                "  void nobody;\n  if (stored === null) return false;\n  const against = stored;\n",
            ),
        ),
        (
            (
                "services/security/passwords.py",
                VERIFIED,
                "    return stored is not None and await _bounded(verify_secret, stored, _normalized(password))",
            ),
        ),
    ),
    "an unknown login is said": Defect(
        ("passwords",),
        "gate/security-enumeration",
        "C1",
        (
            (
                "services/security/sessions.ts",
                "unauthenticated('The login or the password is wrong, or the address has not been verified.',",
                "unauthenticated(userId ? 'The password is wrong.' : 'There is no such account.',",
            ),
        ),
        (
            (
                "services/security/sessions.py",
                '"The login or the password is wrong, or the address has not been verified."',
                '"The password is wrong." if aside.user_id else "There is no such account."',
            ),
        ),
    ),
    "a body may have any size": Defect(
        ("sizes",),
        "gate/security-refusal",
        "F1",
        (
            (
                "api/middleware/body.ts",
                "if (size > settings.bodyLimitBytes)",
                "if (size > settings.bodyLimitBytes * 1e9)",
            ),
            (
                "api/middleware/body.ts",
                "> settings.bodyLimitBytes) return Promise",
                "> settings.bodyLimitBytes * 1e9) return Promise",
            ),
        ),
        (
            (
                "api/middleware/body.py",
                "if announced > settings.body_limit_bytes:",
                "if announced > settings.body_limit_bytes * 10**9:",
            ),
            (
                "api/middleware/body.py",
                "if len(content) > settings.body_limit_bytes:",
                "if len(content) > settings.body_limit_bytes * 10**9:",
            ),
        ),
    ),
    "JSON may be nested without end": Defect(
        ("parsing",),
        "gate/security-refusal",
        "D9",
        (("api/middleware/json.ts", "const MAX_DEPTH = 32;", "const MAX_DEPTH = 1_000_000;"),),
    ),
    "JSON may be nested until the stack ends": Defect(
        ("parsing",),
        "gate/security-answer",
        "D9",
        fastapi=(("api/middleware/strict_json.py", "MAX_DEPTH = 32", "MAX_DEPTH = 1_000_000"),),
    ),
    "a text without an end is begun again and again": Defect(
        ("parsing",),
        "gate/security-slow",
        "D9",
        (
            (
                "api/middleware/json.ts",
                "  checkDepth(text);\n  let value",
                '  checkDepth(text.replace(/"(?:[^"\\\\]|\\\\.)*"/g, \'\'));\n  let value',
            ),
        ),
        (("api/middleware/strict_json.py", '"(?:[^"\\\\]++|\\\\.)*+"?', '"(?:[^"\\\\]|\\\\.)*"'),),
    ),
    "who breaks off after a refusal takes the server along": Defect(
        ("framing",),
        "gate/security-answer",
        "F4",
        (("api/middleware/unreadable.ts", "  socket.on('error', () => socket.destroy());\n", ""),),
    ),
    "a name may come twice": Defect(
        ("parsing",),
        "gate/security-refusal",
        "D10",
        (
            (
                "api/middleware/json.ts",
                "      if (names?.has(name)) throw malformed('The body gives one name twice in an object.');\n",
                "",
            ),
        ),
        (("api/middleware/strict_json.py", "len(value) < len(members)", "len(value) > len(members)"),),
    ),
    "any type of content will do": Defect(
        ("parsing",),
        "gate/security-refusal",
        "D16",
        (
            (
                "api/middleware/body.ts",
                "JSON_TYPE.test(req.headers['content-type'] ?? '')",
                "JSON_TYPE.test('application/json')",
            ),
        ),
        (
            (
                "api/middleware/body.py",
                'headers.get(b"content-type", b"").decode("latin-1")',
                '"application/json"',
            ),
        ),
    ),
    "unknown members are dropped in silence": Defect(
        ("strictness",),
        "gate/security-refusal",
        "D7",
        (("database/models/products.ts", "z.strictObject", "z.object"),),
        (("database/models/fields.py", 'extra="forbid"', 'extra="ignore"'),),
    ),
    "an order is SQL": Defect(
        ("injection", "authority"),
        "gate/security-refusal",
        "A5",
        (
            (
                "services/data/list.ts",
                "sort: z.enum(Object.keys(list.sorts).flatMap((name) => [`-${name}`, name])).default('-createdAt')",
                "sort: z.string().default('-createdAt')",
            ),
            (
                "services/data/list.ts",
                "const order = list.sorts[sort.replace('-', '')];",
                "const order = list.sorts[sort.replace('-', '')] ?? { key: sort, type: 'text' };",
            ),
        ),
        (
            ("services/data/pages.py", "NotRequired[Literal[sorts]]", "NotRequired[str]"),
            (
                "services/data/pages.py",
                'order = listing.sorts[sort.removeprefix("-")]',
                'order = listing.sorts.get(sort.removeprefix("-")) or Sort(sort, "text")',
            ),
            (
                "services/data/pages.py",
                "from services.data.resource import Resource",
                "from services.data.resource import Resource, Sort",
            ),
        ),
    ),
    "errors carry their stack": Defect(
        ("disclosure",),
        "gate/security-leak",
        "J1",
        (
            (
                "api/middleware/problems.ts",
                "'Something went wrong on our side.'",
                "error instanceof Error ? String(error.stack) : ''",
            ),
        ),
        (("api/middleware/problems.py", '"Something went wrong on our side."', "repr(error)"),),
    ),
    "tokens are logged": Defect(
        ("tokens", "log"),
        "gate/security-log",
        "J5",
        (
            (
                "api/middleware/request-log.ts",
                "      method: req.method,\n",
                "      method: req.method,\n      authorization: req.headers.authorization,\n",
            ),
        ),
        (
            (
                "api/middleware/request_log.py",
                "                method=method,\n",
                '                method=method,\n                headers=str(scope["headers"]),\n',
            ),
        ),
    ),
    "a wrong password is not in the log": Defect(
        ("audit",),
        "gate/security-log",
        "J4",
        (("api/middleware/security-log.ts", "if (status < 400)", "if (status !== 429)"),),
        (("api/middleware/security_log.py", "if status < 400:", "if status != 429:"),),
    ),
    "the log does not say who used a token twice": Defect(
        ("audit",),
        "gate/security-log",
        "J4",
        (
            (
                "services/security/sessions.ts",
                "'token_reused' : 'session_ended', userId }",
                "'token_reused' : 'session_ended' }",
            ),
        ),
        (("services/security/sessions.py", '"session_ended", user_id)', '"session_ended")'),),
    ),
    "nobody waits for the end of a head": Defect(
        ("slow",),
        "gate/security-slow",
        "F3",
        (("api/server.ts", "headersTimeout: 10_000", "headersTimeout: 0"),),
        (("api/middleware/unreadable.py", "HEAD_SECONDS = 10", "HEAD_SECONDS = 1000"),),
    ),
    "a header overrides the method": Defect(
        ("authority",),
        "gate/security-refusal",
        "A13",
        (
            (
                "api/application.ts",
                "  app.use(\n    logRequests,",
                (
                    "  app.use((req, _res, next) => {\n"
                    "    req.method = req.get('X-HTTP-Method-Override') ?? req.method;\n"
                    "    next();\n  });\n  app.use(\n    logRequests,"
                ),
            ),
        ),
        (
            (
                "api/middleware/request_log.py",
                '        state = scope["state"]\n',
                (
                    '        named = [value for name, value in scope["headers"] if name == b"x-http-method-override"]\n'
                    '        scope["method"] = named[0].decode() if named else scope["method"]\n'
                    '        state = scope["state"]\n'
                ),
            ),
        ),
    ),
    "TRACE is answered": Defect(
        ("authority",),
        "gate/security-refusal",
        "A13",
        (
            (
                "api/application.ts",
                "  app.use('/v1',",
                (
                    "  app.use((req, res, next) => {\n    if (req.method === 'TRACE') res.json(req.headers);\n"
                    "    else next();\n  });\n  app.use('/v1',"
                ),
            ),
        ),
    ),
    "no security headers": Defect(
        ("browser",),
        "gate/security-headers",
        "A1:",
        (
            (
                "api/middleware/headers.ts",
                "for (const [name, value] of fixed) res.setHeader(name, value);",
                "for (const [name] of fixed) res.removeHeader(name);",
            ),
        ),
        (
            (
                "api/middleware/request_log.py",
                'own_headers = [(b"x-request-id", request_id.encode()), *SECURITY_HEADERS]',
                'own_headers = [(b"x-request-id", request_id.encode()), *SECURITY_HEADERS[:0]]',
            ),
        ),
    ),
    "a cache may keep for all what one caller sees": Defect(
        ("browser",),
        "gate/security-headers",
        "A1:",
        (("api/controllers/resource.ts", "isPublic && !res.locals.caller ?", "isPublic || res.locals.caller ?"),),
        (("api/controllers/resource.py", 'b"private, no-cache"', 'b"public, no-cache"'),),
    ),
    "every origin is let in": Defect(
        ("browser",),
        "gate/security-headers",
        "E1",
        (
            (
                "api/middleware/headers.ts",
                "  for (const [name, value] of fixed) res.setHeader(name, value);\n",
                (
                    "  for (const [name, value] of fixed) res.setHeader(name, value);\n"
                    "  res.setHeader('Access-Control-Allow-Origin', _req.headers.origin ?? '*');\n"
                ),
            ),
        ),
        (
            (
                "api/middleware/request_log.py",
                "*SECURITY_HEADERS]",
                '*SECURITY_HEADERS, (b"access-control-allow-origin", b"*")]',
            ),
        ),
    ),
    "documentation is served in production": Defect(
        ("browser",),
        "gate/security-refusal",
        "E10",
        (
            (
                "api/application.ts",
                "  app.use('/v1',",
                "  app.get('/docs', (_req, res) => {\n    res.json({});\n  });\n  app.use('/v1',",
            ),
        ),
        (("api/application.py", "openapi_url=None", 'openapi_url="/openapi.json"'),),
    ),
    "a weak key is accepted": Defect(
        ("startup",),
        "gate/security-startup",
        "J7",
        (("config/identity.ts", "!guessable(value)", "guessable(value) !== null"),),
        (("config/identity.py", 'in ("staging", "production")', 'in ("staging",)'),),
    ),
    "a malformed number is not caught before it is calculated with": Defect(
        ("injection",),
        "gate/security-answer",
        "D1",
        (("database/models/fields.ts", ".regex(form, { abort: true })", ".regex(form)"),),
    ),
    "a session lasts as long as its token is exchanged": Defect(
        ("sessions",),
        "gate/security-session",
        "B15",
        express=(("database/queries/identity.ts", ROTATED, PROLONGED),),
        fastapi=(("database/queries/identity.py", ROTATED, PROLONGED),),
    ),
    "a key stands in the settings of production": Defect(
        ("files",),
        "gate/security-files",
        "J6",
        express=((SETTINGS, "METRICS_PORT=9464\n", KEY_WRITTEN),),
        fastapi=((SETTINGS, "METRICS_PORT=9464\n", KEY_WRITTEN),),
    ),
}
