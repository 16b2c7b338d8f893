-- Servers keep answers until they hear that something was written of what they show. The arguments are the collections
-- of these answers; a transaction says each name once, at its commit.
create function internal.announce_changes() returns trigger
language plpgsql
as $$
begin
  for at in 0 .. tg_nargs - 1 loop
    perform pg_notify('changes', tg_argv[at]);
  end loop;
  return null;
end
$$;

