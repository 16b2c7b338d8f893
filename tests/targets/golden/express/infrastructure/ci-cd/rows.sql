-- One line for each column: schema.table.column, how many rows, and a sum over what they hold beside their key.
select format(
  $$select %L, count(*), coalesce(sum(hashtextextended(concat_ws(':', %s, t.%I::text), 0)), 0) from %I.%I t$$,
  format('%I.%I.%I', n.nspname, c.relname, a.attname),
  coalesce(
    (select string_agg(format('t.%I', k.attname), ', ' order by k.attnum) from pg_index i
     join pg_attribute k on k.attrelid = i.indrelid and k.attnum = any (i.indkey) where i.indrelid = c.oid and i.indisprimary),
    'null'),
  a.attname, n.nspname, c.relname)
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema' and c.relname <> 'applied_migrations'
order by n.nspname, c.relname, a.attname
\gexec
