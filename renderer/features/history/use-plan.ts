import { useCallback, useEffect, useRef, useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import type { UndoItem, UndoPlan, UndoPlanId, UndoSelection, UndoState } from '../../../shared/model/change.ts';
import { client, toAppError } from '../../api/index.ts';

export interface Looked {
  done: number;
  of: number;
}

/** Looks at what an undo would do, with how far it is; leaving stops it. */
export function usePlan(selection: UndoSelection): {
  plan: UndoPlan | undefined;
  looked: Looked | undefined;
  error: AppError | undefined;
  again(): void;
} {
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<{ plan?: UndoPlan; looked?: Looked; error?: AppError }>({});
  const asked = JSON.stringify(selection);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` looks again
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const look = async (): Promise<void> => {
      setState({});
      try {
        for await (const events of await client.undo.prepare({ selection: JSON.parse(asked) as UndoSelection }, { signal }))
          for (const event of events) {
            if (signal.aborted) return;
            setState(event.kind === 'plan' ? { plan: event.plan } : { looked: { done: event.done, of: event.of } });
          }
      } catch (error) {
        if (!signal.aborted) setState({ error: toAppError(error) });
      }
    };
    void look();
    return () => leaving.abort();
  }, [asked, turn]);
  return { plan: state.plan, looked: state.looked, error: state.error, again: () => setTurn((before) => before + 1) };
}

const pageSize = 100;

/** The changes of a plan, a page of them when one of it is wanted. */
export function usePlanned(plan: UndoPlanId): {
  get(state: UndoState, place: number): UndoItem | undefined;
  want(state: UndoState, place: number): void;
  error: AppError | undefined;
} {
  const [items, setItems] = useState<ReadonlyMap<string, UndoItem>>(new Map());
  const [error, setError] = useState<AppError>();
  const asked = useRef(new Set<string>());
  const want = useCallback(
    (state: UndoState, place: number): void => {
      const from = Math.floor(place / pageSize) * pageSize;
      const page = `${state} ${from}`;
      if (asked.current.has(page)) return;
      asked.current.add(page);
      client.undo
        .listPlanned({ plan, state, from, limit: pageSize })
        .then((list) => setItems((before) => new Map([...before, ...list.map((item, i) => [`${state} ${from + i}`, item] as const)])))
        .catch((thrown: unknown) => {
          asked.current.delete(page);
          setError(toAppError(thrown));
        });
    },
    [plan],
  );
  const get = useCallback((state: UndoState, place: number) => items.get(`${state} ${place}`), [items]);
  return { get, want, error };
}
