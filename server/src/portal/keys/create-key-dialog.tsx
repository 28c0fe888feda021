import { Dialog } from "../parts/dialog";
import { Field, SelectField } from "../parts/field";
import { Notice } from "../parts/notice";
import { wholeNumber } from "../parts/numbers";
import type { AllowedKey } from "../portal-services";
import { emptyForm, type Form } from "../request/form";
import { type FormFaults, noFaults } from "../request/form-faults";
import { expiryChoices } from "./key-request";
import { scopeTitle } from "./scope-choices";

/** A form that was refused, to be shown again. */
export interface RefusedForm {
  readonly form: Form;
  readonly faults: FormFaults;
}

interface CreateKeyDialogProps {
  readonly allowed: AllowedKey;
  readonly refused: RefusedForm | null;
  /** Different in each page: so the form, sent twice, makes one key. */
  readonly once: string;
}

/** Scopes that a new key has unless the person chooses otherwise. */
const usual = ["features:read", "embeddings:read", "registry:read"];

/** Labels of the fields, in their order. */
const labels = {
  name: "Name",
  scopes: "May",
  names: "Only views and datasets named",
  expires_at: "Expires",
  requests_per_second: "Requests per second",
  networks: "Only from networks",
} as const;

export function CreateKeyDialog({ allowed, refused, once }: CreateKeyDialogProps) {
  const { form, faults } = refused ?? { form: emptyForm, faults: noFaults };
  const chosen = refused === null ? usual : form.all("scopes");
  const scopesFault = faults.ofField.get("scopes");
  const resources = allowed.resources.length === 0 ? "nothing yet" : allowed.resources.join(", ");
  return (
    <Dialog
      id="create"
      title="Create an API key"
      lead="You can rotate it later, not widen it."
      action="/portal/keys"
      submit="Create key"
      open={refused !== null}
      refusal={refusalOf(faults)}
      wide
    >
      {faults.general === null ? null : (
        <Notice kind="bad" result>
          {faults.general}
        </Notice>
      )}
      <input type="hidden" name="once" value={once} />
      <Field
        name="name"
        label={labels.name}
        value={form.get("name")}
        faults={faults}
        autocomplete="off"
        maxlength={200}
        placeholder="ranking-service"
        required
        autofocus={refused === null}
      />
      <fieldset class={scopesFault === undefined ? "field" : "field wrong"}>
        <legend>{labels.scopes}</legend>
        <div class="choices">
          {allowed.scopes.map((scope, index) => (
            <label class="choice">
              <input
                type="checkbox"
                name="scopes"
                value={scope}
                checked={chosen.includes(scope)}
                autofocus={scopesFault !== undefined && index === 0}
                aria-invalid={scopesFault === undefined ? undefined : "true"}
                aria-describedby={scopesFault === undefined ? undefined : "f-scopes-hint"}
              />
              {scopeTitle(scope)}
              <span class="mono">{scope}</span>
            </label>
          ))}
        </div>
        {scopesFault === undefined ? null : <p id="f-scopes-hint">{scopesFault}</p>}
      </fieldset>
      <Field
        name="names"
        label={labels.names}
        value={form.get("names")}
        faults={faults}
        hint={`Names or beginnings, separated by commas. Empty: all of your tier (${resources}).`}
        autocomplete="off"
        placeholder="speech_*, speech_profile"
        mono
      />
      <div class="pair">
        <SelectField
          name="expires_at"
          label={labels.expires_at}
          faults={faults}
          options={expiryChoices}
          value={refused === null ? "90" : form.get("expires_at")}
        />
        <Field
          name="requests_per_second"
          label={labels.requests_per_second}
          value={form.get("requests_per_second")}
          faults={faults}
          hint={`Empty: ${wholeNumber(allowed.requestsPerSecond)}, your tier's limit`}
          inputmode="numeric"
          autocomplete="off"
        />
      </div>
      <Field
        name="networks"
        label={labels.networks}
        value={form.get("networks")}
        faults={faults}
        hint="CIDR blocks, separated by commas. Empty: any address."
        autocomplete="off"
        placeholder="192.0.2.0/24, 2001:db8::/32"
        mono
      />
    </Dialog>
  );
}

/** Names the wrong fields, some of which a long form does not show. */
function refusalOf({ ofField }: FormFaults): string | null {
  const wrong = Object.entries(labels).filter(([name]) => ofField.has(name));
  return wrong.length === 0 ? null : `No key was made. To correct: ${wrong.map(([, label]) => label).join(", ")}.`;
}
