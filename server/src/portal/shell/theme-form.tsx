import type { Theme } from "../request/cookies";
import type { Frame } from "./document";
import { Icon } from "./icons";

/** The theme that the button chooses next. The script of the pages changes it without a request. */
const next: Readonly<Record<Theme | "system", Theme | "system">> = { system: "dark", dark: "light", light: "system" };

export function ThemeForm({ frame }: { readonly frame: Frame }) {
  return (
    <form method="post" action="/portal/theme">
      <input type="hidden" name="back" value={frame.path} />
      <button
        class="button bare slim"
        type="submit"
        name="theme"
        value={next[frame.theme ?? "system"]}
        aria-label="Change the theme"
        data-theme-button
      >
        <Icon name="theme" />
      </button>
    </form>
  );
}
