import { Dialog } from "../parts/dialog";
import { SelectField } from "../parts/field";
import { wholeNumber } from "../parts/numbers";
import { shortText } from "../parts/short-text";
import { agoText } from "../parts/times";
import type { PortalKey } from "../portal-services";
import { graceChoices } from "./key-request";
import { KeyStatus } from "./key-status";

interface KeyDialogsProps {
  readonly portalKey: PortalKey;
  readonly days: readonly number[];
  readonly now: Date;
  /** As of `CreateKeyDialog`. */
  readonly once: string;
}

/** The questions before a key is replaced or ended. */
export function KeyDialogs({ portalKey, days, now, once }: KeyDialogsProps) {
  const { id, name, replaced } = portalKey;
  const shown = `“${shortText(name)}”`;
  return (
    <>
      {replaced ? null : (
        <Dialog
          id={`rotate-${id}`}
          title={`Rotate ${shown}?`}
          lead={`You get a new key with the scopes and limits of ${shownId(id)}. Both share one quota.`}
          action={`/portal/keys/${id}/rotate`}
          submit="Rotate key"
        >
          <input type="hidden" name="once" value={`${once}-${id}`} />
          <SelectField name="grace" label="The old key ends" options={graceChoices} value="86400" prefix={id} />
        </Dialog>
      )}
      <Dialog
        id={`revoke-${id}`}
        title={`Revoke ${shown}?`}
        lead="Requests with this key get 401 within a second. This cannot be undone."
        action={`/portal/keys/${id}/revoke`}
        submit="Revoke"
        cancel="Keep it"
        destructive
      >
        <KeyFacts portalKey={portalKey} days={days} now={now} />
      </Dialog>
    </>
  );
}

/** A key's text without its secret. */
function shownId(id: string): string {
  return `fs_${id}_…`;
}

/** Tells a key from others of the same name. */
function KeyFacts({ portalKey, days, now }: Omit<KeyDialogsProps, "once">) {
  return (
    <dl class="facts">
      <div>
        <dt>Key</dt>
        <dd class="mono">{shownId(portalKey.id)}</dd>
      </div>
      <div>
        <dt>Status</dt>
        <dd>
          <KeyStatus {...portalKey} now={now} />
        </dd>
      </div>
      <div>
        <dt>Last used</dt>
        <dd>{useText(portalKey.lastUsedAt, days, now)}</dd>
      </div>
    </dl>
  );
}

/** The last use of a key. Its time is stored within a minute; its count may be known earlier. */
export function useText(lastUsedAt: Date | null, days: readonly number[], now: Date): string {
  const sum = days.reduce((total, count) => total + count, 0);
  const times = `${wholeNumber(sum)} ${sum === 1 ? "time" : "times"} in ${days.length} days`;
  if (lastUsedAt !== null) return `${agoText(lastUsedAt, now)}, ${times}`;
  return sum > 0 ? `Within the last minutes, ${times}` : "Not used yet. A use appears here about a minute later.";
}
