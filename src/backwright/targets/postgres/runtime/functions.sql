create schema app;
create schema internal;
revoke all on schema app, internal from public;

-- Who a statement runs for; the application sets the three for each transaction, and null or '' means nobody.
create function app.user_id() returns uuid
language sql stable parallel safe
return nullif(current_setting('app.user_id', true), '')::uuid;

create function app.user_role() returns text
language sql stable parallel safe
return nullif(current_setting('app.role', true), '');

create function app.operation() returns text
language sql stable parallel safe
return nullif(current_setting('app.operation', true), '');

-- RFC 9562, version 7: 48 bits of milliseconds, 12 of their fraction (6.2, method 3), so that rows of one moment keep their order, then random bits.
create function app.uuid_v7() returns uuid
language sql volatile parallel safe
return (
  substr(
    overlay(encode(int8send((date_part('epoch', clock_timestamp()) * 4096000)::bigint), 'hex') placing '7' from 14 for 0),
    2
  ) || encode(substring(uuid_send(gen_random_uuid()) from 9), 'hex')
)::uuid;

-- The reference itself where the caller can see the row it names; otherwise the error of a broken reference.
create function app.existing(field text, wanted uuid, visible uuid) returns uuid
language plpgsql stable
as $$
begin
  if wanted is not null and visible is null then
    raise foreign_key_violation using message = 'the row referred to does not exist', column = field;
  end if;
  return visible;
end
$$;

-- Arguments: operation, its columns, operation, its columns, …
create function app.guard_columns() returns trigger
language plpgsql
as $$
declare
  -- Generated columns are not worked out yet.
  allowed text[] := array['updated_at', '_search'];
begin
  for at in 0 .. tg_nargs - 2 by 2 loop
    if tg_argv[at] = app.operation() then
      allowed := allowed || string_to_array(tg_argv[at + 1], ',');
    end if;
  end loop;
  if to_jsonb(new) - allowed <> to_jsonb(old) - allowed then
    raise insufficient_privilege using message = 'this operation may not change these columns';
  end if;
  return new;
end
$$;
