from typing import Annotated, Literal

from database.models.fields import uuid
from services.data.resource import Filter, List, Resource, Sort

JSON = """(select row_to_json(item) from (select
  orders.id as "id",
  orders.customer_id as "customerId",
  orders.note as "note",
  orders.status as "status",
  round((select coalesce(sum(q.v), 0) from (select (r1.unit_price * r1.quantity) as v from app.order_lines r1 where r1.order_id = orders.id) q), 2)::text as "total",
  (select coalesce(json_agg((select row_to_json(item) from (select
    order_lines.id as "id",
    order_lines.product_id as "productId",
    order_lines.quantity as "quantity",
    order_lines.unit_price::text as "unitPrice"
  ) as item) order by order_lines._position), '[]')
    from app.order_lines where order_lines.order_id = orders.id) as "lines",
  to_char(orders.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt",
  to_char(orders.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "updatedAt"
) as item)"""

orders = Resource(
    name="orders",
    read=f"select {JSON} from app.orders where orders.id = $1",
    list=List(
        select=f"select {JSON}, {{key}}, orders.id from app.orders",
        id="orders.id",
        filters={
            "customerId": Filter(Annotated[str, uuid()], "orders.customer_id = ?"),
            "status": Filter(Literal["pending", "paid", "shipped", "delivered", "cancelled"], "orders.status = ?"),
        },
        sorts={
            "createdAt": Sort("orders.id", "uuid"),
        },
    ),
    lock="select 1 from app.orders where id = $1 for no key update",
)
