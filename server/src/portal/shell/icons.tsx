/** The drawings of the icons, on a grid of 16 by 16. */
const drawings = {
  book: "M3 3h4a1.5 1.5 0 0 1 1.5 1.5V13A1.5 1.5 0 0 0 7 11.8H3zM13 3H9.5M13 3v8.8H9.8",
  chart: "M2.5 13.5h11M4.5 11V7.5M8 11V3.5M11.5 11V6",
  check: "M3 8.5 6.5 12 13 4.5",
  copy: "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z",
  download: "M8 2.5v7.500M4.5 7 8 10.5 11.5 7M2.5 13.500h11",
  key: "M10.5 2.5a3 3 0 1 1-2.6 4.5L3 11.9V13.5h2v-1.5h1.5v-1.5H8l1-1.1",
  left: "M10 3.5 5.5 8 10 12.5",
  mail: "M2.5 3.500h11v9h-11zM2.5 4.5 8 8.500l5.5-4",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  out: "M6.5 2.500h-4v11h4M10 5l3 3-3 3M13 8H6",
  people:
    "M6 7.5a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4zM2 13c.3-2.3 1.8-3.5 4-3.5s3.7 1.2 4 3.5M10.5 3.3a2.1 2.1 0 0 1 0 4M11.7 9.7c1.3.5 2.1 1.6 2.3 3.3",
  plus: "M8 3v10M3 8h10",
  pulse: "M1.5 8.5h3L6.5 3.5l3 9 2-4h3",
  right: "M6 3.5 10.5 8 6 12.5",
  theme: "M8 2.5a5.5 5.5 0 1 0 5.5 5.5A4.5 4.5 0 0 1 8 2.5z",
  updown: "M5.5 6 8 3.5 10.5 6M5.5 10 8 12.5 10.5 10",
  warn: "M8 2.5 14.5 13.5h-13zM8 6.5v3M8 11.5h.01",
} as const;

export type IconName = keyof typeof drawings;

/** An icon beside a text that says the same. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={drawings[name]} />
    </svg>
  );
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 22 22" aria-hidden="true">
      <rect width="22" height="22" rx="6" fill="#0b62d0" />
      <path d="M6 14.5V10M9.3 14.5V7M12.7 14.5v-6M16 14.5v-3" stroke="#fff" stroke-width="1.7" stroke-linecap="round" />
    </svg>
  );
}
