// Takes one change back, after saying what that does.

import type { ChangeId } from '../../../shared/model/change.ts';
import { client, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, ConfirmDialog, toast, useDialog } from '../../ui/index.ts';

export function UndoChange({ change, cannot }: { change: string; cannot: string | undefined }) {
  const t = useT('security');
  const dialog = useDialog();
  const selection = { change: change as ChangeId };
  const plan = useCall((signal) => client.undo.plan({ selection }, { signal }), [change]);
  const item = plan.data?.[0];
  if (cannot !== undefined) return <p className="m-0 text-ink-3 text-sm">{t('cannotUndo', { why: cannot })}</p>;
  if (item !== undefined && item.state !== 'ready' && item.state !== 'conflict')
    return <p className="m-0 text-ink-3 text-sm">{item.words}</p>;
  const undo = async (): Promise<void> => {
    const result = await client.undo.undo({ selection, choices: {} });
    const why = result.failed[0]?.message;
    toast(
      result.done > 0
        ? { title: t('undone'), tone: 'ok' }
        : { title: why === undefined ? t('undoConflict') : t('undoNothing', { why }), tone: 'bad' },
    );
    plan.reload();
  };
  return (
    <>
      <Button icon="undo-2" disabled={item === undefined} onClick={() => dialog.show()}>
        {t('undo')}
      </Button>
      <ConfirmDialog
        {...dialog.props}
        title={t('undoTitle')}
        text={item?.words ?? ''}
        action={t('undoAction')}
        danger={false}
        onConfirm={undo}
      />
    </>
  );
}
