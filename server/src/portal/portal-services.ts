import type { Person } from "../http/index";

/**
 * The functions that the pages call. Errors of all of them: `FeatstoreError`s, whose detail the page shows. If a fault's
 * path is the name of a form's field, its detail stands below that field.
 */
export interface PortalServices {
  readonly signIn: SignInPort;
  readonly keys: KeysPort;
  readonly usage: UsagePort;
  readonly account: AccountPort;
}

/** The sender of a request. */
export interface Client {
  readonly address: string;
  /** The header as it came. */
  readonly cookie: string | undefined;
  readonly userAgent: string | undefined;
}

/** A signed-in person with their organisations. */
export interface Visitor {
  readonly person: Person;
  readonly organisation: Organisation;
  /** All organisations of the person, the present one included. */
  readonly organisations: readonly { readonly id: string; readonly name: string }[];
  /** Actions that the pages offer; the services check them again. */
  readonly may: {
    readonly changeKeys: boolean;
    readonly changeMembers: boolean;
    readonly deleteOrganisation: boolean;
  };
}

export interface Organisation {
  readonly id: string;
  readonly name: string;
  readonly tier: string;
}

export interface Caller extends Visitor {
  readonly client: Client;
}

/** Texts for `Set-Cookie`. */
export type Cookies = readonly string[];

export interface SignInPort {
  readonly signup: "closed" | "invite" | "domains" | "open";
  /** Sign-in with OpenID Connect; null: not configured. `name`: on the button. */
  readonly provider: { readonly name: string } | null;
  /** How long a link and its code work. */
  readonly linkMinutes: number;
  /** The person of a session cookie; null: none. */
  visitor(client: Client): Promise<Visitor | null>;
  /** Mails a link and a code. Does not tell whether the address is known. Field: `email`. */
  requestLink(request: { readonly email: string; readonly next: string; readonly client: Client }): Promise<void>;
  /** Field: `code`. */
  verifyCode(request: {
    readonly email: string;
    readonly code: string;
    readonly next: string;
    readonly client: Client;
  }): Promise<Cookies>;
  /** `next`: an invitation's page lets a new person join its organisation. */
  confirmLink(request: { readonly token: string; readonly next: string; readonly client: Client }): Promise<Cookies>;
  /** Begins a sign-in with the provider. `location`: the provider's page. */
  beginProvider(next: string, client: Client): Promise<{ readonly location: string; readonly cookies: Cookies }>;
  /** Ends it with the query of the provider's answer. */
  finishProvider(query: string, client: Client): Promise<{ readonly next: string; readonly cookies: Cookies }>;
  signOut(client: Client): Promise<Cookies>;
}

export interface PortalKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly state: "active" | "disabled" | "expired" | "revoked";
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  /** True if another key replaced this one; it works until `expiresAt`. */
  readonly replaced: boolean;
  /** CIDR blocks; empty: any address. */
  readonly networks: readonly string[];
  /** Its own limit below the tier's; null: none. */
  readonly requestsPerSecond: number | null;
}

/** A new key. `text` is shown once and stored nowhere. */
export interface MadeKey {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

export interface KeyRequest {
  readonly name: string;
  readonly scopes: readonly string[];
  /** Null: never. */
  readonly expiresAt: Date | null;
  readonly networks: readonly string[];
  readonly requestsPerSecond: number | null;
}

export interface KeysPort {
  /** Newest first, ended ones included. */
  list(caller: Caller): Promise<readonly PortalKey[]>;
  /** What a new key may have. */
  allowed(caller: Caller): Promise<AllowedKey>;
  /** A read that answers 200 with this key; null: there is none, and the lines list the views. */
  example(caller: Caller, keyId: string): Promise<ExampleRead | null>;
  /** Fields: those of `KeyRequest`. */
  create(caller: Caller, request: KeyRequest): Promise<MadeKey>;
  /** The old key works for the grace period, in seconds. Field: `grace`. */
  rotate(caller: Caller, id: string, graceSeconds: number): Promise<MadeKey>;
  setDisabled(caller: Caller, id: string, disabled: boolean): Promise<void>;
  revoke(caller: Caller, id: string): Promise<void>;
}

export interface AllowedKey {
  readonly scopes: readonly string[];
  /** Patterns of names of the tier: `lyric_*`. */
  readonly resources: readonly string[];
  readonly requestsPerSecond: number;
}

export interface ExampleRead {
  readonly view: string;
  readonly id: string;
}

/** Sums of one day, month, key or operation. */
export interface Counts {
  readonly requests: number;
  readonly rows: number;
  /** Bytes of downloads. */
  readonly bytes: number;
  /** Requests that got a 4xx or a 5xx. */
  readonly errors: number;
}

export type Measure = "requests" | "rows" | "bytes";

export interface MonthUsage {
  /** `2026-11`, UTC. */
  readonly month: string;
  /** Without uncounted requests of the last seconds. */
  readonly used: Counts;
  /** Null: no limit. */
  readonly limits: Readonly<Record<Measure, number | null>>;
  /** What happens above a limit. */
  readonly excess: "refuse" | "serve";
  readonly rate: { readonly perSecond: number; readonly burst: number };
  /** Days with requests, in order. `day`: 1 to 31. */
  readonly days: readonly (Counts & { readonly day: number })[];
  readonly byKey: readonly (Counts & { readonly keyId: string; readonly name: string })[];
  readonly byOperation: readonly (Counts & {
    readonly operation: string;
    readonly p50Ms: number;
    readonly p99Ms: number;
  })[];
}

export interface UsagePort {
  month(caller: Caller, month: string): Promise<MonthUsage>;
  /** Per key, its requests of each of the last 12 days, the newest last. */
  recentDays(caller: Caller): Promise<ReadonlyMap<string, readonly number[]>>;
}

export type Role = "owner" | "admin" | "member";

export interface Member {
  readonly userId: string;
  readonly email: string;
  readonly role: Role;
  readonly joinedAt: Date;
}

export interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly expiresAt: Date;
}

export interface ReceivedInvitation {
  readonly id: string;
  readonly organisation: string;
  readonly role: Role;
}

export interface AccountPort {
  members(caller: Caller): Promise<readonly Member[]>;
  invitations(caller: Caller): Promise<readonly Invitation[]>;
  /** Invitations of other organisations to this person. */
  received(caller: Caller): Promise<readonly ReceivedInvitation[]>;
  /** Fields: `email`, `role`. */
  invite(caller: Caller, invitation: { readonly email: string; readonly role: string }): Promise<void>;
  withdraw(caller: Caller, invitationId: string): Promise<void>;
  accept(caller: Caller, invitationId: string): Promise<Cookies>;
  setRole(caller: Caller, userId: string, role: string): Promise<void>;
  remove(caller: Caller, userId: string): Promise<void>;
  /** Field: `organisation_name`. */
  rename(caller: Caller, name: string): Promise<void>;
  switchTo(caller: Caller, organisationId: string): Promise<Cookies>;
  /** Everything stored about the person, as JSON. */
  exportPerson(caller: Caller): Promise<string>;
  deleteAccount(caller: Caller): Promise<Cookies>;
  deleteOrganisation(caller: Caller): Promise<Cookies>;
}
