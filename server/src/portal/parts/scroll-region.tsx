import type { Child } from "hono/jsx";

interface ScrollRegionProps {
  readonly label: string;
  readonly card?: boolean;
  readonly children?: Child;
}

/** A part that scrolls sideways on a narrow screen. It takes the focus, so that the arrow keys scroll it. */
export function ScrollRegion({ label, card = false, children }: ScrollRegionProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form.
    <div class={card ? "card scroll" : "scroll"} tabindex={0} role="group" aria-label={label}>
      {children}
    </div>
  );
}
