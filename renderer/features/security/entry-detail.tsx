// One entry: who, what, why it was allowed or not, where it belongs, and how it is taken back.

import { type ReactNode, useMemo } from 'react';
import { Link } from 'wouter';
import type { AuditEntry } from '../../../shared/model/audit.ts';
import { routes, useWithTilde } from '../../shell/index.ts';
import { ruleWords, useT } from '../../strings/index.ts';
import { Badge, Button, formatDateTime, Icon, IconButton } from '../../ui/index.ts';
import { useStepNames } from '../history/index.ts';
import { kindIcons, otherDetails, outcomeTones, readLines, serverOf } from './log-model.ts';
import { UndoChange } from './undo-change.tsx';

interface Props {
  entry: AuditEntry;
  onClose(): void;
  onRun(run: string): void;
}

export function EntryDetail({ entry, onClose, onRun }: Props) {
  const t = useT('security');
  const text = (name: string): string | undefined => {
    const value = entry.details?.[name];
    return typeof value === 'string' ? value : undefined;
  };
  const read = entry.details?.read;
  const short = useWithTilde();
  const about = useMemo(() => [entry], [entry]);
  const names = useStepNames(entry.run, about);
  const server = serverOf(entry);
  const others = otherDetails(entry);
  const change = text('change');
  return (
    <div className="flex min-h-full flex-col">
      <header className="flex h-11 shrink-0 items-center gap-2 border-line border-b px-4">
        <Icon name={kindIcons[entry.kind]} size={15} className="shrink-0 text-ink-3" />
        <h2 className="min-w-0 flex-1 truncate font-semibold text-base text-ink">{t(`kind.${entry.kind}`)}</h2>
        <span className="tabular text-ink-3 text-sm">{t('entry', { seq: entry.seq })}</span>
        <IconButton icon="x" label={t('close')} onClick={onClose} />
      </header>
      <div className="flex flex-col gap-4 p-4">
        <div className="flex flex-col gap-2">
          <div>
            <Badge tone={outcomeTones[entry.outcome]}>{t(`outcome.${entry.outcome}`)}</Badge>
          </div>
          <code className="font-mono text-ink text-sm [overflow-wrap:anywhere]" title={entry.what}>
            {short(entry.what)}
          </code>
          <p className="m-0 text-base text-ink-2 [overflow-wrap:anywhere]">{short(entry.reason)}</p>
        </div>
        <dl className="m-0 grid grid-cols-[88px_1fr] gap-x-3 gap-y-1.5 border-line border-t pt-4 text-base">
          <Fact name={t('who')}>{entry.actor.name}</Fact>
          <Fact name={t('when')}>
            <span className="tabular">{formatDateTime(entry.at)}</span>
          </Fact>
          {text('rule') === undefined ? null : <Fact name={t('rule')}>{ruleWords(text('rule') ?? '')}</Fact>}
          {text('grant') === undefined ? null : (
            <Fact name={t('grant')}>
              <Go href={routes.grants(text('grant'))}>{t('openGrant')}</Go>
            </Fact>
          )}
          {Array.isArray(read) ? (
            <Fact name={t('read')}>
              {readLines(read).map((line) => (
                <span key={line} className="block">
                  {short(line)}
                </span>
              ))}
            </Fact>
          ) : null}
          {entry.run === undefined ? null : (
            <Fact name={t('run')}>
              <Go href={routes.runs(entry.run)}>
                {names.run === undefined ? t('openRun') : t('runNamed', { title: names.run.title, number: names.run.number })}
              </Go>
            </Fact>
          )}
          {entry.step === undefined ? null : (
            <Fact name={t('step')}>
              <span title={entry.step}>{names.steps[entry.step] ?? entry.step}</span>
            </Fact>
          )}
          {entry.conversation === undefined ? null : (
            <Fact name={t('conversation')}>
              <Go href={routes.chat(entry.conversation)}>{t('openConversation')}</Go>
            </Fact>
          )}
          {server === undefined ? null : (
            <Fact name={t('server')}>
              <Go href={routes.tools(server)}>{server}</Go>
            </Fact>
          )}
        </dl>
        {others.length === 0 ? null : (
          <section className="border-line border-t pt-4">
            <h3 className="m-0 mb-2 font-medium text-ink-3 text-xs">{t('details')}</h3>
            <dl className="m-0 grid grid-cols-[88px_1fr] gap-x-3 gap-y-1 text-sm">
              {others.map(([name, value]) => (
                <Fact key={name} name={name}>
                  <span className="tabular font-mono [overflow-wrap:anywhere]" title={value}>
                    {short(value)}
                  </span>
                </Fact>
              ))}
            </dl>
          </section>
        )}
        <div className="flex flex-wrap gap-2 empty:hidden">
          {change === undefined || entry.kind !== 'change' ? null : <UndoChange change={change} cannot={text('cannotUndo')} />}
          {entry.run === undefined ? null : (
            <Button icon="filter" onClick={() => onRun(entry.run ?? '')}>
              {t('allOfRun')}
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="truncate text-ink-3">{name}</dt>
      <dd className="m-0 min-w-0 text-ink [overflow-wrap:anywhere]">{children}</dd>
    </>
  );
}

const Go = ({ href, children }: { href: string; children: ReactNode }) => (
  <Link href={href} className="text-accent-ink">
    {children}
  </Link>
);
