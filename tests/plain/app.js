// A backend as somebody writes it by hand in an afternoon: it does what the blueprint says, and nothing beyond that.
import { createHmac } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import express from 'express';
import pg from 'pg';

const SECRET = process.env.TOKEN_SECRET ?? 'secret';
const LIFETIME = 900;
const PERSON = 'id, email, nickname, role, created_at as "createdAt", updated_at as "updatedAt"';
const NOTE = 'id, author_id as "authorId", title, body, shared, created_at as "createdAt", updated_at as "updatedAt"';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_MIGRATION_URL, options: '-c role=plain_owner' });
const query = async (text, ...values) => (await pool.query(text, values)).rows;

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const signature = (text) => createHmac('sha256', SECRET).update(text).digest('base64url');

function sign(claims, lifetime) {
  const text = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ ...claims, exp: Date.now() / 1000 + lifetime })}`;
  return `${text}.${signature(text)}`;
}

function read(token) {
  const [header, payload, signed] = token.split('.');
  if (signed !== signature(`${header}.${payload}`)) return undefined;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return claims.exp > Date.now() / 1000 ? claims : undefined;
}

const tokensOf = ({ id, role }) => ({
  accessToken: sign({ id, role }, LIFETIME),
  tokenType: 'Bearer',
  expiresIn: LIFETIME,
  refreshToken: sign({ id, role, refresh: true }, 30 * 86_400),
});

function signedIn(request, response, next) {
  const [, token] = (request.headers.authorization ?? '').split(' ');
  request.me = token && read(token);
  if (request.me) next();
  else response.status(401).json({ error: 'Please log in' });
}

const app = express();
app.use(express.json());
app.get('/readyz', (_request, response) => response.json({ status: 'ok' }));

app.post('/v1/auth/register', async (request, response) => {
  const { email, nickname, password } = request.body;
  if (!email || !nickname || !password) return response.status(422).json({ error: 'email, nickname and password are required' });
  if ((await query('select 1 from app.people where email = $1', email)).length) return response.status(409).json({ error: 'This address is taken' });
  const [{ id }] = await query('insert into app.people (email, nickname) values ($1, $2) returning id', email, nickname);
  await query('insert into internal.credentials (user_id, password_hash) values ($1, $2)', id, await hash(password));
  response.status(202).json({});
});

app.post('/v1/auth/login', async (request, response) => {
  const { email, password } = request.body;
  const [person] = await query('select * from app.people join internal.credentials on user_id = id where email = $1', email);
  if (!person) return response.status(401).json({ error: 'No such user' });
  if (!(await verify(person.password_hash, password))) return response.status(401).json({ error: 'Wrong password' });
  response.json(tokensOf(person));
});

app.post('/v1/auth/refresh', (request, response) => {
  const claims = read(request.body.refreshToken);
  if (claims?.refresh) response.json(tokensOf(claims));
  else response.status(401).json({ error: 'Please log in' });
});

app.post('/v1/auth/logout', signedIn, (_request, response) => response.status(204).end());

app.get('/v1/me', signedIn, async ({ me }, response) => {
  const [person] = await query(`select ${PERSON} from app.people where id = $1`, me.id);
  response.json(person);
});

app.get('/v1/people', signedIn, async ({ me }, response) => {
  const items = await query(`select ${PERSON} from app.people where id = $1 or $2 = 'moderator' order by id desc limit 20`, me.id, me.role);
  response.json({ items, nextCursor: null });
});

app.get('/v1/people/:id', signedIn, async ({ me, params }, response) => {
  const [person] = await query(`select ${PERSON} from app.people where id = $1`, params.id);
  if (!person) return response.status(404).json({ error: 'Not found' });
  if (person.id !== me.id && me.role !== 'moderator') return response.status(403).json({ error: 'Forbidden' });
  response.json(person);
});

app.patch('/v1/people/:id', signedIn, async ({ me, params, body }, response) => {
  if (params.id !== me.id) return response.status(403).json({ error: 'Forbidden' });
  const [person] = await query(`update app.people set nickname = coalesce($2, nickname) where id = $1 returning ${PERSON}`, me.id, body.nickname);
  response.json(person);
});

app.get('/v1/notes', signedIn, async ({ me }, response) => {
  const items = await query(
    `select ${NOTE} from app.notes where author_id = $1 or shared or $2 = 'moderator' order by id desc limit 20`,
    me.id,
    me.role,
  );
  response.json({ items, nextCursor: null });
});

app.post('/v1/notes', signedIn, async ({ me, body: { title, body, shared } }, response) => {
  if (!title) return response.status(422).json({ error: 'title is required' });
  const values = [me.id, title, body, shared ?? false];
  const [note] = await query(`insert into app.notes (author_id, title, body, shared) values ($1, $2, $3, $4) returning ${NOTE}`, ...values);
  response.status(201).location(`/v1/notes/${note.id}`).json(note);
});

async function noteOf({ me, params }, response, next) {
  const [note] = await query(`select ${NOTE} from app.notes where id = $1`, params.id);
  if (!note) return response.status(404).json({ error: 'Not found' });
  if (note.authorId !== me.id && !note.shared && me.role !== 'moderator') return response.status(403).json({ error: 'Forbidden' });
  response.locals.note = note;
  next();
}

app.get('/v1/notes/:id', signedIn, noteOf, (_request, response) => response.json(response.locals.note));

app.patch('/v1/notes/:id', signedIn, noteOf, async ({ me, body }, response) => {
  const { note } = response.locals;
  if (note.authorId !== me.id) return response.status(403).json({ error: 'Forbidden' });
  const { title, body: text, shared } = { ...note, ...body };
  const [changed] = await query(`update app.notes set title = $2, body = $3, shared = $4 where id = $1 returning ${NOTE}`, note.id, title, text, shared);
  response.json(changed);
});

app.delete('/v1/notes/:id', signedIn, noteOf, async ({ me }, response) => {
  const { note } = response.locals;
  if (note.authorId !== me.id && me.role !== 'moderator') return response.status(403).json({ error: 'Forbidden' });
  await query('delete from app.notes where id = $1', note.id);
  response.status(204).end();
});

const server = app.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
