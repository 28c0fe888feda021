import { apply } from "./apply";
import type { Command } from "./base/command";
import { check } from "./check";
import { demo } from "./demo";
import { docs } from "./docs";
import { doctor } from "./doctor";
import { drift } from "./drift";
import { get } from "./get";
import { history } from "./history";
import { init } from "./init";
import { keysCreate } from "./keys-create";
import { keysList } from "./keys-list";
import { keysRevoke } from "./keys-revoke";
import { materialize } from "./materialize";
import { plan } from "./plan";
import { profile } from "./profile";
import { promote } from "./promote";
import { retire } from "./retire";
import { rollback } from "./rollback";
import { sampleGenerate } from "./sample-generate";
import { sampleLoad } from "./sample-load";
import { serve } from "./serve";
import { sql } from "./sql";
import { test } from "./test";
import { trainingSet } from "./training-set";
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
  profile,
  drift,
  promote,
  rollback,
  retire,
  history,
  serve,
  get,
  trainingSet,
  keysCreate,
  keysList,
  keysRevoke,
  sampleLoad,
  sampleGenerate,
  types,
  docs,
  doctor,
  demo,
];
