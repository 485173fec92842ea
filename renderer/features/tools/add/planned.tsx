// One server of a preview.

import { type ReactNode, useState } from 'react';
import type { PlannedServer } from '../../../../shared/model/server-import.ts';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import { isThisMachine } from '../../../../shared/this-machine.ts';
import { visibleText } from '../../../markdown/hidden.ts';
import { useT } from '../../../strings/index.ts';
import { Badge, Checkbox, Field, Icon, IconButton, Input } from '../../../ui/index.ts';
import { ReachForm } from '../reach-form.tsx';
import { commandLine } from '../state-words.ts';
import { type Choice, withQuestions } from './choice.ts';
import { Question } from './question.tsx';

interface Props {
  planned: PlannedServer;
  choice: Choice;
  faults: ReadonlyMap<string, 'bad' | 'taken'>;
  /** What is only missing is said once the person has pressed the button. */
  showsMissing: boolean;
  isOnly: boolean;
  onChange: (patch: Partial<Choice>) => void;
}

const isRemote = (config: ServerConfig): boolean => (config.transport ?? 'stdio') !== 'stdio';

export function Planned(props: Props): ReactNode {
  const t = useT('tools');
  const { planned, choice, faults, showsMissing, isOnly, onChange } = props;
  const [isOpen, setOpen] = useState(isOnly || planned.questions.some((each) => each.isRequired));
  const isUsable = planned.problem === undefined;
  // What is wrong must be in sight.
  const shown = isUsable && (isOpen || (showsMissing && choice.take && faults.size > 0));
  const line = isRemote(planned.config) ? (planned.config.url ?? '') : commandLine(planned.config);
  return (
    <section className="tools-planned" aria-label={planned.key}>
      <div className="flex min-w-0 items-center gap-2.5">
        <Checkbox
          aria-label={t('new.plan.choose', { key: planned.key })}
          checked={choice.take}
          disabled={!isUsable}
          onChange={(take) => onChange({ take })}
        />
        <div className="min-w-0 flex-1">
          <h2 className="m-0 truncate font-semibold text-base">{visibleText(choice.title)}</h2>
          {shown ? null : (
            <p className="m-0 truncate font-mono text-ink-2 text-sm">{visibleText(withQuestions(line, planned.questions))}</p>
          )}
        </div>
        {planned.status === 'same' ? (
          <Badge>{planned.sameAs === undefined ? t('new.plan.same') : t('new.plan.sameAs', { title: visibleText(planned.sameAs) })}</Badge>
        ) : null}
        {planned.status === 'name-taken' ? <Badge tone="wait">{t('new.plan.nameTaken')}</Badge> : null}
        {isUsable ? null : <Badge tone="bad">{t('new.plan.notUsable')}</Badge>}
        {isOnly || !isUsable ? null : (
          <IconButton
            icon={shown ? 'chevron-up' : 'chevron-down'}
            label={t('new.preview')}
            aria-expanded={shown}
            onClick={() => setOpen(!isOpen)}
          />
        )}
      </div>
      {planned.problem === undefined ? null : (
        <p className="m-0 pl-6.5 text-bad [overflow-wrap:anywhere]">{visibleText(planned.problem)}</p>
      )}
      {shown ? <Details {...props} /> : null}
    </section>
  );
}

