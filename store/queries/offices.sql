-- name: put_offices(codes, bodies, names, addresses, opens)
-- Adds offices, and replaces those whose codes are known; all are returned.
insert into offices (code, body, name, address, open)
select * from unnest(
    cast(:codes as text[]), cast(:bodies as text[]), cast(:names as text[]), cast(:addresses as text[]),
    cast(:opens as boolean[])
)
on conflict (code) do update set
    body = excluded.body, name = excluded.name, address = excluded.address, open = excluded.open
returning code, body, name, address, open;

-- name: every_office()
-- All offices.
select code, body, name, address, open from offices order by code;

-- name: find_office(code)^
-- One office.
select code, body, name, address, open from offices where code = :code;
