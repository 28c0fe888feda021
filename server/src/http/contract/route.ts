import type { RouteConfig } from "@hono/zod-openapi";
import type { Scope } from "../../core/index";
import type { Handler } from "../exchange/exchange";

/** An operation of the API. */
export interface Route<Services> {
  readonly contract: RouteConfig;
  /** The scope that a key needs; null: no key is needed. */
  readonly scope: Scope | null;
  /** Set if a signed-in person may call it with the session cookie instead of a key: `ApiRequest.person`. */
  readonly sessions?: true;
  /**
   * Set if a request without a key may reach the handler, with `principal: null`, where the operator allows it
   * (`datasets.anonymous`). The handler decides what is public.
   */
  readonly anonymous?: true;
  /** Set if the operation stays available when a quota of the month is used up. */
  readonly beyondQuota?: true;
  /** Set if the response counts as downloaded bytes of the month. */
  readonly downloads?: true;
  readonly handler: (services: Services) => Handler;
}
