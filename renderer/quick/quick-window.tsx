// One line and what it can mean. Enter does the chosen result, Ctrl+Enter asks an agent, Esc closes.

import './quick.css';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { assertNever } from '../../shared/errors.ts';
import { client, toAppError, useCall } from '../api/index.ts';
import { routes, useTheme } from '../shell/index.ts';
import { Mark } from '../shell/mark.tsx';
import { useT } from '../strings/index.ts';
import { toastError } from '../ui/index.ts';
import { Footer } from './footer.tsx';
import { ResultList } from './result-list.tsx';
import { agentFor, groupsFor, type QuickResult } from './results.ts';
import { RunLine } from './run-line.tsx';
import { useKnown, useNeeds } from './use-known.ts';
import { useRun } from './use-run.ts';

export function QuickWindow(): ReactNode {
  const t = useT('quick');
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const [busy, setBusy] = useState(false);
  const shown = useShown();
  const settings = useCall((signal) => client.settings.get(undefined, { signal }), [shown]);
  useTheme(settings.data?.theme, settings.data?.reduceMotion ?? false);
  const { known, error } = useKnown(query, shown);
  const groups = groupsFor(query, known);
  const results = groups.flatMap((group) => group.results);
  const at = Math.min(chosen, Math.max(0, results.length - 1));
  const selected = results[at];
  const needs = useNeeds(selected?.kind === 'run' ? selected.workflow.id : undefined);
  const run = useRun();
  const field = useRef<HTMLInputElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time it is shown one can type at once
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [shown]);

  const type = (text: string): void => {
    setQuery(text);
    setChosen(0);
    run.clear();
  };
  const close = (): void => {
    type('');
    client.shell.hideQuick().catch((failure: unknown) => toastError(toAppError(failure)));
  };
  const open = (route: string): void => {
    client.shell.showMain({ route }).then(close, (failure: unknown) => toastError(toAppError(failure)));
  };
  const ask = (text: string): void => {
    const asked = agentFor(text.trim(), known.agents);
    if (asked === undefined || asked.text.trim() === '' || busy) return;
    setBusy(true);
    askAgent(asked.agent.id, asked.text.trim())
      .then(open, (failure: unknown) => toastError(toAppError(failure)))
      .finally(() => setBusy(false));
  };
  const act = (result: QuickResult): void => {
    if (result.kind === 'ask') ask(query);
    else if (result.kind === 'run' && needs !== undefined && needs.inputs.length === 0) run.start(result.workflow);
    else open(routeOf(result));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') close();
    else if (event.key === 'ArrowDown') setChosen((at + 1) % Math.max(1, results.length));
    else if (event.key === 'ArrowUp') setChosen((at - 1 + results.length) % Math.max(1, results.length));
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) ask(query);
    else if (event.key === 'Enter' && run.current?.run !== undefined) open(routes.runs(run.current.run.id));
    else if (event.key === 'Enter' && selected !== undefined && run.current === undefined) act(selected);
    else return;
    event.preventDefault();
  };
  return (
    <div className="quick-stage">
      <div className="quick" role="dialog" aria-label={t('title')}>
        <div className="quick-line">
          <Mark size={20} />
          <input
            ref={field}
            className="quick-input"
            role="combobox"
            aria-label={t('placeholder')}
            aria-expanded={results.length > 0}
            aria-controls="quick-results"
            aria-activedescendant={selected === undefined ? undefined : `quick-${at}`}
            aria-autocomplete="list"
            placeholder={t('placeholder')}
            autoComplete="off"
            spellCheck={false}
            value={query}
            onChange={(event) => type(event.target.value)}
            onKeyDown={onKeyDown}
          />
        </div>
        <div className="quick-body">
          {error !== undefined && (
            <p className="quick-error" role="alert">
              {error.message} {error.hint}
            </p>
          )}
          {run.current !== undefined ? (
            <RunLine quickRun={run.current} onOpen={open} />
          ) : results.length > 0 ? (
            <ResultList groups={groups} selected={at} onChoose={setChosen} onAct={act} />
          ) : (
            <p className="quick-empty">{query.trim() === '' ? t('empty') : t('nothing')}</p>
          )}
        </div>
        <Footer selected={run.current === undefined ? selected : undefined} needs={needs} run={run.current} busy={busy} />
      </div>
    </div>
  );
}

/** Where a result is looked at. */
function routeOf(result: Exclude<QuickResult, { kind: 'ask' }>): string {
  switch (result.kind) {
    case 'run':
      return routes.workflows(result.workflow.id);
    case 'memory':
      return routes.memory(result.hit.id);
    case 'chat':
      return routes.chat(result.chat.id);
    case 'go':
      return result.route;
    default:
      return assertNever(result, 'quick result');
  }
}

/** Makes a conversation with this text; its route. */
async function askAgent(agent: Parameters<typeof client.chat.setAgent>[0]['agent'], text: string): Promise<string> {
  const conversation = await client.chat.create({ agent });
  await client.chat.send({ id: conversation.id, text });
  return routes.chat(conversation.id);
}

/** Counts how often the window came up. */
function useShown(): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const onFocus = (): void => setCount((before) => before + 1);
    window.addEventListener('focus', onFocus);
    return () => window.removeEventListener('focus', onFocus);
  }, []);
  return count;
}
