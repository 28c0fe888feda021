-- The tables of Better Auth 1.7.25: the output of its `compileMigrations()` for the configuration in
-- server/src/identity/better-auth.ts, with line breaks. A test fails if that configuration needs other tables.
-- They hold no passwords and no tokens of OpenID Connect providers. Link tokens and codes are stored hashed.

do $$
begin
  -- A role may own the schema without the right to create any: then it is there already.
  if to_regnamespace('featstore_auth') is null then create schema featstore_auth; end if;
end $$;
comment on schema featstore_auth is 'Featstore: people who sign in (Better Auth)';

create table "featstore_auth"."user" (
  "id" text not null primary key,
  "name" text not null,
  "email" text not null unique,
  "emailVerified" boolean not null,
  "image" text,
  "createdAt" timestamptz default CURRENT_TIMESTAMP not null,
  "updatedAt" timestamptz default CURRENT_TIMESTAMP not null
);

create table "featstore_auth"."session" (
  "id" text not null primary key,
  "expiresAt" timestamptz not null,
  "token" text not null unique,
  "createdAt" timestamptz default CURRENT_TIMESTAMP not null,
  "updatedAt" timestamptz not null,
  "ipAddress" text,
  "userAgent" text,
  "userId" text not null references "featstore_auth"."user" ("id") on delete cascade
);

create table "featstore_auth"."account" (
  "id" text not null primary key,
  "accountId" text not null,
  "providerId" text not null,
  "userId" text not null references "featstore_auth"."user" ("id") on delete cascade,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  "scope" text,
  "password" text,
  "createdAt" timestamptz default CURRENT_TIMESTAMP not null,
  "updatedAt" timestamptz not null
);

create table "featstore_auth"."verification" (
  "id" text not null primary key,
  "identifier" text not null,
  "value" text not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz default CURRENT_TIMESTAMP not null,
  "updatedAt" timestamptz default CURRENT_TIMESTAMP not null
);

create index "session_userId_idx" on "featstore_auth"."session" ("userId");
create index "account_userId_idx" on "featstore_auth"."account" ("userId");
create index "verification_identifier_idx" on "featstore_auth"."verification" ("identifier");

-- Ours: two first sign-ins at once with one account of a provider would otherwise make two rows, which it then refuses.
create unique index account_of_provider on featstore_auth.account ("providerId", "accountId");
