// What a server is and how it does, at a glance: changed definitions, numbers, what it says of itself, how it is contained and started.

import type { ReactNode } from 'react';
import type { ServerConfig, ServerStatus } from '../../../shared/model/tool.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Badge, Button, Collapse, formatBytes, formatDateTime, formatDuration, Icon, SectionTitle, useClock } from '../../ui/index.ts';
import { LastChange } from '../why/index.ts';
import { ChangesView } from './changes-view.tsx';
import { LogPath } from './log-path.tsx';
import { PackageSection, startsFromPackage } from './package-section.tsx';
import { commandLine, isRemote } from './state-words.ts';
import type { TabName } from './tab-names.ts';

interface Props {
  server: ServerStatus;
  onOpen: (tab: TabName) => void;
}

export function Overview({ server, onOpen }: Props): ReactNode {
  return (
    <div className="flex flex-col gap-6">
      {(server.changes?.length ?? 0) > 0 && <ChangesView server={server} />}
      <Stats server={server} />
      <Containment server={server} onOpen={onOpen} />
      <About server={server} />
      <Starts server={server} />
      {server.config !== undefined && startsFromPackage(server.config) ? <PackageSection server={server} /> : null}
      {server.config === undefined ? null : <LastChange kind="server" target={server.id} version={JSON.stringify(server.config)} />}
    </div>
  );
}

function Stat({ label, value, note }: { label: string; value: ReactNode; note?: ReactNode }): ReactNode {
  return (
    <div className="tools-stat">
      <dt>{label}</dt>
      <dd>
        <span className="tabular block text-ink text-lg">{value}</span>
        {note === undefined ? null : <span className="tabular block text-ink-3 text-xs">{note}</span>}
      </dd>
    </div>
  );
}

