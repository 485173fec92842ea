import type { ReactNode } from 'react';

/** Names and values in two columns. */
export const Facts = ({ children }: { children: ReactNode }) => (
  <dl className="m-0 grid grid-cols-[112px_minmax(0,1fr)] gap-x-4 gap-y-1.5">{children}</dl>
);

export const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt className="text-ink-3">{name}</dt>
    <dd className="m-0 min-w-0 text-ink [overflow-wrap:anywhere]">{children}</dd>
  </>
);