function Details({ planned, choice, faults, showsMissing, onChange }: Props): ReactNode {
  const t = useT('tools');
  const { config, questions, notes } = planned;
  const remote = isRemote(config);
  const words = (text: string): string => visibleText(withQuestions(text, questions));
  const values = Object.entries(remote ? (config.headers ?? {}) : config.env);
  return (
    <div className="flex flex-col gap-4 pl-6.5">
      {planned.description === '' ? null : <p className="m-0 text-ink-2">{visibleText(planned.description)}</p>}
      <dl className="tools-facts">
        <dt>{remote ? t('new.plan.connects') : t('new.plan.runs')}</dt>
        <dd className="tools-mono">{words(remote ? (config.url ?? '') : commandLine(config))}</dd>
        {values.length === 0 ? null : (
          <>
            <dt>{t('new.plan.env')}</dt>
            <dd className="tools-mono">
              {values.map(([name, value]) => (
                <div key={name}>
                  {name} = {'secret' in value ? t('secretNamed', { name: choice.names[value.secret] ?? value.secret }) : words(value.text)}
                </div>
              ))}
            </dd>
          </>
        )}
        {config.cwd === undefined ? null : (
          <>
            <dt>{t('cwd')}</dt>
            <dd className="tools-mono">{words(config.cwd)}</dd>
          </>
        )}
      </dl>
      {questions.length === 0 ? null : (
        <Part title={t('new.plan.questions')}>
          {questions.map((question) => (
            <Question
              key={question.id}
              question={question}
              value={choice.answers[question.id] ?? ''}
              isMissing={showsMissing && faults.has(`answer:${question.id}`)}
              onChange={(answer) => onChange({ answers: { ...choice.answers, [question.id]: answer } })}
            />
          ))}
        </Part>
      )}
      {planned.secrets.length === 0 ? null : (
        <Part title={t('new.plan.keys')}>
          {planned.secrets.map((secret) => (
            <div key={secret.name} className="flex min-w-0 flex-wrap items-center gap-2">
              <Icon name="key-round" size={14} className="shrink-0 text-ink-3" />
              <span className="min-w-0 [overflow-wrap:anywhere]">
                {t(secret.exists === 'same' ? 'new.plan.keySame' : 'new.plan.keyInto', { place: visibleText(secret.place) })}
              </span>
              {secret.exists === 'same' ? (
                <span className="font-mono text-sm">{secret.name}</span>
              ) : (
                <Input
                  mono
                  className="w-72 max-w-full"
                  aria-label={t('new.plan.keyName', { place: secret.place })}
                  aria-invalid={faults.has(`secret:${secret.name}`) || undefined}
                  title={faults.has(`secret:${secret.name}`) ? t('new.plan.keyBad') : undefined}
                  value={choice.names[secret.name] ?? secret.name}
                  onChange={(event) => onChange({ names: { ...choice.names, [secret.name]: event.currentTarget.value } })}
                />
              )}
            </div>
          ))}
        </Part>
      )}
      <Part title={t('new.plan.reach')}>
        {remote ? (
          <p className="m-0 text-ink-2">{t(isThisMachine(planned.config.url) ? 'new.plan.reachLocal' : 'new.plan.reachRemote')}</p>
        ) : (
          <ReachForm
            draft={choice.reach}
            programs={planned.programs}
            onChange={(patch) => onChange({ reach: { ...choice.reach, ...patch } })}
          />
        )}
      </Part>
      {notes.length === 0 ? null : (
        <Part title={t('new.plan.notes')}>
          <ul className="m-0 list-disc pl-4 text-ink-2">
            {notes.map((note) => (
              <li key={note}>{visibleText(note)}</li>
            ))}
          </ul>
        </Part>
      )}
      <div className="grid grid-cols-[repeat(auto-fit,minmax(200px,1fr))] gap-3">
        <Field label={t('new.plan.name')} error={faults.has('title') ? ' ' : undefined} required>
          <Input value={choice.title} onChange={(event) => onChange({ title: event.currentTarget.value })} />
        </Field>
        <Field
          label={t('new.plan.id')}
          required
          error={faults.get('id') === 'taken' ? t('new.plan.idTaken') : faults.has('id') ? t('new.plan.idBad') : undefined}
        >
          <Input mono value={choice.id} onChange={(event) => onChange({ id: event.currentTarget.value })} />
        </Field>
      </div>
      <Checkbox label={t('new.plan.enabled')} checked={choice.enabled} onChange={(enabled) => onChange({ enabled })} />
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <section className="flex flex-col gap-2.5">
      <h3 className="m-0 font-medium text-ink-2 text-sm">{title}</h3>
      {children}
    </section>
  );
}
