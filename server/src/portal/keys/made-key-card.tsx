import { asResult, Notice } from "../parts/notice";
import { shortText } from "../parts/short-text";
import type { ExampleRequest, MadeKey } from "../portal-services";
import { Icon } from "../shell/icons";
import { CodeBlock } from "./code-block";
import { firstRequests } from "./code-lines";

/** A key in the one response that shows it. */
export interface ShownKey extends MadeKey {
  readonly site: string;
  /** A request that succeeds; null: there is none. */
  readonly example: ExampleRequest | null;
  /** True if the tier of its organisation has no views or datasets. */
  readonly readsNothing: boolean;
  /** True if it works from certain networks only. */
  readonly inNetworks: boolean;
  /** Null: a new key; otherwise what happens to the key that it replaces. */
  readonly replaces: string | null;
}

export function MadeKeyCard({ name, text, site, example, readsNothing, inNetworks, replaces }: ShownKey) {
  return (
    <section class="card pad secret" aria-labelledby="made" role="status">
      <header>
        <Icon name="check" />
        <div>
          <h2
            id="made"
            class="wrap"
            {...asResult}
          >{`Key “${shortText(name)}” ${replaces === null ? "created" : "rotated"}`}</h2>
          <p>
            Copy it now. It is stored only as a hash and cannot be shown again.
            {replaces === null ? "" : ` ${replaces}`}
          </p>
        </div>
      </header>
      <div class="copy">
        <output id="secret" aria-label="API key" tabindex={0}>
          {text}
        </output>
        <button class="button primary" type="button" data-copy="secret" hidden>
          <Icon name="copy" />
          <span aria-live="polite">Copy</span>
          <span class="hide"> the key</span>
        </button>
      </div>
      {readsNothing ? (
        <Notice kind="warn">
          This key can read no view and no dataset yet: your organisation's tier names none. The people who run this
          server change the tier, and then the key reads what it names.
        </Notice>
      ) : null}
      {example === null ? (
        <p class="small muted">
          There are no lines to try it with, because nothing that this key may read is there yet, or its scopes only
          change something. See the <a href="/docs">API reference</a> for the requests of each scope.
        </p>
      ) : (
        <>
          <CodeBlock languages={firstRequests(site, text, example)} />
          <p class="small muted">
            These lines hold the key, so that they run as they are
            {inNetworks ? " on a computer in the key's networks" : ""}. In a program, read it from a secret store or the
            environment.
          </p>
        </>
      )}
    </section>
  );
}
