import { shortText } from "../parts/short-text";
import type { ExampleRead, MadeKey } from "../portal-services";
import { Icon } from "../shell/icons";
import { CodeBlock } from "./code-block";
import { firstRequests } from "./code-lines";

/** A key in the one response that shows it. */
export interface ShownKey extends MadeKey {
  readonly site: string;
  readonly example: ExampleRead | null;
  /** Null: a new key; otherwise what happens to the key that it replaces. */
  readonly replaces: string | null;
}

export function MadeKeyCard({ name, text, site, example, replaces }: ShownKey) {
  return (
    <section class="card pad secret" aria-labelledby="made" role="status">
      <header>
        <Icon name="check" />
        <div>
          <h2 id="made">{`Key “${shortText(name)}” ${replaces === null ? "created" : "rotated"}`}</h2>
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
        <button class="button primary" type="button" data-copy="secret">
          <Icon name="copy" />
          <span aria-live="polite">Copy</span>
          <span class="hide"> the key</span>
        </button>
      </div>
      <CodeBlock languages={firstRequests(site, text, example)} />
      <p class="small muted">
        These lines hold the key, so that they run as they are. In a program, read it from a secret store or the
        environment.
      </p>
    </section>
  );
}
