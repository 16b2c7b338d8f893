from typing import Annotated, Literal

from database.models.fields import email
from services.data.resource import Filter, List, Resource, Sort

JSON = """(select row_to_json(item) from (select
  users.id as "id",
  users.email as "email",
  users.name as "name",
  users.role as "role",
  to_char(users.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt",
  to_char(users.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "updatedAt"
) as item)"""

users = Resource(
    name="users",
    read=f"select {JSON} from app.users where users.id = $1",
    list=List(
        select=f"select {JSON}, {{key}}, users.id from app.users",
        id="users.id",
        filters={
            "email": Filter(Annotated[str, email(3, 254)], "users.email = ?"),
            "role": Filter(Literal["customer", "staff", "admin"], "users.role = ?"),
        },
        sorts={
            "createdAt": Sort("users.id", "uuid"),
            "name": Sort("users.name", "text"),
        },
    ),
    update="""update app.users
set
  name = case when $2::jsonb ? 'name' then patch."name" else users.name end,
  updated_at = now()
from jsonb_to_record($2::jsonb) as patch ("name" text)
where users.id = $1""",
    lock="select 1 from app.users where id = $1 for no key update",
)
