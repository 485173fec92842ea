import type { ReactNode } from 'react';
import type { McpClient } from '../../../../shared/model/client.ts';
import { useT } from '../../../strings/index.ts';
import { Badge, Button, StateDot, TimeAgo } from '../../../ui/index.ts';
import { LastChange } from '../../why/index.ts';

export interface ProgramRowProps {
  program: McpClient;
  onRevoke(): void;
  onLetIn(): void;
}

/** One program: who says who it is, what had started it, when it was last there. */
export function ProgramRow({ program, onRevoke, onLetIn }: ProgramRowProps): ReactNode {
  const t = useT('programs');
  const isOut = program.revokedAt !== undefined;
  const isUnknown = program.comes === 'local';
  return (
    <li className="flex min-h-12 items-center gap-3 py-2">
      <StateDot tone={!isOut && program.open > 0 ? 'ok' : 'neutral'} />
      <div className="min-w-0 flex-1">
        <div className="truncate font-medium">{program.name}</div>
        <div className="line-clamp-2 text-ink-2 text-sm" title={program.program}>
          {isUnknown ? t('local') : t('token')}
          {' · '}
          {program.lastSeenAt === undefined ? t('never') : <TimeAgo at={program.lastSeenAt} />}
          {program.program === undefined ? null : ` · ${t('startedBy', { program: lastPart(program.program) })}`}
        </div>
        <LastChange kind="client" target={program.name} version={program.revokedAt ?? 0} />
      </div>
      {isOut ? (
        <Badge>{t('revoked')}</Badge>
      ) : (
        <>
          {isUnknown ? <Badge tone="wait">{t('unknown')}</Badge> : null}
          {program.open > 0 ? <Badge tone="ok">{t('open', { count: program.open })}</Badge> : null}
        </>
      )}
      {isOut && !isUnknown ? null : (
        <Button
          size="s"
          variant="ghost"
          aria-label={`${isOut ? t('letIn') : t('revoke')}: ${program.name}`}
          onClick={isOut ? onLetIn : onRevoke}
        >
          {isOut ? t('letIn') : t('revoke')}
        </Button>
      )}
    </li>
  );
}

const lastPart = (path: string): string => path.split(/[\\/]/).at(-1) || path;
