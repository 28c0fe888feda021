import { type Fault, FeatstoreError, fullDisk, settingLabel } from "../../core/index";
import { DatabaseError, settingFailure } from "../../database/index";
import { type SpineFault, SpineFaults } from "../spine/spine-row";
import type { TrainingSetFailure } from "../training-set-types";

/** Maps spine faults to one error with all faults and the code of the first; passes other errors through. */
export function spineError(error: unknown): unknown {
  if (!(error instanceof SpineFaults)) return error;
  const [first] = error.faults;
  if (first === undefined) return error;
  const more = error.faults.length - 1;
  const others = more === 0 ? "" : ` ${more === 1 ? "One more fault was" : `${more} more faults were`} found.`;
  return new FeatstoreError(first.code, `${sentence(first)}.${others}`, { errors: error.faults.map(faultOf) });
}

function sentence({ path, detail }: SpineFault): string {
  return `${path}: ${detail}`.replace(/\.$/, "");
}

function faultOf({ code, path, detail }: SpineFault): Fault {
  return { path, detail: `${detail} (${code})` };
}

/** Maps an error to the stored failure of a job. PostgreSQL's messages may quote data, so they are left out. */
export function failureOf(error: unknown): TrainingSetFailure {
  if (error instanceof FeatstoreError) {
    const { code, detail, errors } = error;
    return { code, detail, ...(errors.length === 0 ? {} : { errors }) };
  }
  const full = fullDisk(error);
  if (full !== undefined) return { code: full.code, detail: full.detail };
  const ofSetting = settingFailure(error);
  if (ofSetting !== undefined) return { code: ofSetting.code, detail: ofSetting.message };
  if (error instanceof DatabaseError && error.code === "deadline_exceeded") {
    const limit = settingLabel("training_sets.deadline_minutes");
    return { code: "database_deadline_exceeded", detail: `PostgreSQL took too long. The limit is ${limit}.` };
  }
  if (error instanceof DatabaseError) {
    const state = error.sqlState === undefined ? "" : `, SQLSTATE ${error.sqlState}`;
    return {
      code: `database_${error.code}`,
      detail: `PostgreSQL failed to return the rows (${error.code}${state}): see the server log.`,
    };
  }
  return { code: "internal", detail: "Internal error: see the server log." };
}
