// What would become of a file, before anything is stored: counts on top, then every node by its verdict, with the reasons.

import type { ImportedNode, ImportReport } from '../../../../shared/model/import-report.ts';
import { useT } from '../../../strings/index.ts';
import { Badge, type IconName, SectionTitle, type Tone } from '../../../ui/index.ts';

type Verdict = ImportedNode['verdict'];
type Imported = ImportReport['workflows'][number];

const verdicts: readonly Verdict[] = ['not', 'partly', 'runs'];
const looks: Record<Verdict, { tone: Tone; icon: IconName }> = {
  runs: { tone: 'ok', icon: 'circle-check' },
  partly: { tone: 'neutral', icon: 'circle-alert' },
  not: { tone: 'bad', icon: 'circle-x' },
};
/** A table of more rows than this says how many it leaves out. */
const maxRows = 400;

export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  const t = useT('importing');
  return (
    <Badge tone={looks[verdict].tone} icon={looks[verdict].icon}>
      {t(`verdict.${verdict}`)}
    </Badge>
  );
}

export function ReportView({ report }: { report: ImportReport }) {
  const t = useT('importing');
  const nodes = report.workflows.flatMap((workflow) => workflow.nodes);
  return (
    <>
      <div className="flex flex-col gap-2">
        <p className="flex items-baseline gap-2 text-ink">
          <Badge>{t(`program.${report.program}`)}</Badge>
          <span className="min-w-0 [overflow-wrap:anywhere]">{report.summary}</span>
        </p>
        {/* Of one workflow the sentence above says it all. */}
        {report.workflows.length > 1 && nodes.length > 0 && (
          <dl className="flex flex-wrap gap-x-5 gap-y-1" aria-label={t('counts')}>
            {verdicts.toReversed().map((verdict) => (
              <div key={verdict} className="flex items-center gap-1.5">
                <dt>
                  <VerdictBadge verdict={verdict} />
                </dt>
                <dd className="tabular m-0 font-medium">{nodes.filter((node) => node.verdict === verdict).length}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
      {report.workflows.map((workflow, at) => (
        // Two workflows of a file may have one name, and a report does not change.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <WorkflowReport key={`${at}:${workflow.name}`} workflow={workflow} />
      ))}
    </>
  );
}

function WorkflowReport({ workflow }: { workflow: Imported }) {
  const t = useT('importing');
  const ordered = verdicts.flatMap((verdict) => workflow.nodes.filter((node) => node.verdict === verdict));
  const left = ordered.length - maxRows;
  return (
    <section aria-label={workflow.name} className="flex flex-col gap-2">
      <SectionTitle actions={<VerdictBadge verdict={workflow.verdict} />}>{workflow.name}</SectionTitle>
      {workflow.notes.length > 0 && (
        <ul aria-label={t('notes')} className="m-0 flex list-disc flex-col gap-0.5 pl-5 text-ink-2 text-sm">
          {workflow.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      {ordered.length > 0 && (
        <table className="wf-report">
          <thead>
            <tr>
              <th scope="col">{t('node')}</th>
              <th scope="col">{t('type')}</th>
              <th scope="col">{t('why')}</th>
            </tr>
          </thead>
          {verdicts.map((verdict) => {
            const rows = ordered.slice(0, maxRows).filter((node) => node.verdict === verdict);
            if (rows.length === 0) return null;
            return (
              <tbody key={verdict}>
                <tr>
                  <th scope="rowgroup" colSpan={3}>
                    <VerdictBadge verdict={verdict} />
                  </th>
                </tr>
                {rows.map((node, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: nodes may share a name, and a report does not change
                  <tr key={`${at}:${node.name}`}>
                    <td className="font-medium text-ink">{node.name}</td>
                    <td className="font-mono text-ink-2 text-xs">{node.type}</td>
                    <td className="text-ink-2">{node.reasons.length === 0 ? t('same') : node.reasons.join(' ')}</td>
                  </tr>
                ))}
              </tbody>
            );
          })}
        </table>
      )}
      {left > 0 && <p className="text-ink-3 text-sm">{t('more', { count: left })}</p>}
    </section>
  );
}
