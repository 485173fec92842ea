// The run's timeline, docked below the canvas: a row for each node that took part, on one time scale.

import './timeline.css';
import { useEffect, useMemo, useState } from 'react';
import { useT } from '../../../strings/index.ts';
import { formatDuration, IconButton, SegmentedControl } from '../../../ui/index.ts';
import { useEditor, useEditorStore } from '../editor/context.ts';
import { hideRun, type RunOnCanvas, select } from '../editor/store.ts';
import { descriptorOf, titleOf } from '../model/catalog.ts';
import { stepTitle } from '../model/step-title.ts';
import { type TimelineRow, timelineOf } from '../model/timeline.ts';
import { HeldLine } from './held-line.tsx';
import { RunResult } from './run-result.tsx';
import { isGoing, RunState, useOriginWords } from './run-status.tsx';
import { useRunCommands } from './use-run-commands.ts';

const tickMs = 250;
/** CSS pixels: 200 % zoom of the usual window. */
const lowWindow = 480;

/** The time now, while something moves. */
function useNow(isTicking: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isTicking) return;
    const timer = setInterval(() => setNow(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, [isTicking]);
  return now;
}

export function Timeline({
  onStop,
  onInbox,
  isStopping,
}: {
  onStop?: () => void;
  onInbox?: (item?: string) => void;
  isStopping?: boolean;
}) {
  const run = useEditor((state) => state.run);
  return run === undefined ? null : (
    <Dock
      run={run}
      {...(onStop === undefined ? {} : { onStop })}
      {...(onInbox === undefined ? {} : { onInbox })}
      isStopping={isStopping === true}
    />
  );
}

interface DockProps {
  run: RunOnCanvas;
  onStop?: () => void;
  onInbox?: (item?: string) => void;
  isStopping: boolean;
}

type Part = 'result' | 'timeline';

/** What the run gave, once it is done. On a run's own page the top of that page shows it. */
function resultOf({ summary, view }: RunOnCanvas, readOnly: boolean): RunOnCanvas['view']['outputs'] {
  const { outputs, large } = view;
  if (readOnly || summary.status !== 'done' || outputs === undefined) return undefined;
  return Object.keys(outputs).length === 0 && large === undefined ? undefined : outputs;
}

