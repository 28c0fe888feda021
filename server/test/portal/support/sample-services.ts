import { FeatstoreError } from "../../../src/core/errors";
import { isNetwork } from "../../../src/core/networks";
import { SCOPES } from "../../../src/core/scopes";
import type { KeyService } from "../../../src/keys/keys";
import { InvitationChoice } from "../../../src/organisations/invitation-choice";
import type {
  Caller,
  Client,
  Counts,
  ExampleRequest,
  Invitation,
  KeyRequest,
  Member,
  MonthUsage,
  PortalKey,
  PortalServices,
  Role,
  SignInPort,
  Visitor,
} from "../../../src/portal/index";
import { cookieOf } from "../../../src/portal/request/cookies";
import { emptyUsage, sampleVisitor } from "./sample-data";

/** A mail that was not sent. */
export interface SampleMail {
  readonly email: string;
  readonly token: string;
  readonly code: string;
  readonly next: string;
}

export interface SampleState {
  /** True if the person has no organisation yet. */
  isNew: boolean;
  visitor: Visitor;
  keys: PortalKey[];
  recentDays: Map<string, readonly number[]>;
  usage: MonthUsage;
  members: Member[];
  invitations: Invitation[];
  readonly mails: SampleMail[];
  /** Session cookies that are valid. */
  readonly sessions: Set<string>;
  /** Set to let every service fail with it. */
  failure: unknown;
  example: ExampleRequest | null;
  /** Calls that change something, in order. */
  readonly calls: string[];
}

export interface SampleOptions {
  readonly logsMails?: boolean;
  readonly signup?: SignInPort["signup"];
  readonly provider?: SignInPort["provider"];
  /** Makes keys that the API accepts. */
  readonly keys: KeyService;
  readonly now: () => Date;
}

const invalid = (path: string, detail: string): FeatstoreError =>
  new FeatstoreError("invalid_form", `${path}: ${detail}.`, { errors: [{ path, detail }] });
const missing = (): FeatstoreError => new FeatstoreError("path_not_found", "It does not exist.");

