interface MomentProps {
  readonly at: Date;
  readonly text: string;
}

/** A relative time, with the instant for machines and as a hint. */
export function Moment({ at, text }: MomentProps) {
  const instant = at.toISOString();
  return (
    <time datetime={instant} title={`${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`}>
      {text}
    </time>
  );
}
