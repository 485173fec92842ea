// A form for one tool's arguments, and what it answered. The person calls it; a tool that may destroy is asked about.

import { type ReactNode, useRef, useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import { type JsonObject, type JsonValue, jsonObject } from '../../../shared/model/json.ts';
import type { ToolInfo, ToolResult } from '../../../shared/model/tool.ts';
import { client, toAppError } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, ConfirmDialog, Duration, ErrorNote, useDialog } from '../../ui/index.ts';
import { SchemaForm } from '../../ui/schema-form/index.ts';
import { CallUnderWay } from './call-under-way.tsx';
import { ToolResultView } from './tool-result-view.tsx';

type Outcome = { ms: number; result: ToolResult } | { ms: number; error: AppError };

export function TryTool({ tool, canCall }: { tool: ToolInfo; canCall: boolean }): ReactNode {
  const t = useT('tools');
  const [args, setArgs] = useState<JsonValue>({});
  const [outcome, setOutcome] = useState<Outcome>();
  const control = useRef<AbortController>(undefined);
  /** The name of the call that goes on. */
  const [follow, setFollow] = useState<string>();
  const busy = follow !== undefined;
  const ask = useDialog<JsonObject>();
  const run = async (given: JsonObject): Promise<void> => {
    control.current = new AbortController();
    const name = crypto.randomUUID();
    setFollow(name);
    const started = performance.now();
    try {
      const result = await client.tools.call(
        { server: tool.server, tool: tool.name, args: given, follow: name },
        { signal: control.current.signal },
      );
      setOutcome({ ms: performance.now() - started, result });
    } catch (error) {
      setOutcome({ ms: performance.now() - started, error: toAppError(error) });
    } finally {
      setFollow(undefined);
    }
  };
  const submit = (value: JsonValue): void => {
    const given = jsonObject.parse(value ?? {});
    if (tool.destructive && !tool.readOnly) ask.show(given);
    else void run(given);
  };
  return (
    <div className="tools-try">
      <SchemaForm
        schema={tool.inputSchema}
        value={args}
        onChange={setArgs}
        onSubmit={submit}
        submitLabel={t('try')}
        disabled={!canCall}
        loading={busy}
        actions={
          busy ? (
            <Button variant="ghost" onClick={() => control.current?.abort()}>
              {t('stopCall')}
            </Button>
          ) : undefined
        }
      />
      {follow === undefined ? null : <CallUnderWay server={tool.server} follow={follow} />}
      {outcome !== undefined && !busy && (
        <div className="tools-outcome" role="status">
          <p className="tools-quiet">
            {t('answeredIn')} <Duration ms={outcome.ms} />
          </p>
          {'error' in outcome ? (
            <ErrorNote error={outcome.error.toJSON()} />
          ) : (
            <ToolResultView result={outcome.result} server={tool.server} />
          )}
        </div>
      )}
      <ConfirmDialog
        {...ask.props}
        title={t('destructiveTitle', { name: tool.name })}
        text={t('destructiveText')}
        action={t('try')}
        // Not until it has answered: what its server asks meanwhile is below.
        onConfirm={() => {
          if (ask.subject !== undefined) void run(ask.subject);
        }}
      />
    </div>
  );
}
