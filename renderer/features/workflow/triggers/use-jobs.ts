import { useCallback, useState } from 'react';
import type { AppError } from '../../../../shared/errors.ts';
import type { Job } from '../../../../shared/model/job.ts';
import { client, useStream } from '../../../api/index.ts';

/** Every job, kept current; undefined until the host's first word. `put` shows a changed one before the host says so. */
export function useJobs(): { jobs: readonly Job[] | undefined; error: AppError | undefined; retry(): void; put(job: Job): void } {
  const [jobs, setJobs] = useState<readonly Job[]>();
  const [turn, setTurn] = useState(0);
  const { error } = useStream((signal) => client.jobs.watch(undefined, { signal }), setJobs, [turn]);
  const put = useCallback(
    (job: Job) =>
      setJobs((before = []) =>
        before.some(({ id }) => id === job.id) ? before.map((old) => (old.id === job.id ? job : old)) : [...before, job],
      ),
    [],
  );
  return { jobs, error, retry: () => setTurn((before) => before + 1), put };
}
