// Beside a thing that is configured or remembered: who changed it last and when, and the way to why it was allowed and to undo it.

import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import type { ChangeKind } from '../../../shared/model/change.ts';
import { client, useCall, useStream } from '../../api/index.ts';
import { routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { cn, TimeAgo } from '../../ui/index.ts';
import { ActorLink } from './why-allowed.tsx';

interface Props {
  kind: Exclude<ChangeKind, 'file' | 'folder'>;
  /** The id of the thing; without it, the last of all of that kind. */
  target?: string;
  /** Anything that is another after a change: then it is looked up again. */
  version?: number | string;
  className?: string | undefined;
}

/** Nothing where no change of it is kept. What it cannot find out it leaves out: it is an aside, and History says what is wrong. */
export function LastChange({ kind, target, version, className }: Props): ReactNode {
  const t = useT('why');
  const { data } = useCall(
    (signal) => client.undo.listRevisions({ kind, limit: 1, ...(target === undefined ? {} : { target }) }, { signal }),
    [kind, target, version],
  );
  const change = data?.[0];
  if (change === undefined) return null;
  return (
    <p
      className={cn(
        'm-0 text-ink-3 text-sm [&_a]:text-accent-ink [&_a]:underline [&_a]:decoration-line-2 [&_a]:underline-offset-2 [&_a:hover]:decoration-current',
        className,
      )}
    >
      {target === undefined ? t('lastOfAll', { title: change.title }) : t('lastChange')}{' '}
      {change.actor.kind === 'person' ? t('youInSentence') : <ActorLink actor={change.actor} />}
      {' · '}
      <TimeAgo at={change.at} />
      {' · '}
      <Link href={routes.log('change', change.id)}>{t('openWhy')}</Link>
      {change.set === undefined ? null : (
        <>
          {' · '}
          <Link href={routes.history(change.set)}>{t('openUndo')}</Link>
        </>
      )}
    </p>
  );
}

/** Of all settings: they are changed one by one while this is shown. */
export function LastSetting({ className }: Pick<Props, 'className'>): ReactNode {
  const [version, setVersion] = useState(0);
  useStream(
    (signal) => client.undo.watch(undefined, { signal }),
    () => setVersion((before) => before + 1),
    [],
  );
  return <LastChange kind="setting" version={version} className={className} />;
}
