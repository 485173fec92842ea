// What an entry of the log belongs to, and its details, as names and values.

import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { AuditEntry } from '../../../shared/model/audit.ts';
import { routes, useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { formatDateTime } from '../../ui/index.ts';
import type { useStepNames } from '../history/index.ts';
import { ActorLink } from '../why/index.ts';
import { detailRows, isKnownDetail } from './detail-words.ts';
import { readLines, serverOf } from './log-model.ts';

export function Belonging({ entry, names }: { entry: AuditEntry; names: ReturnType<typeof useStepNames> }) {
  const t = useT('security');
  const short = useWithTilde();
  const read = entry.details?.read;
  const server = serverOf(entry);
  const { run, step, conversation } = entry;
  return (
    <Facts>
      <Fact name={t('who')}>
        <ActorLink actor={entry.actor} />
      </Fact>
      <Fact name={t('when')}>
        <span className="tabular">{formatDateTime(entry.at)}</span>
      </Fact>
      {Array.isArray(read) ? (
        <Fact name={t('read')}>
          {readLines(read).map((line) => (
            <span key={line} className="block">
              {short(line)}
            </span>
          ))}
        </Fact>
      ) : null}
      {run === undefined ? null : (
        <Fact name={t('run')}>
          <Go href={routes.runs(run)}>
            {names.run === undefined ? t('openRun') : t('runNamed', { title: names.run.title, number: names.run.number })}
          </Go>
        </Fact>
      )}
      {/* Without a run, a step is only a word for machines. */}
      {step === undefined || run === undefined ? null : (
        <Fact name={t('step')}>
          <span title={step}>{names.steps[step] ?? step}</span>
        </Fact>
      )}
      {conversation === undefined ? null : (
        <Fact name={t('conversation')}>
          <Go href={routes.chat(conversation)}>{t('openConversation')}</Go>
        </Fact>
      )}
      {server === undefined || server === 'orrery' ? null : (
        <Fact name={t('server')}>
          <Go href={routes.tools(server)}>{server}</Go>
        </Fact>
      )}
    </Facts>
  );
}

export function Details({ entry }: { entry: AuditEntry }) {
  const t = useT('security');
  const short = useWithTilde();
  const rows = detailRows(entry);
  if (rows.length === 0) return null;
  const nameOf = (name: string): string =>
    isKnownDetail(name) ? t(`detailNames.${name}`) : name.startsWith('args.') ? name.slice('args.'.length) : name;
  return (
    <section className="border-line border-t pt-4">
      <h3 className="m-0 mb-2 font-medium text-ink-3 text-xs">{t('details')}</h3>
      <Facts isSmall>
        {rows.map(({ name, value, isCode }) => (
          <Fact key={name} name={nameOf(name)}>
            <span className={isCode ? 'tabular line-clamp-6 whitespace-pre-wrap font-mono' : 'tabular'} title={value}>
              {short(value)}
            </span>
          </Fact>
        ))}
      </Facts>
    </section>
  );
}

const Facts = ({ isSmall = false, children }: { isSmall?: boolean; children: ReactNode }) => (
  <dl
    className={`m-0 grid grid-cols-[88px_minmax(0,1fr)] gap-x-3 ${isSmall ? 'gap-y-1 text-sm' : 'gap-y-1.5 border-line border-t pt-4 text-base'}`}
  >
    {children}
  </dl>
);

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="truncate text-ink-3" title={name}>
        {name}
      </dt>
      <dd className="m-0 min-w-0 text-ink [overflow-wrap:anywhere]">{children}</dd>
    </>
  );
}

export const Go = ({ href, children }: { href: string; children: ReactNode }) => (
  <Link href={href} className="text-accent-ink">
    {children}
  </Link>
);
