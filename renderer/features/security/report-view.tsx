// The report of a period, on the page and for the printer: what ran, who approved, where data went, what changed.

import { type ReactNode, useState } from 'react';
import type { ComplianceReport } from '../../../shared/model/audit-report.ts';
import { changeSaid } from '../../../shared/model/change-names.ts';
import { client, toAppError, useCall } from '../../api/index.ts';
import { ruleWords, useT } from '../../strings/index.ts';
import { Button, ErrorState, formatBytes, formatDateTime, Icon, Select, Skeleton, toast, toastError } from '../../ui/index.ts';
import { exportLog } from './export-log.ts';
import { type SpanName, spanNames, spans } from './log-model.ts';
import './report.css';

export function ReportView() {
  const t = useT('security');
  const [span, setSpan] = useState<SpanName>('week');
  const { data, error, reload } = useCall((signal) => client.audit.makeReport({ since: Date.now() - spans[span] }, { signal }), [span]);
  const copy = (): void => {
    navigator.clipboard
      .writeText(JSON.stringify(data, null, 2))
      .then(() => toast({ title: t('report.copied'), tone: 'ok' }))
      .catch((thrown: unknown) => toastError(toAppError(thrown)));
  };
  const save = (): void => {
    exportLog()
      .then((count) => toast({ title: t('report.saved', { count }), tone: 'ok' }))
      .catch((thrown: unknown) => toastError(toAppError(thrown)));
  };
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-2 px-5 py-2.5 print:hidden">
        <Select
          aria-label={t('report.period')}
          className="w-auto min-w-32"
          value={span}
          options={spanNames.map((value) => ({ value, label: t(`since.${value}`) }))}
          onChange={(value) => setSpan(spanNames.find((name) => name === value) ?? 'week')}
        />
        <span className="flex-1" />
        <Button icon="file-text" disabled={data === undefined} onClick={() => window.print()}>
          {t('report.print')}
        </Button>
        <Button icon="copy" disabled={data === undefined} onClick={copy}>
          {t('report.copy')}
        </Button>
        <Button icon="download" onClick={save}>
          {t('report.save')}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard, and nothing in it can have the focus */}
      <section aria-label={t('report.title')} tabIndex={0} className="min-h-0 flex-1 overflow-y-auto px-5 pb-10 -outline-offset-2">
        {error !== undefined ? (
          <ErrorState error={error} onRetry={reload} safe={t('safe')} />
        ) : data === undefined ? (
          <div aria-busy className="flex max-w-[720px] flex-col gap-3 pt-4">
            <Skeleton className="h-5 w-2/5" />
            <Skeleton className="w-3/5" />
            <Skeleton className="w-1/2" />
          </div>
        ) : (
          <Report report={data} />
        )}
      </section>
    </div>
  );
}

