begin;

set local lock_timeout = '1s';
set local statement_timeout = '30s';

drop schema internal cascade;
drop schema app cascade;

commit;
