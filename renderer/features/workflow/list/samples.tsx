import { client, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { ErrorNote, SkeletonRows } from '../../../ui/index.ts';

/** Workflows that come with Orrery; opening one makes a copy to change at will. */
export function Samples({ onOpen }: { onOpen(file: string): void }) {
  const t = useT('workflow');
  const samples = useCall((signal) => client.workflows.listSamples(undefined, { signal }), []);
  if (samples.error !== undefined) return <ErrorNote error={samples.error} />;
  if (samples.data === undefined) return <SkeletonRows count={2} tall />;
  if (samples.data.length === 0) return <p className="text-ink-3">{t('list.no-samples')}</p>;
  return (
    <ul className="wf-samples">
      {samples.data.map((sample) => (
        <li key={sample.file}>
          <button type="button" className="wf-sample" onClick={() => onOpen(sample.file)}>
            <span className="font-medium text-ink">{sample.name}</span>
            <span className="wf-sample-text">{sample.description}</span>
            <span className="tabular text-sm text-ink-3">{t('list.nodes', { count: sample.nodeCount })}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
