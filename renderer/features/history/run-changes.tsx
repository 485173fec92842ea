// On a run's page and below an answer: how much it changed, the way there, and the way back. Nothing when it changed nothing.

import { useState } from 'react';
import type { RunId } from '../../../shared/model/ids.ts';
import { client, useCall } from '../../api/index.ts';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button } from '../../ui/index.ts';
import { UndoDialog } from './undo-dialog.tsx';

/** `ended` loads it again when the run is over. */
export function RunChanges({ run, ended, size = 'm' }: { run: RunId; ended: boolean; size?: 's' | 'm' }) {
  const t = useT('history');
  const found = useCall((signal) => client.undo.ofRun({ run }, { signal }), [run, ended]);
  const [isUndoing, setUndoing] = useState(false);
  const set = found.data?.set;
  if (set === undefined) return null;
  const left = set.count - set.undone - set.cannot;
  return (
    <>
      <Button variant="ghost" size={size} icon="history" title={t('run.open')} onClick={() => navigate(routes.history(set.id))}>
        {t('run.changes', { count: set.count })}
        {set.undone === set.count ? ` · ${t('undone')}` : ''}
      </Button>
      {left === 0 || !ended ? null : (
        <Button
          variant={size === 's' ? 'ghost' : 'default'}
          size={size}
          icon="undo-2"
          title={t('run.undo')}
          onClick={() => setUndoing(true)}
        >
          {t('undoOne')}
        </Button>
      )}
      {isUndoing ? <UndoDialog selection={{ run }} onClose={() => setUndoing(false)} onDone={found.reload} /> : null}
    </>
  );
}
