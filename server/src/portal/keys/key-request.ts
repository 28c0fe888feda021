import { type Fault, FeatstoreError, namePatternFault } from "../../core/index";
import { DAY } from "../parts/times";
import type { KeyRequest } from "../portal-services";
import type { Form } from "../request/form";
import { limitedScopes } from "./scope-choices";

/** Days until a new key expires; 0: never. */
export const expiryChoices = [
  { value: "30", text: "In 30 days" },
  { value: "90", text: "In 90 days" },
  { value: "365", text: "In a year" },
  { value: "0", text: "Never" },
] as const;

/** How long a replaced key works, in seconds. */
export const graceChoices = [
  { value: "0", text: "At once" },
  { value: "3600", text: "In an hour" },
  { value: "86400", text: "In a day" },
  { value: "604800", text: "In 7 days" },
  { value: "2592000", text: "In 30 days" },
] as const;

export const keyFields = ["name", "scopes", "names", "expires_at", "networks", "requests_per_second"] as const;

export interface ParsedKeyForm {
  /** Without what is wrong, so that the service can check the other fields. */
  readonly request: KeyRequest;
  readonly faults: readonly Fault[];
}

/** Parses the form of a new key. Checks only what the form adds to `KeyRequest`; the service checks the rest. */
export function parseKeyForm(form: Form, now: Date): ParsedKeyForm {
  const faults: Fault[] = [];
  const names = listed(form.get("names"));
  const rightNames: string[] = [];
  for (const name of names) {
    const detail = namePatternFault(name);
    if (detail === undefined) rightNames.push(name);
    else faults.push({ path: "names", detail });
  }
  const days = form.get("expires_at");
  const knowsDays = expiryChoices.some(({ value }) => value === days);
  if (!knowsDays) faults.push({ path: "expires_at", detail: "choose one of the times" });
  const rate = form.get("requests_per_second");
  const isRate = /^[1-9][0-9]{0,8}$/.test(rate);
  if (!isRate && rate !== "") {
    faults.push({ path: "requests_per_second", detail: "enter a whole number such as 50, or leave it empty" });
  }
  if (form.get("name") === "") faults.push({ path: "name", detail: "enter a name, such as that of the program" });
  if (form.all("scopes").length === 0) faults.push({ path: "scopes", detail: "choose at least one" });
  const request = {
    name: form.get("name"),
    scopes: limitedScopes(form.all("scopes"), rightNames),
    expiresAt: days === "0" || !knowsDays ? null : new Date(now.getTime() + Number(days) * DAY),
    networks: listed(form.get("networks")),
    requestsPerSecond: isRate ? Number(rate) : null,
    once: onceOf(form),
  };
  return { request, faults };
}

/** The text that is the same if a browser sends a form again. */
export function onceOf(form: Form): string | undefined {
  return form.get("once") || undefined;
}

/** True if the error says that the form was sent already. */
export function isRepeated(error: unknown): boolean {
  return error instanceof FeatstoreError && error.errors.some(({ path }) => path === "once");
}

/** Errors: `invalid_form`. */
export function graceOf(form: Form): number {
  const grace = form.get("grace");
  if (graceChoices.some(({ value }) => value === grace)) return Number(grace);
  throw invalidForm([{ path: "grace", detail: "choose one of the times" }]);
}

function listed(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((part) => part !== "");
}

export function invalidForm(faults: readonly Fault[]): FeatstoreError {
  return new FeatstoreError("invalid_form", `${faults.map(({ path, detail }) => `${path}: ${detail}`).join("; ")}.`, {
    errors: faults,
  });
}
