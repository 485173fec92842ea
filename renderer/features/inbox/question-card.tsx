import { type FormEvent, lazy, type ReactNode, Suspense, useState } from 'react';
import type { JsonValue } from '../../../shared/model/json.ts';
import { openOutside } from '../../api/index.ts';
import { safeLink } from '../../markdown/address.ts';
import { useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, CopyButton, SkeletonRows, TextArea } from '../../ui/index.ts';
import { addressParts } from './address-in.ts';
import type { CardProps } from './approval-card.tsx';
import { questionParts } from './approval-text.ts';
import { AskError, AskFrame } from './ask-frame.tsx';
import { Preview } from './preview.tsx';
import { useAnswer } from './use-answer.ts';
import { answerOf, type YesOrNo, yesOrNo } from './yes-or-no.ts';

// Most questions need no form; chat must not load one for them.
const SchemaForm = lazy(async () => ({ default: (await import('../../ui/schema-form/index.ts')).SchemaForm }));

/** A question with its own form, or a text field when it brings none. */
export function QuestionCard({ item, onAnswered }: CardProps): ReactNode {
  const t = useT('inbox');
  const { busy, error, answer } = useAnswer(item, onAnswered);
  const [text, setText] = useState('');
  const [value, setValue] = useState<JsonValue>();
  if (item.request.kind !== 'question') return null;
  const { schema } = item.request;
  const either = schema === undefined ? undefined : yesOrNo(schema);
  const { head, rest } = questionParts(item.request.question);
  const opening = schema?.type === 'boolean' ? addressParts(rest) : undefined;
  const send = (given: JsonValue): void => answer({ kind: 'question', value: given });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() !== '') send(text);
  };
  return (
    <AskFrame icon="hand" title={head}>
      {rest !== '' && <Preview preview={{ kind: 'text', text: opening?.before ?? rest }} />}
      {opening !== undefined && opening.after !== '' && <p className="ask-words ask-quiet">{opening.after}</p>}
      {opening !== undefined && <OpenAddress named={opening.address} />}
      {error !== undefined && <AskError error={error} />}
      {schema === undefined || (schema.type === 'string' && Object.keys(schema).length === 1) ? (
        <form className="ask-form" onSubmit={submit}>
          <TextArea
            autoGrow
            rows={2}
            aria-label={t('yourAnswer')}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && text.trim() !== '') send(text);
            }}
          />
          <div className="ask-actions">
            <Button variant="primary" type="submit" disabled={busy || text.trim() === ''}>
              {t('answer')}
            </Button>
          </div>
        </form>
      ) : either !== undefined ? (
        <EitherForm either={either} value={value} busy={busy} onChange={setValue} onSend={send} />
      ) : (
        <Suspense fallback={<SkeletonRows count={3} />}>
          <SchemaForm schema={schema} value={value} onChange={setValue} onSubmit={send} disabled={busy} submitLabel={t('answer')} />
        </Suspense>
      )}
    </AskFrame>
  );
}

/** What a question wants opened is shown whole above, and opened by nobody but the person. */
function OpenAddress({ named }: { named: string }): ReactNode {
  const t = useT('inbox');
  const task = useTask();
  const address = safeLink(named);
  if (address === undefined) return null;
  return (
    <>
      <div className="ask-actions">
        <Button icon="external-link" onClick={() => void task.run(() => openOutside(address))}>
          {t('openAddress', { host: new URL(address).host })}
        </Button>
        <CopyButton text={address} label={t('copyAddress')} />
      </div>
      {task.error !== undefined && <AskError error={task.error} />}
    </>
  );
}

interface EitherProps {
  either: YesOrNo;
  value: JsonValue | undefined;
  busy: boolean;
  onChange(value: JsonValue): void;
  onSend(value: JsonValue): void;
}

/** Yes and no as two buttons, with what else may be said above them. */
function EitherForm({ either, value, busy, onChange, onSend }: EitherProps): ReactNode {
  const t = useT('inbox');
  const yes = either.title ?? t('yes');
  const no = (
    <Button disabled={busy} onClick={() => onSend(answerOf(either, false, value))}>
      {t('no')}
    </Button>
  );
  if (either.rest === undefined)
    return (
      <div className="ask-actions">
        <Button variant="primary" disabled={busy} onClick={() => onSend(answerOf(either, true, value))}>
          {yes}
        </Button>
        {no}
      </div>
    );
  return (
    <Suspense fallback={<SkeletonRows count={3} />}>
      <SchemaForm
        schema={either.rest}
        value={value}
        onChange={onChange}
        onSubmit={(given) => onSend(answerOf(either, true, given))}
        disabled={busy}
        submitLabel={yes}
        actions={no}
      />
    </Suspense>
  );
}
