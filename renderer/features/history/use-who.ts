import type { AuditActor } from '../../../shared/model/audit.ts';
import { useT } from '../../strings/index.ts';

/** Who it was, in a word: a workflow's name is the title of its run already. */
export function useWho(): (actor: AuditActor) => string {
  const t = useT('history');
  return (actor) => {
    if (actor.kind === 'person') return t('you');
    if (actor.kind === 'workflow') return t('aWorkflow');
    return actor.kind === 'job' ? t('aJob') : actor.name;
  };
}
