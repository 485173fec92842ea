import { type FormEvent, useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import type { InboxRequest } from '../../../shared/model/grant.ts';
import type { AgentId, ServerId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { PolicyDecision } from '../../../shared/model/policy.ts';
import { client, toAppError, useCall } from '../../api/index.ts';
import { navigate, routes } from '../../shell/index.ts';
import { ruleWords, useT } from '../../strings/index.ts';
import { Badge, Button, Combobox, ErrorNote, Field, SectionTitle, TextArea } from '../../ui/index.ts';
import { ApprovalShown } from '../inbox/index.ts';

const tones = { allow: 'ok', ask: 'wait', deny: 'bad' } as const;
interface Answer {
  decision: PolicyDecision;
  approval?: Extract<InboxRequest, { kind: 'approval' }> | undefined;
}

/** What would be said to one call of one agent; nothing is done. */
export function DryRun() {
  const t = useT('grants');
  const agents = useCall((signal) => client.agents.list(undefined, { signal }), []);
  const tools = useCall((signal) => client.tools.listTools({}, { signal }), []);
  const [agent, setAgent] = useState('');
  const [tool, setTool] = useState('');
  const [args, setArgs] = useState('{}');
  const [answer, setAnswer] = useState<Answer>();
  const [error, setError] = useState<AppError>();
  const [isBusy, setBusy] = useState(false);
  const parsed = readObject(args);
  const chosen = agent === '' ? (agents.data?.[0]?.id ?? '') : agent;
  /** An answer is to what was asked, and to nothing that is written since. */
  const changing =
    (set: (value: string) => void) =>
    (value: string): void => {
      set(value);
      setAnswer(undefined);
      setError(undefined);
    };
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    if (parsed === undefined || tool === '') return;
    const dot = tool.indexOf('.');
    setBusy(true);
    setError(undefined);
    client.policy
      .dryRun({ agent: chosen as AgentId, server: tool.slice(0, dot) as ServerId, tool: tool.slice(dot + 1), args: parsed })
      .then(setAnswer, (thrown: unknown) => {
        setAnswer(undefined);
        setError(toAppError(thrown));
      })
      .finally(() => setBusy(false));
  };
  return (
    <>
      <form className="flex flex-col gap-4" onSubmit={ask}>
        <p className="m-0 text-ink-2 text-base">{t('tryText')}</p>
        <div className="grid grid-cols-2 gap-3">
          <Field label={t('agent')}>
            <Combobox
              value={chosen}
              onChange={changing(setAgent)}
              options={(agents.data ?? []).map((each) => ({ value: each.id, label: each.name }))}
            />
          </Field>
          <Field label={t('tool')}>
            <Combobox
              value={tool === '' ? null : tool}
              placeholder={t('choose')}
              onChange={changing(setTool)}
              options={(tools.data ?? []).map((each) => ({ value: `${each.server}.${each.name}`, label: `${each.server}.${each.name}` }))}
            />
          </Field>
        </div>
        <Field label={t('tryArgs')} error={parsed === undefined ? t('badJson') : undefined}>
          <TextArea mono autoGrow rows={3} value={args} onChange={(event) => changing(setArgs)(event.currentTarget.value)} />
        </Field>
        <div>
          <Button type="submit" variant="primary" loading={isBusy} disabled={tool === '' || chosen === '' || parsed === undefined}>
            {t('tryRun')}
          </Button>
        </div>
      </form>
      {error === undefined ? null : <ErrorNote error={error.toJSON()} />}
      {answer === undefined ? null : <Outcome answer={answer} />}
    </>
  );
}

function Outcome({ answer: { decision, approval } }: { answer: Answer }) {
  const t = useT('grants');
  const { outcome, reason, rule, grant } = decision;
  return (
    <section className="flex flex-col gap-3 border-line border-t pt-4" aria-live="polite">
      <div className="flex items-center gap-2">
        <Badge tone={tones[outcome]}>{t(`outcomes.${outcome}`)}</Badge>
        <span className="font-medium text-base">{t(`outcome.${outcome}`)}</span>
      </div>
      <p className="m-0 text-base [overflow-wrap:anywhere]">{reason}</p>
      <p className="m-0 text-ink-3 text-sm">
        {t('rule')}: {ruleWords(rule)}
        {grant === undefined ? null : (
          <>
            {' · '}
            <button type="button" className="text-accent-ink hover:underline" onClick={() => navigate(routes.grants(grant))}>
              {t('showGrant')}
            </button>
          </>
        )}
      </p>
      <p className="m-0 text-ink-3 text-sm">{t('tryNote')}</p>
      {approval === undefined ? null : (
        <>
          <SectionTitle>{t('wouldAsk')}</SectionTitle>
          <ApprovalShown request={approval} />
        </>
      )}
    </section>
  );
}

function readObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    // Not finished yet: the field says so.
    return undefined;
  }
}
