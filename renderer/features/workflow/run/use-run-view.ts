import { useEffect, useRef, useState } from 'react';
import type { AppError } from '../../../../shared/errors.ts';
import type { RunId } from '../../../../shared/model/ids.ts';
import type { SequencedEvent } from '../../../../shared/model/run.ts';
import { emptyRunView, foldRun, type RunView } from '../../../../shared/model/run-view.ts';
import { client, useStream } from '../../../api/index.ts';

/** Follows a run's events; folded once for each frame. `isOpen`: the first of them are there, or there are none. */
export function useRunView(id: RunId): { view: RunView; isOpen: boolean; error: AppError | undefined } {
  const [view, setView] = useState<RunView>(emptyRunView);
  const [isOpen, setOpen] = useState(false);
  const state = useRef({ waiting: [] as SequencedEvent[], seen: 0, frame: 0 });
  useEffect(() => () => cancelAnimationFrame(state.current.frame), []);
  const stream = useStream<SequencedEvent[]>(
    (signal) => client.runs.watch({ id, after: state.current.seen }, { signal }),
    (batch) => {
      const mine = state.current;
      mine.waiting.push(...batch);
      for (const { seq } of batch) mine.seen = Math.max(mine.seen, seq);
      if (mine.frame !== 0) return;
      mine.frame = requestAnimationFrame(() => {
        const events = mine.waiting.map(({ event }) => event);
        mine.waiting = [];
        mine.frame = 0;
        setOpen(true);
        setView((before) => foldRun(before, events));
      });
    },
    [id],
  );
  return { view, isOpen: isOpen || stream.state === 'ended', error: stream.error };
}
