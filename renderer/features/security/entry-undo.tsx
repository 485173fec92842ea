// The way back from what an entry tells of, or in plain words why there is none.

import type { AuditEntry } from '../../../shared/model/audit.ts';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button } from '../../ui/index.ts';
import { undoCase } from './detail-words.ts';
import { Go } from './entry-facts.tsx';
import { UndoChange } from './undo-change.tsx';

const textIn = (entry: AuditEntry, name: string): string | undefined => {
  const value = entry.details?.[name];
  return typeof value === 'string' ? value : undefined;
};

export function EntryUndo({ entry, siblings }: { entry: AuditEntry; siblings: readonly AuditEntry[] }) {
  const t = useT('security');
  const change = textIn(entry, 'change');
  const made = siblings.filter((each) => each.kind === 'change' && textIn(each, 'set') !== undefined);
  const set = textIn(entry, 'set') ?? (made[0] === undefined ? undefined : textIn(made[0], 'set'));
  const why = undoCase(entry);
  const wayBack = textIn(entry, 'wayBack');
  return (
    <div className="flex flex-wrap items-center gap-2 empty:hidden">
      {change === undefined || entry.kind !== 'change' ? null : <UndoChange change={change} cannot={textIn(entry, 'cannotUndo')} />}
      {set === undefined ? null : (
        <Button icon="history" onClick={() => navigate(routes.history(set))}>
          {entry.kind === 'change' || entry.kind === 'undo' ? t('inHistory') : t('changedBy', { count: made.length })}
        </Button>
      )}
      {wayBack === undefined ? null : <p className="m-0 text-ink-3 text-sm">{wayBack}</p>}
      {set !== undefined || why === 'none' ? null : (
        <p className="m-0 text-ink-3 text-sm">
          {t(`noUndo.${why}`)} {why === 'secret' ? <Go href={routes.vault()}>{t('openVault')}</Go> : null}
        </p>
      )}
    </div>
  );
}
