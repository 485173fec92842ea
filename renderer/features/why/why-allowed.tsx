// Wherever the result of an action is shown: who did it, why it was allowed, and the way to what allowed it. Reads the audit log when
// it is shown, and shows nothing for what needed no permission.

import { type ReactNode, useMemo } from 'react';
import { Link } from 'wouter';
import type { AuditActor } from '../../../shared/model/audit.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import { client, useCall } from '../../api/index.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { routes, useWithTilde } from '../../shell/index.ts';
import { ruleWords, useT } from '../../strings/index.ts';
import { cn, ErrorNote, Skeleton, TimeOf } from '../../ui/index.ts';
import { placeOfActor, type Source, sourceOf, type Why, whysOf } from './why-model.ts';

const mostEntries = 200;
/** Within a sentence, colour alone does not tell a link. */
const inText = 'underline decoration-line-2 underline-offset-2 hover:decoration-current';

/** Of a step of a run. */
export function WhyAllowed({
  run,
  step,
  isQuestionHere = false,
}: {
  run: RunId;
  step: string;
  /** The question itself is what is shown: no way to it is needed. */
  isQuestionHere?: boolean;
}): ReactNode {
  const t = useT('why');
  const { data, error } = useCall((signal) => client.audit.list({ run, step, limit: mostEntries }, { signal }), [run, step]);
  const whys = useMemo(() => whysOf(data ?? []), [data]);
  if (error !== undefined && data === undefined) return <ErrorNote error={error} />;
  if (data === undefined) return <Skeleton className="late h-4 w-3/5" />;
  if (data.length === 0) return null;
  return (
    <section aria-label={t('title')} className="flex min-w-0 flex-col gap-1.5">
      <h3 className="m-0 font-medium text-ink-3 text-xs">{t('title')}</h3>
      {whys.map((why) => (
        <WhyFacts key={why.entry} why={why} {...(isQuestionHere ? {} : { run, step })} isOneOfMany={whys.length > 1} />
      ))}
      <Link href={routes.log('run', run, step)} className="self-start text-accent-ink text-sm">
        {t('inLog', { count: data.length })}
      </Link>
    </section>
  );
}

/** What a person did by hand, or Orrery by itself: nobody had to allow it. `change` leads to the log. */
export function DoneBy({ actor, change }: { actor: AuditActor; change?: string | undefined }): ReactNode {
  const t = useT('why');
  return (
    <p className="m-0 text-ink-2 text-sm">
      {actor.kind === 'person' ? t('byYou') : actor.kind === 'app' ? t('byOrrery') : t('by', { name: visibleText(actor.name) })}{' '}
      {change === undefined ? null : (
        <Link href={routes.log('change', change)} className={cn('text-accent-ink', inText)}>
          {t('openLog')}
        </Link>
      )}
    </p>
  );
}

interface FactsProps {
  why: Why;
  /** Where the question is looked for. */
  run?: RunId;
  step?: string;
  isOneOfMany: boolean;
  /** Left out where the same is said beside it. */
  hasWho?: boolean;
  className?: string;
}

export function WhyFacts({
  why,
  run,
  step,
  isOneOfMany,
  hasWho = true,
  className = 'grid-cols-[64px_minmax(0,1fr)] gap-y-1 text-sm',
}: FactsProps): ReactNode {
  const t = useT('why');
  const short = useWithTilde();
  const source = sourceOf(why);
  return (
    <dl
      className={cn(
        'm-0 grid gap-x-3 [&_a]:text-accent-ink [&_dd]:m-0 [&_dd]:min-w-0 [&_dd]:[overflow-wrap:anywhere] [&_dt]:text-ink-3',
        className,
      )}
    >
      {isOneOfMany ? (
        <>
          <dt>{t('what')}</dt>
          <dd className="font-mono">{short(visibleText(why.what))}</dd>
        </>
      ) : null}
      {hasWho ? (
        <>
          <dt>{t('who')}</dt>
          <dd>
            <ActorLink actor={why.actor} />
          </dd>
        </>
      ) : null}
      <dt>{t(`outcome.${why.outcome}`)}</dt>
      <dd>
        {short(visibleText(why.reason))}
        {/* What allowed it says as much itself. */}
        {why.outcome === 'allowed' || why.rule === '' || / allows it\.$/.test(why.reason) ? null : (
          <span className="text-ink-3"> {ruleWords(why.rule)}.</span>
        )}
        <ToSource source={why.answer === undefined ? source : undefined} />
      </dd>
      {why.answer === undefined ? null : (
        <>
          <dt>{t('answer')}</dt>
          <dd>
            {short(visibleText(why.answer.reason))} <TimeOf at={why.answer.at} className="text-ink-3" />
            <ToSource source={source} />
            {run === undefined || step === undefined ? null : <Question run={run} step={step} />}
          </dd>
        </>
      )}
    </dl>
  );
}

/** To the grant, the agent, the job or the chat by which it was allowed, where it can be taken back. */
const ToSource = ({ source }: { source: Source | undefined }): ReactNode => {
  const t = useT('why');
  if (source === undefined) return null;
  return (
    <>
      {' · '}
      <Link href={hrefOf(source)} className={inText}>
        {t(`open.${source.key}`)}
      </Link>
    </>
  );
};

/** The question as it was shown. */
function Question({ run, step }: { run: RunId; step: string }): ReactNode {
  const t = useT('why');
  const asked = useCall((signal) => client.inbox.list({ of: { run, step }, limit: 1 }, { signal }), [run, step]);
  const item = asked.data?.[0];
  if (item === undefined) return null;
  return (
    <>
      {' · '}
      <Link href={routes.inbox(item.id)} className={inText}>
        {t('open.question')}
      </Link>
    </>
  );
}

/** Who it was; it leads to the agent, the job, the tool server or the program. */
export function ActorLink({ actor }: { actor: AuditActor }): ReactNode {
  const t = useT('why');
  const place = placeOfActor(actor);
  const name = actor.kind === 'person' && actor.name === 'You' ? t('you') : visibleText(actor.name);
  const kind = actor.kind === 'person' || actor.kind === 'app' ? '' : ` (${t(`kind.${actor.kind}`)})`;
  return (
    <>
      {place === undefined ? (
        name
      ) : (
        <Link href={routes[place.key](place.id)} className="text-accent-ink">
          {name}
        </Link>
      )}
      <span className="text-ink-3">{kind}</span>
    </>
  );
}

function hrefOf({ key, id }: Source): string {
  switch (key) {
    case 'grant':
      return routes.grants(id);
    case 'agent':
      return routes.agents(id);
    case 'job':
      return routes.jobs(id);
    case 'chat':
      return routes.chat(id);
  }
}
