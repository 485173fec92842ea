// The log of a server as it is written: its own words over MCP, what it wrote to stderr, and what Orrery did with it.

import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { ServerLogLine } from '../../../shared/model/mcp.ts';
import type { ServerStatus } from '../../../shared/model/tool.ts';
import { client, useStream } from '../../api/index.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, CopyButton, ErrorNote, SearchField, Select, SkeletonRows } from '../../ui/index.ts';
import { LogPath } from './log-path.tsx';

type Level = ServerLogLine['level'];
const levels: readonly Level[] = ['debug', 'info', 'warn', 'error'];
const inks: Record<Level, string> = { debug: 'text-ink-3', info: 'text-ink', warn: 'text-wait', error: 'text-bad' };

const clock = (at: number): string => new Date(at).toLocaleTimeString('en-GB');

export function LogTab({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  const [lines, setLines] = useState<readonly ServerLogLine[]>();
  const { error } = useStream((signal) => client.tools.watchLogs({ server: server.id }, { signal }), setLines, [server.id]);
  const [level, setLevel] = useState<Level>('debug');
  const [query, setQuery] = useState('');
  const wanted = query.trim().toLowerCase();
  const shown = lines?.filter((line) => levels.indexOf(line.level) >= levels.indexOf(level) && line.text.toLowerCase().includes(wanted));
  const asText = (shown ?? []).map((line) => `${new Date(line.at).toISOString()} ${line.from} ${line.level} ${line.text}`).join('\n');
  return (
    <section className="flex flex-col gap-2.5">
      <div className="flex flex-wrap items-center gap-2">
        <Select<Level>
          aria-label={t('log.show')}
          className="w-auto min-w-32"
          value={level}
          onChange={setLevel}
          options={levels.map((value) => ({ value, label: t(`log.levels.${value}`) }))}
        />
        <SearchField label={t('log.search')} value={query} onChange={setQuery} className="w-52" />
        {server.about?.capabilities.includes('logging') === true && server.state === 'ready' ? <ServerLevel server={server} /> : null}
        <CopyButton size="m" text={asText} label={t('log.copy')} className="ml-auto" />
      </div>
      {error !== undefined && lines === undefined ? (
        <ErrorNote error={error.toJSON()} />
      ) : shown === undefined ? (
        <SkeletonRows count={8} />
      ) : shown.length === 0 ? (
        <p className="tools-quiet">{lines?.length === 0 ? t('log.none') : t('log.noneShown')}</p>
      ) : (
        <Lines lines={shown} label={t('log.lines', { title: server.title })} />
      )}
      {server.logFile === undefined ? null : (
        <div className="flex min-w-0 flex-wrap items-center gap-x-2 text-ink-3 text-sm">
          {t('starts.log')} <LogPath path={server.logFile} />
        </div>
      )}
    </section>
  );
}

/** Which lines the server is asked to tell of; it starts by its own choice. */
function ServerLevel({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  const task = useTask();
  const [level, setLevel] = useState<Level | null>(null);
  const choose = (next: Level): void =>
    void task.run(async () => {
      await client.tools.setLogLevel({ server: server.id, level: next });
      setLevel(next);
    });
  return (
    <span className="flex items-center gap-2 text-ink-2 text-sm">
      <Select<Level>
        aria-label={t('log.serverLevel')}
        className="w-auto min-w-36"
        placeholder={t('log.serverLevel')}
        value={level}
        onChange={choose}
        options={levels.map((value) => ({ value, label: `${t('log.serverLevel')} ${t(`log.serverLevels.${value}`)}` }))}
      />
      {task.error === undefined ? null : <span className="text-bad">{task.error.message}</span>}
    </span>
  );
}

function Lines({ lines, label }: { lines: readonly ServerLogLine[]; label: string }): ReactNode {
  const t = useT('tools');
  const frame = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the newest line
  useEffect(() => {
    if (isAtEnd) frame.current?.scrollTo({ top: frame.current.scrollHeight });
  }, [lines, isAtEnd]);
  return (
    <div className="relative">
      <div
        ref={frame}
        role="log"
        aria-label={label}
        // What scrolls must be reachable by keyboard.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        tabIndex={0}
        className="tools-log"
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => setAtEnd(scrollHeight - scrollTop - clientHeight < 24)}
      >
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the log
          <div key={index} className="tools-log-line">
            <time className="tabular shrink-0 text-ink-3" dateTime={new Date(line.at).toISOString()}>
              {clock(line.at)}
            </time>
            <span className="tools-log-from text-ink-3">{t(`log.from.${line.from}`)}</span>
            <span className={`tools-log-level ${inks[line.level]}`}>{t(`log.level.${line.level}`)}</span>
            <span className={`min-w-0 whitespace-pre-wrap [overflow-wrap:anywhere] ${line.level === 'info' ? '' : inks[line.level]}`}>
              {visibleText(line.text)}
            </span>
          </div>
        ))}
      </div>
      {isAtEnd ? null : (
        <Button size="s" icon="arrow-down" className="absolute right-3 bottom-3 shadow-float" onClick={() => setAtEnd(true)}>
          {t('log.newest')}
        </Button>
      )}
    </div>
  );
}
