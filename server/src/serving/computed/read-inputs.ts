import type { EvaluatorInputs, PortableValue } from "@featstore/definitions/compiler";
import {
  type ErrorCode,
  eachElement,
  eachMember,
  type Fault,
  FeatstoreError,
  JsonTextError,
  suggest,
} from "../../core/index";
import type { Selection } from "../selection/selection";
import type { SelectedInput } from "./computed-selection";
import { InputRefusal } from "./read-input";

/** The JSON texts of a request's inputs. */
export interface InputTexts {
  /** The path prefix of faults: `inputs`, or `inputs_by_row` for the rows' own inputs. */
  readonly path: string;
  /** An object, for all rows. */
  readonly shared: string | undefined;
  /** An array of objects, one per row. Its members override the shared ones. */
  readonly byRow: string | undefined;
}

/** A request's inputs in the form of the evaluators. */
export interface RequestInputs {
  /** Returns the inputs of one row, by column name: `input.today`. */
  at(position: number): EvaluatorInputs;
}

interface InputFault extends Fault {
  readonly code: ErrorCode;
}

const MAX_FAULTS = 20;

/**
 * Reads a request's inputs by their declared types; null if the selection computes nothing. Reports every fault.
 * Errors: `inputs_not_taken`, `inputs_invalid`, `input_unknown`, `input_missing`, and those of `inputReader`.
 */
export function readInputs(
  { computed }: Pick<Selection, "computed">,
  { path, shared, byRow }: InputTexts,
  rows: number,
): RequestInputs | null {
  const inputs = computed?.inputs ?? [];
  const rowsPath = `${path}_by_row`;
  if (inputs.length === 0 && (shared ?? byRow) !== undefined) {
    const requestPath = shared === undefined ? rowsPath : path;
    const detail =
      computed === null
        ? "only a feature service takes inputs: name one by service"
        : `feature service "${computed.service}" takes no inputs`;
    throw new FeatstoreError("inputs_not_taken", `${requestPath}: ${detail}.`, {
      errors: [{ path: requestPath, detail }],
    });
  }
  if (computed === null) return null;
  const faults: InputFault[] = [];
  const common = new Map<string, PortableValue>(inputs.map(({ column }) => [column, null]));
  const inCommon = new Set<string>();
  if (shared !== undefined) readObject(inputs, shared, path, { values: common, named: inCommon, faults });
  const own: EvaluatorInputs[] = [];
  if (byRow !== undefined) {
    const texts = elementsOf(byRow, rowsPath);
    if (texts.length !== rows) {
      const detail = `there are ${rows} ids, and inputs of ${texts.length} rows`;
      throw new FeatstoreError("inputs_invalid", `${rowsPath}: ${detail}.`, {
        errors: [{ path: rowsPath, detail }],
      });
    }
    for (const [position, text] of texts.entries()) {
      const rowPath = `${rowsPath}[${position}]`;
      const values = new Map(common);
      const named = new Set(inCommon);
      readObject(inputs, text, rowPath, { values, named, faults });
      requireAll(inputs, named, rowPath, faults);
      own.push(values);
      if (faults.length >= MAX_FAULTS) break;
    }
  } else {
    requireAll(inputs, inCommon, path, faults);
  }
  const [first] = faults;
  if (first !== undefined) {
    throw new FeatstoreError(first.code, `${first.path}: ${first.detail}.`, {
      errors: faults.slice(0, MAX_FAULTS).map(({ path, detail }) => ({ path, detail })),
    });
  }
  return { at: (position) => own[position] ?? common };
}

/** The inputs read so far; `readObject` adds to them. */
interface FoundInputs {
  /** By column name. */
  readonly values: Map<string, PortableValue>;
  readonly named: Set<string>;
  readonly faults: InputFault[];
}

function readObject(
  inputs: readonly SelectedInput[],
  text: string,
  path: string,
  { values, named, faults }: FoundInputs,
): void {
  const seen = new Set<string>();
  try {
    eachMember(text, (name, value) => {
      if (faults.length >= MAX_FAULTS) return;
      const input = inputs.find((candidate) => candidate.name === name);
      const at = `${path}.${name.slice(0, 60)}`;
      if (input === undefined) {
        const names = inputs.map((candidate) => candidate.name);
        const advice = suggest(name, names) || `; expected one of ${names.join(", ")}`;
        faults.push({ code: "input_unknown", path: at, detail: `unknown input${advice.replace(/\?$/, "")}` });
      } else if (seen.has(name)) {
        faults.push({ code: "input_invalid", path: at, detail: "it occurs twice" });
      } else {
        seen.add(name);
        named.add(name);
        readOne(input, value.text, at, values, faults);
      }
    });
  } catch (error) {
    if (!(error instanceof JsonTextError || error instanceof SyntaxError)) throw error;
    throw wrongForm(path, text, "an object by input name");
  }
}

function readOne(
  input: SelectedInput,
  text: string,
  path: string,
  values: Map<string, PortableValue>,
  faults: InputFault[],
): void {
  try {
    values.set(input.column, input.read(text));
  } catch (error) {
    if (!(error instanceof InputRefusal)) throw error;
    faults.push({ code: error.code, path, detail: error.detail });
  }
}

function requireAll(
  inputs: readonly SelectedInput[],
  named: ReadonlySet<string>,
  path: string,
  faults: InputFault[],
): void {
  for (const { name, type, required } of inputs) {
    if (required && !named.has(name))
      faults.push({ code: "input_missing", path: `${path}.${name}`, detail: `it is required, of type ${type}` });
  }
}

function elementsOf(text: string, path: string): readonly string[] {
  const elements: string[] = [];
  try {
    eachElement(text, (element) => void elements.push(element));
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw wrongForm(path, text, "an array of objects, one for each id");
  }
  return elements;
}

function wrongForm(path: string, text: string, form: string): FeatstoreError {
  const detail = isJson(text) ? `it must be ${form}` : "it is not JSON";
  return new FeatstoreError("inputs_invalid", `${path}: ${detail}.`, { errors: [{ path, detail }] });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
