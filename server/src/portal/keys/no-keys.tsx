import { commanding } from "../parts/dialog";
import { Icon } from "../shell/icons";

/** Describes the content of the empty table, and why it is useful. */
export function NoKeys({ ended, mayCreate }: { readonly ended: boolean; readonly mayCreate: boolean }) {
  if (ended) {
    return (
      <div class="empty">
        <h3>No ended keys</h3>
        <p>Keys that were revoked or have expired stand here with their last use.</p>
      </div>
    );
  }
  return (
    <div class="empty">
      <svg
        class="art"
        viewBox="0 0 132 72"
        fill="none"
        stroke="currentColor"
        stroke-width="1.25"
        aria-hidden="true"
        opacity=".55"
      >
        <rect x="18" y="8" width="96" height="18" rx="5" opacity=".35" />
        <rect class="sheet" x="10" y="26" width="112" height="22" rx="6" opacity=".6" />
        <rect class="sheet" x="1" y="46" width="130" height="25" rx="7" />
        <circle cx="16" cy="58.5" r="4.5" />
        <path d="M20.5 58.5h15M31 58.5v4M35.5 58.5v3M52 58.5h40" stroke-linecap="round" />
        <circle class="alive" cx="116" cy="58.5" r="3" />
      </svg>
      <h3>No keys yet</h3>
      <p>Make one and read your first feature in a minute. The key is shown once; you can rotate it at any time.</p>
      {mayCreate ? (
        <div class="row">
          <button class="button primary" {...commanding("create", "show-modal")}>
            <Icon name="plus" />
            Create key
          </button>
          <a class="button" href="/docs">
            API reference
          </a>
        </div>
      ) : null}
    </div>
  );
}
