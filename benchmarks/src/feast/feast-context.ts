import type { OnlineContext } from "../online/online-context";
import type { FeastRepository } from "./feast-repository";

/** The context of every measurement of Featstore beside Feast. */
export interface FeastContext extends OnlineContext {
  readonly repository: FeastRepository;
}

/** Worker processes of both servers. */
export const WORKERS = 2;