/** Services in memory, with which the pages can be looked at and tested. Every address signs in as the same person. */
export function createSampleServices({
  signup = "open",
  provider = null,
  logsMails = false,
  keys,
  now,
}: SampleOptions) {
  const state: SampleState = {
    visitor: sampleVisitor,
    keys: [],
    recentDays: new Map(),
    usage: emptyUsage,
    members: [],
    invitations: [],
    mails: [],
    sessions: new Set(["sample"]),
    failure: undefined,
    isNew: false,
    example: { operation: "features", view: "speech_sentiment", id: "7" },
    calls: [],
  };
  const enter = (name: string, ...details: readonly unknown[]): void => {
    if (state.failure !== undefined) throw state.failure;
    state.calls.push([name, ...details.map((detail) => JSON.stringify(detail))].join(" "));
  };
  const look = <Value>(value: Value): Value => {
    if (state.failure !== undefined) throw state.failure;
    return value;
  };
  const begin = (join: string | undefined) => {
    const { invitations } = state.visitor;
    if (state.isNew && join === undefined) {
      throw new InvitationChoice(
        invitations.map((invitation) => ({ ...invitation, expires_at: "2026-12-01T00:00:00.000Z" })),
        true,
      );
    }
    const session = `session-${state.sessions.size}`;
    state.sessions.add(session);
    const rest = "Path=/; HttpOnly; SameSite=Lax";
    accept(join ?? "");
    const joined = state.visitor.invitations.length < invitations.length;
    return { cookies: [`session=${session}; ${rest}`, `session_data=kept; ${rest}`], joined };
  };
  const accept = (id: string): void => {
    const { visitor } = state;
    state.visitor = { ...visitor, invitations: visitor.invitations.filter((each) => each.id !== id) };
  };
  const end = (client: Client): readonly string[] => {
    state.sessions.delete(cookieOf(client.cookie, "session") ?? "");
    return ["session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"];
  };
  const replace = (id: string, change: Partial<PortalKey>): PortalKey => {
    const found = state.keys.find((key) => key.id === id);
    if (found === undefined) throw new FeatstoreError("path_not_found", "There is no such key.");
    state.keys = state.keys.map((key) => (key.id === id ? { ...key, ...change } : key));
    return found;
  };

  const signIn: SignInPort = {
    signup,
    provider,
    linkMinutes: 5,
    maxWrongCodes: 3,
    logsMails,
    visitor: async ({ cookie }) => look(state.sessions.has(cookieOf(cookie, "session") ?? "") ? state.visitor : null),
    async requestLink({ email, next }) {
      enter("requestLink", email, next);
      if (!/^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(email))
        throw invalid("email", "enter an address such as ada@acme.example");
      const number = state.mails.length + 1;
      state.mails.push({ email, next, token: `token-${number}`, code: String(100_000 + number) });
      return { ticket: `ticket of ${email}` };
    },
    async verifyCode({ ticket, code, join }) {
      enter("verifyCode", ticket, code);
      const mail = state.mails.findIndex((each) => ticket === `ticket of ${each.email}` && each.code === code);
      if (mail === -1) throw new FeatstoreError("link_invalid", "It was used, or it is too old.");
      const signedIn = begin(join);
      state.mails.splice(mail, 1);
      return signedIn;
    },
    async confirmLink({ token, join }) {
      enter("confirmLink", token);
      const mail = state.mails.findIndex((each) => each.token === token);
      if (mail === -1)
        throw new FeatstoreError("link_invalid", "It was used, or it is too old. A new one is a minute away.");
      const signedIn = begin(join);
      state.mails.splice(mail, 1);
      return signedIn;
    },
    beginProvider: async () => ({ location: "https://login.acme.example/authorize", cookies: [] }),
    finishProvider: async () => ({ next: "/portal/usage", ...look(begin("none")) }),
    signOut: async (client) => look(end(client)),
  };

  const sent = new Set<string>();
  const useOnce = (once: string | undefined): void => {
    if (once !== undefined && sent.has(once)) throw invalid("once", "this was sent already");
    if (once !== undefined) sent.add(once);
  };
  /** Makes a key that the API accepts, for all names. */
  const issue = (name: string, scopes: readonly string[]) =>
    keys.create({ name, scopes: scopes.map((scope) => scope.split(":", 2).join(":")), tenant: null });

  const keyFaults = ({ name, networks }: KeyRequest) => {
    const isInUse = state.keys.some((key) => key.name === name && key.state === "active");
    return [
      ...(isInUse
        ? [{ path: "name", detail: "a key with this name is in use. Take another name, or rotate that key" }]
        : []),
      ...networks
        .filter((network) => !isNetwork(network))
        .map((network) => ({ path: `networks[${network}]`, detail: `"${network}" is not a network` })),
    ];
  };

  const keysPort: PortalServices["keys"] = {
    faultsOf: async (_, request) => look(keyFaults(request)),
    list: async () => look(state.keys),
    allowed: async () => look({ scopes: SCOPES.slice(0, 6), resources: ["*"], requestsPerSecond: 200 }),
    example: async () => look(state.example),
    async create(_, request) {
      const { once, ...rest } = request;
      enter("create", rest);
      useOnce(once);
      const faults = keyFaults(request);
      if (faults.length > 0) throw new FeatstoreError("invalid_form", "The form is wrong.", { errors: faults });
      const made = await issue(request.name, request.scopes);
      const { name, scopes, expiresAt, networks, requestsPerSecond } = request;
      const fresh = { createdAt: now(), lastUsedAt: null, replaced: false, state: "active" } as const;
      const limits = requestsPerSecond === null ? {} : { requests_per_second: requestsPerSecond };
      state.keys = [{ id: made.id, name, scopes, expiresAt, networks, limits, ...fresh }, ...state.keys];
      return { id: made.id, name, text: made.key };
    },
    async rotate(_, id, { graceSeconds, once }) {
      enter("rotate", id, graceSeconds);
      useOnce(once);
      const until = new Date(now().getTime() + graceSeconds * 1000);
      const old = replace(id, {
        replaced: true,
        expiresAt: until,
        state: graceSeconds === 0 ? "expired" : "active",
      });
      if (graceSeconds === 0) await keys.revoke(id);
      const made = await issue(old.name, old.scopes);
      state.keys = [{ ...old, id: made.id, createdAt: now(), lastUsedAt: null }, ...state.keys];
      return { id: made.id, name: old.name, text: made.key };
    },
    async setDisabled(_, id, disabled) {
      enter("setDisabled", id, disabled);
      replace(id, { state: disabled ? "disabled" : "active" });
    },
    async revoke(_, id) {
      enter("revoke", id);
      replace(id, { state: "revoked" });
      await keys.revoke(id).catch(() => undefined);
    },
  };

  const account: PortalServices["account"] = {
    members: async () => look(state.members),
    invitations: async () => look(state.invitations),
    async invite(_, { email, role }) {
      enter("invite", email, role);
      if (!email.includes("@")) throw invalid("email", "enter an address such as ada@acme.example");
      const expiresAt = new Date(now().getTime() + 7 * 86_400_000);
      state.invitations = [
        ...state.invitations,
        { id: `inv_${state.calls.length}`, email, role: role as Role, expiresAt },
      ];
    },
    async withdraw(_, id) {
      enter("withdraw", id);
      if (!state.invitations.some((each) => each.id === id)) throw missing();
      state.invitations = state.invitations.filter((each) => each.id !== id);
    },
    async accept(_, id) {
      enter("accept", id);
      accept(id);
      return [];
    },
    async setRole(_, userId, role) {
      enter("setRole", userId, role);
      if (userId === state.visitor.person.userId) {
        throw new FeatstoreError("invalid_form", "An organisation needs an owner: make another member owner first.");
      }
      state.members = state.members.map((each) => (each.userId === userId ? { ...each, role: role as Role } : each));
    },
    async remove(_, userId) {
      enter("remove", userId);
      state.members = state.members.filter((each) => each.userId !== userId);
    },
    async rename(_, name) {
      enter("rename", name);
      if (name.length > 200) throw invalid("organisation_name", "at most 200 characters");
      state.visitor = { ...state.visitor, organisation: { ...state.visitor.organisation, name } };
    },
    async switchTo(_, id) {
      enter("switchTo", id);
      return [];
    },
    exportPerson: async (caller: Caller) => look(JSON.stringify({ email: caller.person.email })),
    endOtherSessions: async () => enter("endOtherSessions"),
    async deleteAccount(caller) {
      enter("deleteAccount");
      return end(caller.client);
    },
    async deleteOrganisation() {
      enter("deleteOrganisation");
      return [];
    },
  };

  const services: PortalServices = {
    signIn,
    keys: keysPort,
    usage: {
      month: async (_, month) => look(month === state.usage.month ? state.usage : { ...emptyUsage, month }),
      recentDays: async () => look(state.recentDays),
    },
    account,
  };
  return { services, state, count: (id: string) => countRequest(state, id, now()) };
}

