const product = `(select row_to_json(item) from (select
  products.id as "id", products.sku as "sku", products.name as "name", products.description as "description", products.price::text as "price",
  products.stock as "stock", products.status as "status", products.category_id as "categoryId",
  to_char(products.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt",
  to_char(products.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "updatedAt"
) as item)`;

const order = `(select row_to_json(item) from (select
  orders.id as "id", orders.customer_id as "customerId", orders.note as "note", orders.status as "status",
  round((select coalesce(sum(unit_price * quantity), 0) from app.order_lines where order_id = orders.id), 2)::text as "total",
  (select coalesce(json_agg((select row_to_json(item) from (select
    order_lines.id as "id", order_lines.product_id as "productId", order_lines.quantity as "quantity", order_lines.unit_price::text as "unitPrice"
  ) as item) order by order_lines._position), '[]') from app.order_lines where order_lines.order_id = orders.id) as "lines",
  to_char(orders.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt",
  to_char(orders.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "updatedAt"
) as item)`;

const line = `with line as (
  select at, (value ->> 'productId')::uuid as product_id, (value ->> 'quantity')::bigint as quantity
  from jsonb_array_elements($1::jsonb -> 'lines') with ordinality as item (value, at)
)`;

const statement = (name, text) => (...values) => ({ name, text, values });

export const context = statement(
  'context',
  `select set_config('app.user_id', $1, true), set_config('app.role', $2, true), set_config('app.operation', $3, true)`,
);
export const readProduct = statement('product', `select ${product} from app.products where id = $1`);
export const readOrder = statement('order', `select ${order} from app.orders where id = $1`);
export const listOrders = statement('orders', `select ${order}, orders.id from app.orders order by orders.id desc limit $1`);

/** What is missing, inactive or sold out breaks a constraint, and with it the whole batch. */
export const placeOrder = (input, id) => [
  statement('lock', `${line} select null from app.products where id = any(array(select product_id from line)) order by id for no key update`)(input),
  statement(
    'take',
    `${line}, wanted as (select product_id as id, sum(quantity) as stock from line group by 1)
    update app.products set stock = products.stock - wanted.stock, updated_at = now()
    from wanted where products.id = wanted.id and products.id = any(array(select product_id from line))`,
  )(input),
  statement(
    'place',
    `insert into app.orders (id, customer_id, note) values ($2::uuid, app.user_id(), $1::jsonb ->> 'note')`,
  )(input, id),
  statement(
    'lines',
    `${line} insert into app.order_lines (order_id, product_id, quantity, unit_price)
    select $2::uuid, product_id, quantity, (select price from app.products where id = product_id and status = 'active') from line order by at`,
  )(input, id),
  readOrder(id),
];
