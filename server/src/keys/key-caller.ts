import { type Actor, beyond, commandActor, keyActor, personActor } from "../core/index";
import type { KeyHolder, Person } from "../http/index";
import { may } from "../organisations/index";
import type { KeyFilter } from "./key-store";
import type { KeyRecord } from "./stored-key";

/** Who manages keys, and which. */
export type KeyCaller =
  /** Manages every key. */
  | { readonly kind: "command"; readonly actor: Actor }
  /** Manages keys of the organisation: all, or those that the person made. */
  | {
      readonly kind: "person";
      readonly actor: Actor;
      readonly organisation: string;
      readonly managesAll: boolean;
    }
  /** Manages keys that may do no more than the key itself: those of the same organisation and person, or tenant. */
  | { readonly kind: "key"; readonly actor: Actor };

/** Returns the caller of a command: `keys create`. */
export function commandCaller(command: string): KeyCaller {
  return { kind: "command", actor: commandActor(command) };
}

export function keyCaller({ keyId }: KeyHolder, address: string): KeyCaller {
  return { kind: "key", actor: keyActor(keyId, address) };
}

export function personCaller(person: Person, address: string): KeyCaller {
  const { userId, organisation } = person;
  return {
    kind: "person",
    actor: personActor(userId, address),
    organisation,
    managesAll: may(person, "keys.change"),
  };
}

/** A caller, with the record of its key if it has one. */
export type KnownCaller = Exclude<KeyCaller, { kind: "key" }> | (KeyCaller & { kind: "key"; readonly own: KeyRecord });

/** Returns what to ask the store for; `isVisible` says which of it the caller may see. */
export function filterOf(caller: KnownCaller): KeyFilter {
  switch (caller.kind) {
    case "command":
      return {};
    case "person":
      return { organisation: caller.organisation, ...(caller.managesAll ? {} : { createdBy: caller.actor.id }) };
    case "key":
      return { organisation: caller.own.organisation };
  }
}

export function isVisible(caller: KnownCaller, key: KeyRecord): boolean {
  switch (caller.kind) {
    case "command":
      return true;
    case "person":
      return key.organisation === caller.organisation && (caller.managesAll || key.createdBy === caller.actor.id);
    case "key": {
      const { own } = caller;
      if (key.organisation !== own.organisation) return false;
      // A key of the operator's may belong to anybody, so that it sees no more than its like.
      if (own.organisation === null) return key.tenant === own.tenant && beyond(key.scopes, own.scopes).length === 0;
      // A member's key must not do more than the member. One without a person is the operator's for the organisation.
      return own.createdBy === null || key.createdBy === own.createdBy;
    }
  }
}

/** Returns the person for whom new keys are noted. */
export function creatorOf(caller: KnownCaller): string | null {
  if (caller.kind === "command") return null;
  return caller.kind === "person" ? caller.actor.id : caller.own.createdBy;
}
