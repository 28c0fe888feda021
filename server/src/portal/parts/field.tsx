import type { Child } from "hono/jsx";
import type { FormFaults } from "../request/form-faults";

interface FieldProps {
  /** The name in the form; with `prefix` also the id. */
  readonly name: string;
  readonly label: string;
  readonly hint?: Child;
  readonly faults?: FormFaults | undefined;
  readonly prefix?: string;
  readonly value?: string;
  readonly type?: string;
  readonly autocomplete?: string;
  readonly inputmode?: "numeric" | "email" | "text";
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly maxlength?: number;
  readonly autofocus?: boolean;
  readonly pattern?: string;
  readonly mono?: boolean;
}

/** An input with its label, and below it a hint or what is wrong. */
export function Field({ name, label, hint, faults, prefix = "f", mono = false, ...input }: FieldProps) {
  const id = `${prefix}-${name}`;
  const fault = faults?.ofField.get(name);
  const below = fault ?? hint;
  return (
    <div class={fault === undefined ? "field" : "field wrong"}>
      <label for={id}>{label}</label>
      <input
        {...input}
        id={id}
        name={name}
        class={mono ? "mono" : undefined}
        autofocus={input.autofocus || fault !== undefined}
        aria-invalid={fault === undefined ? undefined : "true"}
        aria-describedby={below === undefined ? undefined : `${id}-hint`}
      />
      {below === undefined ? null : <p id={`${id}-hint`}>{below}</p>}
    </div>
  );
}

interface SelectFieldProps {
  readonly name: string;
  readonly label: string;
  readonly faults?: FormFaults | undefined;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly value: string;
  readonly hint?: Child;
  readonly prefix?: string;
}

export function SelectField({ name, label, options, value, hint, faults, prefix = "f" }: SelectFieldProps) {
  const id = `${prefix}-${name}`;
  const fault = faults?.ofField.get(name);
  const below = fault ?? hint;
  return (
    <div class={fault === undefined ? "field" : "field wrong"}>
      <label for={id}>{label}</label>
      <select
        id={id}
        name={name}
        autofocus={fault !== undefined}
        aria-invalid={fault === undefined ? undefined : "true"}
        aria-describedby={below === undefined ? undefined : `${id}-hint`}
      >
        {options.map((option) => (
          <option value={option.value} selected={option.value === value}>
            {option.text}
          </option>
        ))}
      </select>
      {below === undefined ? null : <p id={`${id}-hint`}>{below}</p>}
    </div>
  );
}
