import type { ReactNode } from 'react';
import type { useCall } from '../../api/index.ts';
import { ErrorNote, SectionTitle, SkeletonRows } from '../../ui/index.ts';

/** A part of a job's page that is a list: while it comes, when it could not come, and when there is nothing in it. */
export function JobList<Item>({
  title,
  call,
  empty,
  children,
}: {
  title: string;
  call: Pick<ReturnType<typeof useCall<Item[]>>, 'data' | 'error'>;
  /** In a sentence. */
  empty: string;
  /** The list itself. */
  children(items: readonly Item[]): ReactNode;
}): ReactNode {
  return (
    <section>
      <SectionTitle>{title}</SectionTitle>
      {call.error !== undefined && <ErrorNote error={call.error} />}
      {call.data === undefined ? (
        call.error === undefined && <SkeletonRows count={3} />
      ) : call.data.length === 0 ? (
        <p className="m-0 text-ink-2">{empty}</p>
      ) : (
        children(call.data)
      )}
    </section>
  );
}

export const jobListLook = 'm-0 list-none divide-y divide-line border-line border-y p-0';
