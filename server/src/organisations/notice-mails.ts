import type { Mail } from "../mail/index";
import { nameInMail } from "./name-fault";

/** A part of a month's quota that an organisation has used. */
export interface QuotaReached {
  readonly organisation: string;
  /** `2026-01` */
  readonly month: string;
  readonly quota: "requests" | "rows" | "bytes";
  readonly percent: number;
  readonly used: number;
  readonly maximum: number;
}

/** An API key that its owner should rotate. */
export interface KeyDue {
  readonly id: string;
  readonly name: string;
  readonly organisation: string | null;
  /** The user id of the person who made it. */
  readonly createdBy: string | null;
}

/** Where the pages are. `organisation`: its name. */
interface Place {
  readonly baseUrl: string;
  readonly organisation: string;
}

const UNITS: Readonly<Record<QuotaReached["quota"], string>> = {
  requests: "requests",
  rows: "rows",
  bytes: "bytes of downloads",
};

/** The text of the mail about a quota. */
export function quotaMail(
  { month, quota, percent, used, maximum }: QuotaReached,
  { baseUrl, organisation }: Place,
): Omit<Mail, "to"> {
  return {
    subject: percent >= 100 ? "The quota of this month is used up" : "Most of this month's quota is used",
    text: [
      `The organisation "${nameInMail(organisation)}" has used ${percent} % of its ${UNITS[quota]} of ${month}: ${used} of ${maximum}.`,
      "",
      `${baseUrl}/portal/usage shows what used them. The quota begins anew with the next month (UTC).`,
      "",
    ].join("\n"),
  };
}

/** The text of the mail about an old key. */
export function keyDueMail({ id, name }: KeyDue, { baseUrl, organisation }: Place): Omit<Mail, "to"> {
  return {
    subject: "An API key should be rotated",
    text: [
      `The API key "${nameInMail(name)}" (${id}) of the organisation "${nameInMail(organisation)}" is older than the operator allows.`,
      "",
      `Rotate it on ${baseUrl}/portal/keys: the old key keeps working for the time that you choose.`,
      "",
    ].join("\n"),
  };
}
