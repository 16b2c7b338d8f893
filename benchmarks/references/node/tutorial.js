import express from 'express';
import jwt from 'jsonwebtoken';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const app = express();
app.use(express.json());
app.get('/readyz', (_req, res) => res.json({ status: 'ready' }));

app.use((req, res, next) => {
  try {
    req.user = jwt.verify((req.headers.authorization ?? '').split(' ')[1], process.env.TOKEN_SECRET);
  } catch {
    return res.status(401).json({ error: 'unauthenticated' });
  }
  next();
});

const product = (row) => ({
  id: row.id,
  sku: row.sku,
  name: row.name,
  description: row.description,
  price: row.price,
  stock: Number(row.stock),
  status: row.status,
  categoryId: row.category_id,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const order = (row, lines) => ({
  id: row.id,
  customerId: row.customer_id,
  note: row.note,
  status: row.status,
  total: lines.reduce((sum, line) => sum + line.unit_price * line.quantity, 0).toFixed(2),
  lines: lines.map((line) => ({ id: line.id, productId: line.product_id, quantity: Number(line.quantity), unitPrice: line.unit_price })),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

app.get('/v1/products/:id', async (req, res) => {
  const { rows } = await pool.query('SELECT * FROM app.products WHERE id = $1', [req.params.id]);
  if (rows.length === 0) return res.status(404).json({ error: 'not_found' });
  res.json(product(rows[0]));
});

app.get('/v1/orders', async (req, res) => {
  const limit = Number(req.query.limit ?? 20);
  const { rows } = await pool.query('SELECT * FROM app.orders WHERE customer_id = $1 ORDER BY id DESC LIMIT $2', [req.user.sub, limit]);
  const { rows: lines } = await pool.query('SELECT * FROM app.order_lines WHERE order_id = ANY($1) ORDER BY _position', [rows.map((row) => row.id)]);
  res.json({ items: rows.map((row) => order(row, lines.filter((line) => line.order_id === row.id))) });
});

app.post('/v1/orders', async (req, res) => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const created = await client.query('INSERT INTO app.orders (customer_id, note) VALUES ($1, $2) RETURNING *', [req.user.sub, req.body.note]);
    const lines = [];
    for (const { productId, quantity } of req.body.lines) {
      const found = await client.query('SELECT * FROM app.products WHERE id = $1 FOR UPDATE', [productId]);
      const [item] = found.rows;
      if (item?.status !== 'active' || item.stock < quantity) throw Object.assign(new Error('out_of_stock'), { status: 409 });
      await client.query('UPDATE app.products SET stock = stock - $2, updated_at = now() WHERE id = $1', [productId, quantity]);
      const line = await client.query(
        'INSERT INTO app.order_lines (order_id, product_id, quantity, unit_price) VALUES ($1, $2, $3, $4) RETURNING *',
        [created.rows[0].id, productId, quantity, item.price],
      );
      lines.push(line.rows[0]);
    }
    await client.query('COMMIT');
    res.status(201).json(order(created.rows[0], lines));
  } catch (error) {
    await client.query('ROLLBACK');
    res.status(error.status ?? 500).json({ error: error.message });
  } finally {
    client.release();
  }
});

app.listen(Number(process.env.PORT), '127.0.0.1');
