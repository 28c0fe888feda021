import type { Fault } from "../core/index";
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
  /** Invitations of other organisations to this person. */
  readonly invitations: readonly ReceivedInvitation[];
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

/** The result of signing in. */
export interface SignedIn {
  readonly cookies: Cookies;
  /** True if the person joined an organisation by signing in. */
  readonly joined: boolean;
}

export interface SignInPort {
  readonly signup: "closed" | "invite" | "domains" | "open";
  /** Sign-in with OpenID Connect; null: not configured. `name`: on the button. */
  readonly provider: { readonly name: string } | null;
  /** How long a link and its code work. */
  readonly linkMinutes: number;
  /** Wrong codes after which a mail's code no longer works. */
  readonly maxWrongCodes: number;
  /** True if no mail server is configured: mails are written to the server's log. */
  readonly logsMails: boolean;
  /** The person of a session cookie; null: none. */
  visitor(client: Client): Promise<Visitor | null>;
  /** Mails a link and a code. Does not tell whether the address is known. Field: `email`. */
  requestLink(request: { readonly email: string; readonly next: string; readonly client: Client }): Promise<{
    /** Stays with the browser, which can then enter the mail's code. */
    readonly ticket: string;
  }>;
  /**
   * `join`: the choice of a person without an organisation who is invited. Errors: `link_invalid`; an address without an
   * account gets the same; `InvitationChoice` if `join` is missing.
   */
  verifyCode(request: {
    readonly ticket: string;
    readonly code: string;
    readonly next: string;
    readonly join: string | undefined;
    readonly client: Client;
  }): Promise<SignedIn>;
  /** `join`: as for `verifyCode`. */
  confirmLink(request: {
    readonly token: string;
    readonly next: string;
    readonly join: string | undefined;
    readonly client: Client;
  }): Promise<SignedIn>;
  /** Begins a sign-in with the provider. `location`: the provider's page. */
  beginProvider(next: string, client: Client): Promise<{ readonly location: string; readonly cookies: Cookies }>;
  /** Ends it with the query of the provider's answer. */
  finishProvider(query: string, client: Client): Promise<SignedIn & { readonly next: string }>;
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
  /** Its own limits below the tier's, by name: `requests_per_second`. */
  readonly limits: Readonly<Record<string, number>>;
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
  /** Of two requests of a person with the same text only one makes a key; undefined: each does. */
  readonly once: string | undefined;
}

export interface KeysPort {
  /** Newest first, ended ones included. */
  list(caller: Caller): Promise<readonly PortalKey[]>;
  /** The choices for a new key. */
  allowed(caller: Caller): Promise<AllowedKey>;
  /** A request that answers 200 with this key; null: there is none. */
  example(caller: Caller, keyId: string): Promise<ExampleRequest | null>;
  /** Fields: those of `KeyRequest`. */
  create(caller: Caller, request: KeyRequest): Promise<MadeKey>;
  /** Returns the faults for which `create` would refuse a request. */
  faultsOf(caller: Caller, request: KeyRequest): Promise<readonly Fault[]>;
  /** The old key works for the grace period, in seconds. Fields: `grace`, `once`. */
  rotate(caller: Caller, id: string, request: KeyRotation): Promise<MadeKey>;
  setDisabled(caller: Caller, id: string, disabled: boolean): Promise<void>;
  revoke(caller: Caller, id: string): Promise<void>;
}

export interface KeyRotation {
  readonly graceSeconds: number;
  /** As of `KeyRequest`. */
  readonly once: string | undefined;
}

export interface AllowedKey {
  readonly scopes: readonly string[];
  /** Patterns of names of the tier: `speech_*`. */
  readonly resources: readonly string[];
  readonly requestsPerSecond: number;
}

export type ExampleRequest =
  | { readonly operation: "features"; readonly view: string; readonly id: string }
  /** `embedding`: `view.feature`. */
  | { readonly operation: "embedding"; readonly embedding: string; readonly id: string }
  | { readonly operation: "feature-views" | "keys" | "account" | "usage" };

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
  /** The consequence of passing a limit. */
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
  /** Ends the sessions of the person's other browsers. */
  endOtherSessions(caller: Caller): Promise<void>;
  deleteAccount(caller: Caller): Promise<Cookies>;
  deleteOrganisation(caller: Caller): Promise<Cookies>;
}
