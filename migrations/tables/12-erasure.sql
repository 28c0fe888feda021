-- Erasures: the key of one entity is removed from everything that Featstore stores.

-- Erased keys, so that a response that was sampled before an erasure, and is stored after it, does not bring a key back.
-- `key_digest` is an HMAC under the secret below: without the secret nobody finds a key by trying all small numbers.
create table featstore.erased_keys (
  view text not null,
  version integer not null,
  key_digest text not null,
  -- Null: of every scope.
  tenant text,
  -- The newest generation at that time. If later ones have the key, it came from the source again.
  generation integer not null,
  foreign key (view, version) references featstore.feature_views (name, version) on update cascade
);
create index on featstore.erased_keys (view, version, key_digest);

-- The secret of this database. It is made once and stays, so that a proof of an erasure can be checked later.
create table featstore.erasure_secret (
  is_only boolean primary key default true check (is_only),
  -- The secret, 64 bytes, xor 0x36 and xor 0x5c: the two blocks with which an HMAC begins.
  inner_block bytea not null check (length(inner_block) = 64),
  outer_block bytea not null check (length(outer_block) = 64)
);

do $$
declare
  secret bytea := '';
  inner_block bytea := '';
  outer_block bytea := '';
  grantee name;
begin
  -- Each uuid has 122 bits from the server's strong random source.
  for part in 1..2 loop
    secret := secret || sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
  end loop;
  inner_block := secret;
  outer_block := secret;
  for position in 0..63 loop
    inner_block := set_byte(inner_block, position, get_byte(secret, position) # 54);
    outer_block := set_byte(outer_block, position, get_byte(secret, position) # 92);
  end loop;
  insert into featstore.erasure_secret (inner_block, outer_block) values (inner_block, outer_block);
  -- Default privileges may have granted it to others.
  revoke all on featstore.erasure_secret from public;
  for grantee in
    select r.rolname from pg_catalog.pg_class as c
      cross join lateral aclexplode(c.relacl) as granted
      join pg_catalog.pg_roles as r on r.oid = granted.grantee
      where c.oid = 'featstore.erasure_secret'::regclass and granted.grantee <> c.relowner
  loop
    execute format('revoke all on featstore.erasure_secret from %I', grantee);
  end loop;
end $$;

-- After the functions:

create trigger erase_computed_answers after insert on featstore.erased_keys
  for each row execute function featstore.erase_computed_answers();
