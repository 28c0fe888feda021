import { apply } from "./apply";
import type { Command } from "./base/command";
import { check } from "./check";
import { demo } from "./demo";
import { doctor } from "./doctor";
import { get } from "./get";
import { init } from "./init";
import { keysCreate } from "./keys-create";
import { keysList } from "./keys-list";
import { keysRevoke } from "./keys-revoke";
import { materialize } from "./materialize";
import { plan } from "./plan";
import { sampleGenerate } from "./sample-generate";
import { sampleLoad } from "./sample-load";
import { serve } from "./serve";
import { sql } from "./sql";
import { test } from "./test";
import { types } from "./types";

/** Every command, in the order in which a newcomer meets them. */
export const commands: readonly Command[] = [
  init,
  check,
  test,
  plan,
  apply,
  sql,
  materialize,
  serve,
  get,
  keysCreate,
  keysList,
  keysRevoke,
  sampleLoad,
  sampleGenerate,
  types,
  doctor,
  demo,
];
