// A run that is held says before which steps, and lets them go one at a time; one that ends says that it cleans up first.

import type { RunStatus } from '../../../../shared/model/run.ts';
import { isRunOver } from '../../../../shared/model/run.ts';
import type { RunView } from '../../../../shared/model/run-view.ts';
import { useT } from '../../../strings/index.ts';
import { Button, cn, Icon, IconButton, Menu, MenuItem } from '../../../ui/index.ts';
import './run.css';
import type { RunCommands } from './use-run-commands.ts';

const mostInMenu = 20;

interface Props {
  status: RunStatus;
  view: RunView;
  commands: RunCommands;
  titleOf(step: string, node: string): string;
  className?: string;
}

export function HeldLine({ status, view, commands, titleOf, className }: Props) {
  const t = useT('past');
  const look = cn('wf-held', className);
  if (view.ending !== undefined && !isRunOver(status))
    return (
      <p className={look} role="status">
        <Icon name="loader-circle" size={14} className="spin shrink-0" />
        <span className="wf-held-words">{t(view.ending === 'failed' ? 'held.clean-up-failed' : 'held.clean-up-cancelled')}</span>
      </p>
    );
  if (status !== 'paused') return null;
  const steps = [...view.steps.values()];
  const ready = steps.filter((step) => step.status === 'held').map(({ step, node }) => ({ step, title: titleOf(step, node) }));
  const first = ready[0];
  const isEnding = steps.some((step) => step.status === 'running');
  return (
    <section className={look} aria-label={t('held.label')}>
      <Icon name="pause" size={14} className="shrink-0 text-ink-3" />
      <span className="wf-held-words" role="status">
        {first === undefined
          ? t(isEnding ? 'held.ending' : 'held.nothing')
          : t('held.before', { count: ready.length, step: first.title, more: ready.length - 1 })}
      </span>
      {first !== undefined && (
        <Button size="s" icon="step-forward" loading={commands.isBusy} onClick={() => commands.stepOnce()}>
          {t('commands.next')}
        </Button>
      )}
      {ready.length > 1 && (
        <Menu trigger={<IconButton size="s" label={t('commands.choose')} icon="chevron-down" />}>
          {ready.slice(0, mostInMenu).map(({ step, title }) => (
            <MenuItem key={step} icon="step-forward" onSelect={() => commands.stepOnce(step)}>
              {t('commands.do', { step: title })}
            </MenuItem>
          ))}
        </Menu>
      )}
      <Button size="s" variant="ghost" icon="play" disabled={commands.isBusy} onClick={commands.resume}>
        {t('commands.let-go-on')}
      </Button>
    </section>
  );
}
