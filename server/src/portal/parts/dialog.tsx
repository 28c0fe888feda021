import type { Child } from "hono/jsx";

/** Attributes of a button that opens or closes a dialog without a script. */
export function commanding(dialog: string, command: "show-modal" | "close") {
  return { type: "button", commandfor: dialog, command } as const;
}

interface DialogProps {
  readonly id: string;
  readonly title: string;
  readonly lead: Child;
  /** The path that the form posts to. */
  readonly action: string;
  readonly submit: string;
  readonly cancel?: string;
  /** Set if the submitting cannot be undone. */
  readonly destructive?: boolean;
  /** Set to show the dialog at once, such as after a wrong field. */
  readonly open?: boolean;
  readonly wide?: boolean;
  /** Why the form was refused. Stands above the buttons, which stay in sight while the fields scroll. */
  readonly refusal?: string | null;
  readonly children?: Child;
}

/** A dialog with a form. The form's fields are its children. */
export function Dialog({ id, title, lead, action, submit, cancel = "Cancel", ...rest }: DialogProps) {
  const { destructive = false, open = false, wide = false, refusal = null, children } = rest;
  return (
    <dialog class={wide ? "dialog" : "dialog narrow"} id={id} open={open} aria-labelledby={`${id}-title`}>
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        <p>{lead}</p>
      </header>
      <form method="post" action={action}>
        {children}
        <footer>
          {refusal === null ? null : (
            <p class="refusal" role="alert">
              {refusal}
            </p>
          )}
          <button class="button bare" {...commanding(id, "close")}>
            {cancel}
          </button>
          <button class={destructive ? "button stop" : "button primary"} type="submit">
            {submit}
          </button>
        </footer>
      </form>
    </dialog>
  );
}
