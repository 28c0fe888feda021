import type { Route } from "../http/index";
import { readUsage, readUsageContract, type UsageReading } from "./read-usage.route";

export interface UsageServices {
  readonly usage: UsageReading;
}

export const usageRoutes: readonly Route<UsageServices>[] = [
  {
    contract: readUsageContract,
    scope: "usage:read",
    // Every member may read it.
    sessions: true,
    // It says which quota is used up.
    beyondQuota: true,
    handler: ({ usage }) => readUsage(usage),
  },
];
