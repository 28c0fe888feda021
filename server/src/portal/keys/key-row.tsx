import { commanding } from "../parts/dialog";
import { Moment } from "../parts/moment";
import { wholeNumber } from "../parts/numbers";
import { RowMenu } from "../parts/row-menu";
import { shortText } from "../parts/short-text";
import { agoText } from "../parts/times";
import type { PortalKey } from "../portal-services";
import { KeyStatus } from "./key-status";
import { Sparkline } from "./sparkline";

export interface KeyRowProps {
  readonly portalKey: PortalKey;
  /** Requests of each of the last 12 days. */
  readonly days: readonly number[];
  readonly mayChange: boolean;
  readonly now: Date;
}

export function KeyRow({ portalKey, days, mayChange, now }: KeyRowProps) {
  const { id, name, scopes, state, lastUsedAt } = portalKey;
  const ended = state === "revoked" || state === "expired";
  const sum = days.reduce((total, count) => total + count, 0);
  return (
    <tr class={state === "active" ? undefined : "ended"}>
      <th scope="row">
        <bdi class="clip">{name}</bdi>
        <span>{`fs_${id.slice(0, 6)}…`}</span>
      </th>
      <td>
        <ScopeChips scopes={scopes} />
      </td>
      <td>
        <KeyStatus {...portalKey} now={now} />
      </td>
      <td>{lastUsedAt === null ? "Never" : <Moment at={lastUsedAt} text={agoText(lastUsedAt, now)} />}</td>
      <td>
        <span class="row nowrap">
          <Sparkline days={days} />
          <span class="num">{wholeNumber(sum)}</span>
        </span>
      </td>
      <td>
        {ended || !mayChange ? null : (
          <RowMenu of={shortText(name)}>
            <li>
              <button {...commanding(`rotate-${id}`, "show-modal")}>Rotate…</button>
            </li>
            <li>
              <form method="post" action={`/portal/keys/${id}/${state === "disabled" ? "enable" : "disable"}`}>
                <button type="submit">{state === "disabled" ? "Enable" : "Disable"}</button>
              </form>
            </li>
            <li>
              <button class="end" {...commanding(`revoke-${id}`, "show-modal")}>
                Revoke…
              </button>
            </li>
          </RowMenu>
        )}
      </td>
    </tr>
  );
}

/** The first scope, and the number of the others. */
function ScopeChips({ scopes }: { readonly scopes: readonly string[] }) {
  const [first = "none", ...others] = scopes;
  return (
    <span class="row nowrap">
      <span class="chip">{shortText(first, 34)}</span>
      {others.length === 0 ? null : (
        <span class="chip" title={shortText(others.join(", "), 200)}>
          {`+${others.length}`}
          <span class="hide">{` more: ${shortText(others.join(", "), 200)}`}</span>
        </span>
      )}
    </span>
  );
}
