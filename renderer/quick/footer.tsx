import { type ReactNode, useState } from 'react';
import type { AppStatus } from '../../shared/model/system.ts';
import { client, useStream } from '../api/index.ts';
import { useT } from '../strings/index.ts';
import type { QuickResult, WorkflowNeeds } from './results.ts';
import type { QuickRun } from './use-run.ts';

interface Props {
  selected: QuickResult | undefined;
  needs: WorkflowNeeds | undefined;
  run: QuickRun | undefined;
  busy: boolean;
}

/** Says whether what Enter does needs a model, and whether one is there. */
export function Footer({ selected, needs, run, busy }: Props): ReactNode {
  const t = useT('quick');
  const [model, setModel] = useState<AppStatus['model']>();
  useStream(
    (signal) => client.app.watchStatus(undefined, { signal }),
    (status) => setModel(status.model),
    [],
  );
  const wantsModel = selected?.kind === 'ask' || (selected?.kind === 'run' && needs?.model === true);
  const words = (): string => {
    if (busy) return t('foot.sending');
    if (run !== undefined) return run.view.status === 'running' && run.error === undefined ? t('foot.running') : '';
    if (selected === undefined) return '';
    if (selected.kind === 'run' && needs !== undefined && needs.inputs.length > 0)
      return t('foot.inputs', { names: needs.inputs.join(', ') });
    if (!wantsModel) return t('foot.noModelNeeded');
    if (model?.state === 'ready') return t('foot.uses', { name: model.label });
    return model?.state === 'missing' ? t('foot.noModel') : t('foot.checking');
  };
  const missing = wantsModel && model?.state === 'missing';
  return (
    <footer className="quick-foot">
      <span data-missing={missing} role="status">
        {words()}
      </span>
      <span className="quick-keys">
        <span>{t('foot.choose')}</span>
        <span>Esc</span>
      </span>
    </footer>
  );
}
