import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { name, roles } from '../../config/application.js';
import { identitySettings } from '../../config/identity.js';
import { uuid } from '../../database/models/fields.js';
import type { SessionCaller } from './caller.js';

const keyOf = (secret: string) => createSecretKey(Buffer.from(secret));
const key = keyOf(identitySettings.tokenSecret);
const accepted = identitySettings.acceptedSecrets.map(keyOf);
const header = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'at+jwt' })).toString('base64url');
const LEEWAY_SECONDS = 30;
const MAX_TOKEN_LENGTH = 2048;

const Claims = z.object({
  iss: z.literal(name),
  aud: z.literal(name),
  sub: uuid(),
  role: z.enum(roles),
  sid: uuid(),
  iat: z.int(),
  nbf: z.int().optional(),
  exp: z.int(),
});

const sign = (content: string, by = key) => createHmac('sha256', by).update(content).digest();

const nowSeconds = () => Math.floor(Date.now() / 1000);

/** A signed access token (RFC 9068 profile of RFC 7519, HS256). */
export function issueAccessToken(caller: SessionCaller, lifetimeSeconds = identitySettings.accessTokenSeconds): string {
  const now = nowSeconds();
  const claims = {
    iss: name,
    aud: name,
    sub: caller.userId,
    role: caller.role,
    sid: caller.sessionId,
    iat: now,
    exp: now + lifetimeSeconds,
  };
  const content = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${content}.${sign(content).toString('base64url')}`;
}

/** The caller of a valid token, otherwise null. */
export function verifyAccessToken(token: string): SessionCaller | null {
  const claims = token.length <= MAX_TOKEN_LENGTH ? (known.get(token) ?? remembered(token)) : null;
  if (!claims) return null;
  const { sub, role, sid, iat, nbf = iat, exp } = claims;
  const now = nowSeconds();
  return exp > now && Math.max(iat, nbf) <= now + LEEWAY_SECONDS ? { userId: sub, role, sessionId: sid } : null;
}

type SignedClaims = z.output<typeof Claims>;

/** What was signed does not change, so it is looked at once. */
const known = new Map<string, SignedClaims>();
const MAX_KNOWN = 4096;

function remembered(token: string): SignedClaims | null {
  const claims = signedClaims(token);
  if (claims) known.set(token, claims);
  if (known.size > MAX_KNOWN) known.delete(String(known.keys().next().value));
  return claims;
}

/** What we signed, whatever the time. The header must be byte for byte our own, so no algorithm can be chosen (RFC 8725, 3.1). */
function signedClaims(token: string): SignedClaims | null {
  const [head, body, signature, ...rest] = token.split('.');
  if (head !== header || !body || !signature || rest.length > 0) return null;
  const given = Buffer.from(signature);
  const signed = accepted.some((by) => {
    const wanted = Buffer.from(sign(`${head}.${body}`, by).toString('base64url'));
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
  if (!signed) return null;
  return Claims.safeParse(parsed(Buffer.from(body, 'base64url').toString())).data ?? null;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
