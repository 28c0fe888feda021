-- People who sign in, in the schema featstore_auth: the output of Better Auth 1.7.25's `compileMigrations()` for the
-- configuration in server/src/identity/better-auth.ts, with line breaks. A test fails if the configuration needs other tables.
-- They contain no passwords and no tokens of OpenID Connect providers. Link tokens and codes are stored hashed.

do $$
begin
  -- A role may own the schema without the right to create any: then it exists already.
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

-- Not from Better Auth: without it, two first sign-ins at the same time with one account of a provider make two rows, which
-- Better Auth then refuses.
create unique index account_of_provider on featstore_auth.account ("providerId", "accountId");

-- Attempts within a window, such as failed keys of an address. `name` contains a hash instead of the address. All servers
-- share the counts. Unlogged, because a count that is lost in a crash admits a few attempts more.
create unlogged table featstore.attempts (
  name text primary key,
  total bigint not null,
  ends_at timestamptz not null
);
create index attempts_ends_at on featstore.attempts (ends_at);

-- Mails with a link and a code. Link, code and ticket are hashed. The browser that requested the mail holds the ticket,
-- and only it can enter the code: wrong codes of others do not count.
create table featstore.sign_in_mails (
  ticket text primary key,
  email text not null,
  link text not null unique,
  -- Null: the mail has only a link.
  code text,
  wrong_codes integer not null default 0,
  sent_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);
create index sign_in_mails_email on featstore.sign_in_mails (email);