function Dock({ run, onStop, onInbox, isStopping }: DockProps) {
  const t = useT('workflow');
  const editor = useEditorStore();
  const readOnly = useEditor((state) => state.readOnly);
  // In a low window a run's own page begins with the graph; the timeline is one press away.
  const [isOpen, setOpen] = useState(() => !readOnly || window.innerHeight >= lowWindow);
  const { summary, view, states } = run;
  const going = isGoing(summary.status);
  const now = useNow(going);
  const start = view.startedAt ?? summary.startedAt;
  const end = view.endedAt ?? summary.endedAt;
  const { rows, span } = useMemo(() => timelineOf(view.steps, states, start, end, now), [view, states, start, end, now]);
  const nodes = useEditor((state) => state.history.document.nodes);
  const catalog = useEditor((state) => state.catalog);
  const titles = useMemo(
    () => new Map<string, string>(nodes.map((node) => [node.id, titleOf(node, descriptorOf(catalog, node))])),
    [nodes, catalog],
  );
  const originWords = useOriginWords();
  const outputs = resultOf(run, readOnly);
  const tPast = useT('past');
  const commands = useRunCommands(summary.id);
  const canPause = !readOnly && (summary.status === 'running' || summary.status === 'waiting') && view.ending === undefined;
  const [chosen, setChosen] = useState<{ run: string; part: Part }>();
  const part: Part = outputs === undefined ? 'timeline' : chosen?.run === summary.id ? chosen.part : 'result';
  const took = formatDuration((end ?? Math.max(now, start)) - start);
  return (
    <section className="wf-dock" aria-label={t('timeline.label')}>
      <header className="wf-dock-head">
        {/* A run's own page says above which run it is, what started it and how it stands. */}
        <span className="font-semibold text-ink">{readOnly ? t('timeline.short') : t('run.number', { number: summary.number })}</span>
        {!readOnly && <RunState status={summary.status} />}
        <span className="min-w-0 flex-1 truncate text-sm text-ink-3">
          {!readOnly && t('timeline.started', { time: new Date(start).toLocaleTimeString('en-GB'), by: originWords(summary.origin) })}
          {!readOnly && ' · '}
          <span className="tabular">{t(going ? 'timeline.so-far' : 'timeline.took', { time: took })}</span>
        </span>
        {isOpen && outputs !== undefined && (
          <SegmentedControl<Part>
            aria-label={t('timeline.part')}
            value={part}
            onChange={(next) => setChosen({ run: summary.id, part: next })}
            items={[
              { value: 'result', label: t('result.label') },
              { value: 'timeline', label: t('timeline.short') },
            ]}
          />
        )}
        {summary.status === 'waiting' && onInbox !== undefined && (
          <button
            type="button"
            className="rounded-sm px-1.5 text-sm text-wait underline-offset-2 hover:underline"
            onClick={() => onInbox([...view.steps.values()].find((step) => step.status === 'waiting')?.inbox)}
          >
            {t('timeline.answer')}
          </button>
        )}
        {canPause && (
          <IconButton
            label={tPast('commands.pause-hint')}
            icon="pause"
            size="s"
            disabled={commands.isBusy}
            tooltipSide="top"
            onClick={commands.pause}
          />
        )}
        {!readOnly && going && onStop !== undefined && (
          <IconButton label={t('run.stop')} icon="square" size="s" disabled={isStopping} tooltipSide="top" onClick={onStop} />
        )}
        <IconButton
          label={t(isOpen ? 'timeline.fold' : 'timeline.unfold')}
          icon={isOpen ? 'chevron-down' : 'chevron-up'}
          size="s"
          tooltipSide="top"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        />
        {!readOnly && !going && (
          <IconButton label={t('timeline.close')} icon="x" size="s" tooltipSide="top" onClick={() => hideRun(editor)} />
        )}
      </header>
      {!readOnly && (
        <HeldLine status={summary.status} view={view} commands={commands} titleOf={(step, node) => stepTitle(titles, step, node)} />
      )}
      {isOpen && !readOnly && view.error !== undefined && (
        <p className="wf-dock-error">
          {view.error.message}
          {view.error.hint !== undefined && <span className="text-ink-2"> {view.error.hint}</span>}
        </p>
      )}
      {isOpen && part === 'result' && outputs !== undefined && (
        <RunResult key={summary.id} outputs={outputs} large={view.large && { run: summary, values: view.large }} />
      )}
      {isOpen && part === 'timeline' && (
        <ol className="wf-dock-rows">
          {rows.map((row) => (
            <Row
              key={row.node}
              row={row}
              title={titles.get(row.node) ?? row.node}
              span={span}
              onSelect={() => select(editor, [row.node])}
            />
          ))}
          {rows.length === 0 && <li className="text-sm text-ink-3">{t('timeline.nothing-yet')}</li>}
        </ol>
      )}
    </section>
  );
}

function Row({ row, title, span, onSelect }: { row: TimelineRow; title: string; span: number; onSelect(): void }) {
  const t = useT('workflow');
  const tPast = useT('past');
  const at = (ms: number) => `${(100 * ms) / span}%`;
  const bar = (from: number, to: number) => ({ left: at(from), width: `max(4px, ${at(Math.max(0, to - from))})` });
  const words = row.total > 0 ? t('timeline.rounds', { title, done: row.done, total: row.total }) : title;
  return (
    <li>
      <button type="button" className="wf-dock-row" onClick={onSelect}>
        <span className="truncate text-left" title={words}>
          {words}
        </span>
        <span className="wf-lane">
          {row.isTaken ? null : row.marks.length === 0 ? (
            <span className="wf-span" data-state={row.status} style={bar(row.from, row.to)} />
          ) : (
            row.marks.map((mark, index) => (
              // Rounds may start and end in the same millisecond; the steps of a node keep their order.
              // biome-ignore lint/suspicious/noArrayIndexKey: a mark is its place among them
              <span key={index} className="wf-span" data-state={mark.status} style={bar(mark.from, mark.to)} />
            ))
          )}
        </span>
        <span className="tabular text-right text-ink-3">
          {row.status === 'waiting' ? '–' : row.isTaken ? tPast('timeline.taken') : formatDuration(row.ms)}
        </span>
        <span className="sr-only">{t(`state.${row.status}`)}</span>
      </button>
    </li>
  );
}
