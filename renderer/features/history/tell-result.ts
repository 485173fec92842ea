import type { UndoResult } from '../../../shared/model/change.ts';
import { client, toAppError } from '../../api/index.ts';
import { navigate, routes } from '../../shell/index.ts';
import { getT } from '../../strings/index.ts';
import { toast, toastError } from '../../ui/index.ts';

const undoneAtOnce = 50;

/** A toast with what came of it, and the way back. `title`: in other words than how many were undone. */
export function tellResult(result: UndoResult, title?: string): void {
  const t = getT('history');
  const { done, kept, failed, set, failedMore = 0, left } = result;
  const [first] = failed;
  const others = failed.length + failedMore - 1;
  const notes = [
    ...(kept === 0 ? [] : [t('kept', { count: kept })]),
    ...(left === undefined ? [] : [t('left', { count: left })]),
    ...(first === undefined ? [] : [t('failed', { title: first.title, message: first.message })]),
    ...(others > 0 ? [t('failedMore', { count: others })] : []),
  ];
  toast({
    title: title ?? (done === 0 ? t('doneNothing') : t('done', { count: done })),
    text: notes.length === 0 ? undefined : notes.join('. '),
    tone: first === undefined ? 'ok' : 'bad',
    ...(set === undefined
      ? {}
      : {
          timeout: 8000,
          // Very many are looked at before.
          action:
            done > undoneAtOnce
              ? { label: t('seeThat'), onClick: () => navigate(routes.history(set)) }
              : {
                  label: t('undoThat'),
                  onClick: () =>
                    void client.undo
                      .undo({ selection: { set } })
                      .then((again) => tellResult(again))
                      .catch((thrown: unknown) => toastError(toAppError(thrown))),
                },
        }),
  });
}
