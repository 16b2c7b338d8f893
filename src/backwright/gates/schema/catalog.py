"""A snapshot of everything that a database holds, object by object."""

from __future__ import annotations

from types import MappingProxyType

import psycopg
from psycopg.rows import tuple_row

__all__ = ["Snapshot", "differences", "snapshot"]

Snapshot = dict[tuple[str, str], str]

_OURS = "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'"
_QUERIES = MappingProxyType(
    {
        "schema": f"""
            select n.nspname, concat_ws(' ', pg_get_userbyid(n.nspowner), n.nspacl)
            from pg_namespace n where {_OURS}""",
        "relation": f"""
            select format('%I.%I', n.nspname, c.relname),
                   concat_ws(' ', c.relkind, pg_get_userbyid(c.relowner), c.relrowsecurity, c.relforcerowsecurity,
                             c.relacl, c.reloptions, case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace where {_OURS} and c.relkind <> 'i'""",
        "column": f"""
            select format('%I.%I.%I', n.nspname, c.relname, a.attname),
                   concat_ws(' ', a.attnum, format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation,
                             a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid), a.attacl)
            from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
            left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
            where {_OURS} and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f', 'c')""",
        "constraint": f"""
            select format('%I on %s', k.conname,
                          coalesce(nullif(k.conrelid, 0)::regclass::text, k.contypid::regtype::text)),
                   concat_ws(' ', pg_get_constraintdef(k.oid), k.convalidated)
            from pg_constraint k join pg_namespace n on n.oid = k.connamespace where {_OURS}""",
        "index": f"""
            select format('%I.%I', n.nspname, c.relname), concat_ws(' ', pg_get_indexdef(c.oid), i.indisvalid)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_index i on i.indexrelid = c.oid
            where {_OURS}""",
        "function": f"""
            select p.oid::regprocedure::text,
                   concat_ws(' ', case when p.prokind in ('f', 'p') then pg_get_functiondef(p.oid) end,
                             pg_get_userbyid(p.proowner), p.proacl)
            from pg_proc p join pg_namespace n on n.oid = p.pronamespace where {_OURS}""",
        "policy": """
            select format('%I on %I.%I', policyname, schemaname, tablename),
                   concat_ws(' ', permissive, roles, cmd, qual, '/', with_check)
            from pg_policies""",
        "trigger": f"""
            select format('%I on %I.%I', t.tgname, n.nspname, c.relname),
                   concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled)
            from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
            where {_OURS} and not t.tgisinternal""",
        "type": f"""
            select format('%I.%I', n.nspname, t.typname),
                   concat_ws(' ', t.typtype, format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault,
                             (select string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_enum e
                              where e.enumtypid = t.oid))
            from pg_type t join pg_namespace n on n.oid = t.typnamespace
            where {_OURS} and t.typtype in ('d', 'e', 'r')""",
        "extension": "select extname, extversion from pg_extension",
        "default privileges": """
            select concat_ws(' ', pg_get_userbyid(defaclrole), defaclnamespace::regnamespace, defaclobjtype),
                   defaclacl::text
            from pg_default_acl""",
        "setting": """
            select concat_ws(' ', s.setrole::regrole), s.setconfig::text from pg_db_role_setting s
            join pg_database d on d.oid = s.setdatabase where d.datname = current_database()""",
    }
)


def snapshot(connection: psycopg.Connection) -> Snapshot:
    """Kind and name of every object, with its definition, owner and rights."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        return {
            (kind, str(name)): str(definition)
            for kind, query in _QUERIES.items()
            for name, definition in cursor.execute(query).fetchall()
        }


def differences(before: Snapshot, after: Snapshot) -> list[str]:
    """What `after` has too much, too little, or otherwise."""
    found = [f"{kind} {name} is left over" for kind, name in sorted(after.keys() - before.keys())]
    found += [f"{kind} {name} is gone" for kind, name in sorted(before.keys() - after.keys())]
    found += [
        f"{kind} {name} was\n  {before[kind, name]}\nand is\n  {after[kind, name]}"
        for kind, name in sorted(before.keys() & after.keys())
        if before[kind, name] != after[kind, name]
    ]
    return found
