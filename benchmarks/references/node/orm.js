import express from 'express';
import jwt from 'jsonwebtoken';
import { DataTypes, Sequelize } from 'sequelize';

const sequelize = new Sequelize(process.env.DATABASE_URL, { dialect: 'postgres', logging: false, pool: { max: 10 } });
const options = { schema: 'app', underscored: true, timestamps: true };
const id = { type: DataTypes.UUID, primaryKey: true, defaultValue: Sequelize.literal('app.uuid_v7()') };

const Product = sequelize.define(
  'Product',
  {
    id,
    sku: DataTypes.TEXT,
    name: DataTypes.TEXT,
    description: DataTypes.TEXT,
    price: DataTypes.DECIMAL(14, 2),
    stock: DataTypes.BIGINT,
    status: DataTypes.TEXT,
    categoryId: DataTypes.UUID,
  },
  { ...options, tableName: 'products' },
);
const Order = sequelize.define(
  'Order',
  { id, customerId: DataTypes.UUID, note: DataTypes.TEXT, status: { type: DataTypes.TEXT, defaultValue: 'pending' } },
  { ...options, tableName: 'orders' },
);
const OrderLine = sequelize.define(
  'OrderLine',
  { id, productId: DataTypes.UUID, quantity: DataTypes.BIGINT, unitPrice: DataTypes.DECIMAL(14, 2) },
  { ...options, tableName: 'order_lines' },
);
Order.hasMany(OrderLine, { as: 'lines', foreignKey: { name: 'orderId', field: 'order_id' } });

const show = (order) => {
  const { lines, ...row } = order.toJSON();
  return {
    ...row,
    total: lines.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0).toFixed(2),
    lines: lines.map(({ id, productId, quantity, unitPrice }) => ({ id, productId, quantity: Number(quantity), unitPrice })),
  };
};

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

app.get('/v1/products/:id', async (req, res) => {
  const product = await Product.findByPk(req.params.id);
  if (!product) return res.status(404).json({ error: 'not_found' });
  res.json({ ...product.toJSON(), stock: Number(product.stock) });
});

app.get('/v1/orders', async (req, res) => {
  const found = await Order.findAll({
    where: { customerId: req.user.sub },
    include: 'lines',
    order: [['id', 'DESC'], ['lines', 'id', 'ASC']],
    limit: Number(req.query.limit ?? 20),
  });
  res.json({ items: found.map(show) });
});

app.post('/v1/orders', async (req, res) => {
  try {
    const order = await sequelize.transaction(async (transaction) => {
      const lines = [];
      for (const { productId, quantity } of req.body.lines) {
        const product = await Product.findByPk(productId, { transaction, lock: true });
        if (product?.status !== 'active' || product.stock < quantity) throw Object.assign(new Error('out_of_stock'), { status: 409 });
        await product.decrement('stock', { by: quantity, transaction });
        lines.push({ productId, quantity, unitPrice: product.price });
      }
      return Order.create({ customerId: req.user.sub, note: req.body.note, lines }, { include: 'lines', transaction });
    });
    res.status(201).json(show(order));
  } catch (error) {
    res.status(error.status ?? 500).json({ error: error.message });
  }
});

app.listen(Number(process.env.PORT), '127.0.0.1');