function Report({ report }: { report: ComplianceReport }) {
  const t = useT('security');
  const { ran, approved, data, changed, access } = report;
  const names = (list: readonly { name: string; count: number }[]): string => list.map((each) => `${each.name} (${each.count})`).join(', ');
  return (
    <article className="audit-report mx-auto flex w-full max-w-[1120px] flex-col gap-7 pt-2">
      <header className="flex flex-col gap-1">
        <h2 className="m-0 font-semibold text-ink text-lg">{t('report.title')}</h2>
        <p className="tabular m-0 text-base text-ink-2">
          {t('report.from', { since: formatDateTime(report.since), until: formatDateTime(report.until) })} ·{' '}
          {t('report.entries', { count: report.entries })}
        </p>
        <p className={`m-0 flex items-center gap-1.5 text-base ${report.chain.state === 'broken' ? 'text-bad' : 'text-ink-2'}`}>
          <Icon name={report.chain.state === 'broken' ? 'shield-alert' : 'shield-check'} size={15} className="shrink-0" />
          {report.chain.text}
        </p>
        {report.sealed > 0 ? <p className="m-0 text-ink-2">{t('report.sealed', { count: report.sealed })}</p> : null}
      </header>
      <Section title={t('report.ran')} figures={[[t('report.runs', { count: ran.runs }), '']]}>
        <Table
          head={[t('report.workflow'), t('report.workflowRuns'), t('report.failed'), t('report.startedBy')]}
          rows={ran.workflows.map((each) => [each.title, each.count, each.failed, names(each.by)])}
          none={t('report.noWorkflows')}
        />
        <Table
          head={[t('report.tool'), t('report.calls'), t('report.failed'), t('report.by')]}
          rows={ran.calls.map((each) => [each.tool, each.count, each.failed, names(each.by)])}
          none={t('report.noCalls')}
        />
        {ran.processes.length === 0 ? null : (
          <Table
            head={[t('report.program'), t('report.starts'), t('report.failed')]}
            rows={ran.processes.map((each) => [each.name, each.starts, each.failed])}
            none=""
          />
        )}
      </Section>
      <Section
        title={t('report.approved')}
        figures={[
          [t('report.allowedByYou'), approved.byPerson],
          [t('report.asked'), approved.asked],
          [t('report.denied'), approved.denied],
        ]}
      >
        <Table
          head={[t('report.rule'), t('report.times')]}
          rows={approved.byRule.map((each) => [ruleWords(each.name), each.count])}
          none={t('report.noRules')}
        />
        {approved.answers.length === 0 ? null : (
          <Table
            head={[t('when'), t('who'), t('what'), t('report.why'), t('filterOutcome')]}
            rows={approved.answers.map((each) => [
              formatDateTime(each.at),
              each.actor.name,
              each.what,
              each.reason,
              t(`outcome.${each.outcome}`),
            ])}
            none=""
          />
        )}
      </Section>
      <Section
        title={t('report.went')}
        figures={[
          [t('report.outside'), formatBytes(data.bytesOut)],
          [t('report.inside'), formatBytes(data.bytesIn)],
          [t('report.refusedConnections'), data.refused],
        ]}
      >
        <Table
          head={[t('host'), t('connectionsColumn'), t('refused'), t('sent'), t('received'), t('report.by')]}
          rows={data.hosts.map((each) => [
            each.title,
            each.connections,
            each.refused,
            formatBytes(each.bytesOut),
            formatBytes(each.bytesIn),
            names(each.others),
          ])}
          none={t('report.noHosts')}
        />
        <Table
          head={[t('report.secret'), t('report.uses'), t('refused'), t('report.by')]}
          rows={data.secrets.map((each) => [each.name, each.uses, each.refused, names(each.by)])}
          none={t('report.noSecrets')}
        />
      </Section>
      <Section title={t('report.changed')} figures={[[t('report.undone'), changed.undone]]}>
        <Table
          head={[t('report.kind'), t('report.changes'), t('report.by')]}
          rows={changed.byKind.map((each) => [changeSaid(each.name), each.count, names(each.by)])}
          none={t('report.noChanges')}
        />
      </Section>
      <Section
        title={t('report.access')}
        figures={[
          [t('report.letIn'), access.allowed],
          [t('report.turnedAway'), access.refused],
        ]}
      />
      <Section title={t('report.anomalies')}>
        {report.anomalies.length === 0 ? (
          <p className="m-0 text-ink-2">{t('report.noAnomalies')}</p>
        ) : (
          <ul className="m-0 flex list-none flex-col gap-2 p-0">
            {report.anomalies.map((each) => (
              <li key={each.id}>
                <span className="font-medium text-ink">{each.title}</span> <span className="text-ink-2">{each.text}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </article>
  );
}

function Section({
  title,
  figures = [],
  children,
}: {
  title: string;
  figures?: readonly (readonly [string, string | number])[];
  children?: ReactNode;
}) {
  return (
    <section className="flex flex-col gap-3 border-line border-t pt-4">
      <div className="flex flex-wrap items-baseline gap-x-5 gap-y-1">
        <h3 className="m-0 font-semibold text-ink text-md">{title}</h3>
        {figures.map(([name, value]) => (
          <span key={name} className="tabular text-ink-2 text-sm">
            {name} {value === '' ? null : <span className="font-medium text-ink">{value}</span>}
          </span>
        ))}
      </div>
      {children}
    </section>
  );
}

function Table({ head, rows, none }: { head: readonly string[]; rows: readonly (readonly (string | number)[])[]; none: string }) {
  if (rows.length === 0) return none === '' ? null : <p className="m-0 text-ink-2">{none}</p>;
  return (
    <div className="overflow-x-auto">
      <table className="audit-table tabular">
        <thead>
          <tr>
            {head.map((name, column) => (
              <th key={name} scope="col" className={typeof rows[0]?.[column] === 'number' ? 'is-number' : ''}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a report does not change while it is shown
            <tr key={at}>
              {row.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: as above
                <td key={column} className={typeof cell === 'number' ? 'is-number' : ''}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
