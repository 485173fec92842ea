import { type ReactNode, useRef } from 'react';
import type { GrantView } from '../../../shared/model/policy.ts';
import { client, toAppError } from '../../api/index.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { navigate, routes, useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Badge, Button, formatDateTime, IconButton, TimeAgo, toast, toastError, useFocusStays } from '../../ui/index.ts';
import { lowerFirst } from './grant-row.tsx';

const tones = { active: 'ok', ended: 'neutral', changed: 'wait', revoked: 'neutral' } as const;

/** One grant beside the list: all it says, what it was used for, and taking it back. */
export function GrantDetail({ grant, onEdit, onClose }: { grant: GrantView; onEdit(): void; onClose(): void }) {
  const t = useT('grants');
  const { id, words, who, effect, state, createdAt, from, uses, lastUsedAt } = grant;
  const short = useWithTilde();
  const actions = useRef<HTMLDivElement>(null);
  useFocusStays(actions);
  const [what = '', ...conditions] = words.map((line) => short(visibleText(line)));
  const restore = (): void => {
    client.policy.restoreGrant({ id }).then(
      () => toast(t('restored')),
      (thrown: unknown) => toastError(toAppError(thrown)),
    );
  };
  const revoke = (): void => {
    client.policy.revokeGrant({ id }).then(
      () => toast({ title: t('revoked', { what }), action: { label: t('undo'), onClick: restore }, timeout: 8000 }),
      (thrown: unknown) => toastError(toAppError(thrown)),
    );
  };
  return (
    <div className="flex flex-col gap-5 px-4 pt-3 pb-6">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1 pt-0.5">
          <h2 className="m-0 font-semibold text-lg [overflow-wrap:anywhere]">
            {effect === 'deny' ? t('never', { what: lowerFirst(what) }) : what}
          </h2>
          <div className="text-ink-2 text-sm">{t(effect === 'deny' ? 'deniedFor' : 'allowedFor', { who })}</div>
        </div>
        <Badge tone={tones[state]} className="mt-1">
          {t(`state.${state}`)}
        </Badge>
        <IconButton icon="x" label={t('close')} onClick={onClose} />
      </div>
      <div ref={actions} className="flex flex-wrap gap-2">
        {state === 'revoked' ? (
          <Button icon="rotate-ccw" onClick={restore}>
            {t('restore')}
          </Button>
        ) : (
          <>
            <Button icon="pencil" onClick={onEdit}>
              {t('edit')}
            </Button>
            <Button icon="ban" variant="ghost" onClick={revoke}>
              {t('revoke')}
            </Button>
          </>
        )}
        <Button icon="scroll-text" variant="ghost" onClick={() => navigate(routes.log('grant', id))}>
          {t('whatItAllowed')}
        </Button>
      </div>
      {conditions.length === 0 ? null : (
        <ul className="m-0 flex list-none flex-col divide-y divide-line border-line border-y p-0">
          {conditions.map((line) => (
            <li key={line} className="py-1.5 text-base [overflow-wrap:anywhere]">
              {line}
            </li>
          ))}
        </ul>
      )}
      {state === 'changed' ? <p className="m-0 text-base text-wait">{t(grant.kind === 'serve' ? 'changedServed' : 'changedWhy')}</p> : null}
      <dl className="m-0 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-base">
        <Fact label={t('given')}>{createdAt === 0 ? t('before') : formatDateTime(createdAt)}</Fact>
        <Fact label={t('from')}>{from}</Fact>
        <Fact label={t('lastUsed')}>
          {lastUsedAt === undefined ? t('uses', { count: 0 }) : <TimeAgo at={lastUsedAt} />}
          {uses > 0 ? <span className="text-ink-3"> · {t('uses', { count: uses })}</span> : null}
        </Fact>
      </dl>
      {effect === 'allow' ? <p className="m-0 text-ink-3 text-sm">{t('always')}</p> : null}
    </div>
  );
}

const Fact = ({ label, children }: { label: string; children: ReactNode }) => (
  <>
    <dt className="text-ink-3">{label}</dt>
    <dd className="m-0 min-w-0 [overflow-wrap:anywhere]">{children}</dd>
  </>
);