/** Counts one request of a key, as the server's meter would. */
function countRequest(state: SampleState, keyId: string, now: Date): void {
  const key = state.keys.find(({ id }) => id === keyId);
  if (key === undefined) return;
  const one: Counts = { requests: 1, rows: 1, bytes: 0, errors: 0 };
  const plus = <Row extends Counts>(row: Row): Row => ({ ...row, requests: row.requests + 1, rows: row.rows + 1 });
  const added = <Row extends Counts>(rows: readonly Row[], is: (row: Row) => boolean, fresh: Row): readonly Row[] =>
    rows.some(is) ? rows.map((row) => (is(row) ? plus(row) : row)) : [...rows, fresh];
  const day = now.getUTCDate();
  const operation = "readFeatures";
  const { usage } = state;
  state.usage = {
    ...usage,
    used: plus(usage.used),
    days: added(usage.days, (row) => row.day === day, { day, ...one }),
    byKey: added(usage.byKey, (row) => row.keyId === keyId, { keyId, name: key.name, ...one }),
    byOperation: added(usage.byOperation, (row) => row.operation === operation, {
      operation,
      ...one,
      p50Ms: 1,
      p99Ms: 1,
    }),
  };
  state.keys = state.keys.map((each) => (each.id === keyId ? { ...each, lastUsedAt: now } : each));
}