function Stats({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  const now = useClock();
  const { calls, memory, startedAt } = server;
  const isOn = server.state === 'ready' && startedAt !== undefined;
  const nothing = <span className="text-ink-3">–</span>;
  return (
    <dl className="tools-stats" aria-label={t('stat.label')}>
      <Stat
        label={t('stat.up')}
        value={isOn ? formatDuration(Math.max(1000, now - startedAt)) : nothing}
        note={
          isOn ? (
            <span title={formatDateTime(startedAt)}>{server.pid === undefined ? '' : t('stat.process', { pid: server.pid })}</span>
          ) : (
            t('stat.notRunning')
          )
        }
      />
      <Stat
        label={t('stat.calls')}
        value={calls?.count ?? 0}
        note={
          calls === undefined || calls.count === 0 ? undefined : calls.failed === 0 ? (
            t('stat.noneFailed')
          ) : (
            <span className="text-bad">{t('stat.failed', { count: calls.failed })}</span>
          )
        }
      />
      <Stat
        label={t('stat.latency')}
        value={calls === undefined || calls.count === 0 ? nothing : formatDuration(calls.p50Ms)}
        note={
          calls === undefined || calls.count === 0 ? t('stat.latencyNone') : t('stat.latencyNote', { p95: formatDuration(calls.p95Ms) })
        }
      />
      {isRemote(server) ? null : (
        <Stat
          label={t('stat.memory')}
          value={memory === undefined ? nothing : formatBytes(memory)}
          note={memory === undefined ? undefined : t('stat.memoryNote')}
        />
      )}
      <Stat label={t('stat.restarts')} value={server.restarts} />
    </dl>
  );
}

const containedLooks = {
  sandbox: { icon: 'shield-check', className: 'text-ok' },
  none: { icon: 'shield-alert', className: 'text-bad' },
  remote: { icon: 'globe', className: 'text-ink-2' },
} as const;

function Containment({ server, onOpen }: Props): ReactNode {
  const t = useT('tools');
  const short = useWithTilde();
  const { contained } = server;
  const look = contained === undefined ? { icon: 'shield-question-mark', className: 'text-ink-3' } : containedLooks[contained.kind];
  return (
    <section>
      <SectionTitle
        actions={
          <Button size="s" variant="ghost" onClick={() => onOpen('permissions')}>
            {t('contained.change')}
          </Button>
        }
      >
        {t('contained.title')}
      </SectionTitle>
      <div className="mt-1 flex gap-2.5">
        <Icon
          name={look.icon}
          size={16}
          className={`mt-0.5 shrink-0 ${look.className}`}
          {...(contained === undefined ? {} : { 'aria-label': t(`contained.${contained.kind}`) })}
        />
        <p className="m-0 min-w-0 text-ink-2 [overflow-wrap:anywhere]">
          {contained === undefined ? t('contained.notYet') : short(contained.words)}
        </p>
      </div>
    </section>
  );
}

function About({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  const { about, signIn } = server;
  return (
    <section>
      <SectionTitle>{t('about.title')}</SectionTitle>
      {about === undefined ? (
        <p className="tools-quiet mt-1">{t('about.none')}</p>
      ) : (
        <>
          <dl className="tools-facts mt-1.5">
            <dt>{t('about.name')}</dt>
            <dd>
              {visibleText(about.name)} <span className="text-ink-3">{visibleText(about.version)}</span>
            </dd>
            <dt>{t('about.protocol')}</dt>
            <dd className="tabular">MCP {visibleText(about.protocol)}</dd>
            <dt>{t('about.offers')}</dt>
            <dd className="flex flex-wrap gap-1">
              {about.capabilities.map((each) => (
                <Badge key={each}>{visibleText(each)}</Badge>
              ))}
            </dd>
            {signIn?.account === undefined ? null : (
              <>
                <dt>{t('about.account')}</dt>
                <dd>{visibleText(signIn.account)}</dd>
              </>
            )}
          </dl>
          {about.instructions === undefined || about.instructions.trim() === '' ? null : (
            <Collapse title={t('about.instructions')} className="mt-1.5">
              <p className="m-0 whitespace-pre-line pl-5 text-ink-2 [overflow-wrap:anywhere]">{visibleText(about.instructions)}</p>
            </Collapse>
          )}
        </>
      )}
    </section>
  );
}

const valueText = (value: ServerConfig['env'][string], named: (name: string) => string): string =>
  'secret' in value ? named(value.secret) : value.text;

function Starts({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  const { config, logFile } = server;
  if (config === undefined) return null;
  const pairs = (from: ServerConfig['env']): ReactNode =>
    Object.entries(from).map(([name, value]) => (
      <div key={name}>
        {name} = {visibleText(valueText(value, (secret) => t('secretNamed', { name: secret })))}
      </div>
    ));
  return (
    <section>
      <SectionTitle>{t('starts.title')}</SectionTitle>
      <dl className="tools-facts mt-1.5">
        {isRemote(server) ? (
          <>
            <dt>{t('address')}</dt>
            <dd className="tools-mono">{visibleText(config.url ?? '')}</dd>
          </>
        ) : (
          <>
            <dt>{t('command')}</dt>
            <dd className="tools-mono">{visibleText(commandLine(config))}</dd>
          </>
        )}
        {config.cwd === undefined ? null : (
          <>
            <dt>{t('cwd')}</dt>
            <dd className="tools-mono">{visibleText(config.cwd)}</dd>
          </>
        )}
        {Object.keys(config.env).length === 0 ? null : (
          <>
            <dt>{t('env')}</dt>
            <dd className="tools-mono">{pairs(config.env)}</dd>
          </>
        )}
        {Object.keys(config.headers ?? {}).length === 0 ? null : (
          <>
            <dt>{t('headers')}</dt>
            <dd className="tools-mono">{pairs(config.headers ?? {})}</dd>
          </>
        )}
        <dt>{t('id')}</dt>
        <dd className="tools-mono">{server.id}</dd>
        {config.source === undefined ? null : (
          <>
            <dt>{t('starts.source')}</dt>
            <dd>
              {t(`starts.sources.${config.source.ref === 'pasted' ? 'pasted' : config.source.kind}`, {
                ref: visibleText(config.source.ref),
              })}
            </dd>
          </>
        )}
        {logFile === undefined ? null : (
          <>
            <dt>{t('starts.log')}</dt>
            <dd>
              <LogPath path={logFile} />
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}
