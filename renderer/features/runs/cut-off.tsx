// Above a run's views: whether a step that was cut off took effect is asked here too, with what it was to do, and answered in place.

import type { RunId } from '../../../shared/model/ids.ts';
import { useOpenItems, WaitingCard } from '../inbox/index.ts';

export function CutOff({ run }: { run: RunId }) {
  const { items } = useOpenItems();
  const asked = items?.filter((item) => item.run === run && item.request.kind === 'unknown-outcome') ?? [];
  if (asked.length === 0) return null;
  return (
    // A page without much height keeps its views in sight.
    <div className="mx-4 mb-2 flex max-h-[62vh] shrink-0 flex-col gap-2 overflow-y-auto">
      {asked.map((item) => (
        <WaitingCard key={item.id} item={item} />
      ))}
    </div>
  );
}
