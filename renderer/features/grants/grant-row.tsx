import type { GrantView } from '../../../shared/model/policy.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Badge, cn, Icon, OpenRow, TimeAgo } from '../../ui/index.ts';

export function GrantRow({ grant, isSelected, onOpen }: { grant: GrantView; isSelected: boolean; onOpen(): void }) {
  const t = useT('grants');
  const short = useWithTilde();
  const [what = '', ...conditions] = grant.words.map((line) => short(visibleText(line)));
  const isOver = grant.state === 'revoked' || grant.state === 'ended';
  return (
    <OpenRow
      isSelected={isSelected}
      onOpen={onOpen}
      lead={
        <Icon
          name={grant.effect === 'deny' ? 'ban' : 'check'}
          className={cn('shrink-0', isOver ? 'text-ink-3' : grant.effect === 'deny' ? 'text-bad' : 'text-ok')}
        />
      }
      side={
        grant.state === 'active' || grant.state === 'revoked' ? null : (
          <Badge tone={grant.state === 'changed' ? 'wait' : 'neutral'}>{t(`state.${grant.state}`)}</Badge>
        )
      }
    >
      <span className={cn('block truncate text-base', isOver ? 'text-ink-2' : 'text-ink')}>
        {grant.effect === 'deny' ? t('never', { what: lowerFirst(what) }) : what}
        {conditions.length === 0 ? null : <span className="text-ink-2">, {conditions.join(', ')}</span>}
      </span>
      <span className="block truncate text-ink-3 text-xs">
        {t('uses', { count: grant.uses })}
        {grant.lastUsedAt === undefined ? null : (
          <>
            , <TimeAgo at={grant.lastUsedAt} />
          </>
        )}{' '}
        · {grant.state === 'revoked' ? grant.who : t('fromWords', { from: grant.from })}
      </span>
    </OpenRow>
  );
}

export const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
