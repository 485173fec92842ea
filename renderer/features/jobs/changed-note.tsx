// The workflow of a job is not the one that its grant was given for: what is different, and agreeing to it.

import type { Job } from '../../../shared/model/job.ts';
import { useT } from '../../strings/index.ts';
import { Button, Icon } from '../../ui/index.ts';

export function ChangedNote({ changes, onAgree, busy }: { changes: Job['changes']; onAgree(): void; busy: boolean }) {
  const t = useT('jobs');
  if (changes === undefined || changes.length === 0) return null;
  return (
    <div className="flex items-start gap-2 rounded-sm bg-wait-soft px-2.5 py-2 max-[760px]:flex-wrap">
      <Icon name="git-compare" size={15} className="mt-[2.5px] shrink-0 text-wait" />
      <div className="min-w-0 flex-1 max-[760px]:min-w-[80%]">
        <p className="m-0 text-wait">{t('changed')}</p>
        <ul className="m-0 mt-1 max-h-48 list-none overflow-y-auto p-0 text-ink text-sm [overflow-wrap:anywhere]">
          {changes.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </div>
      <Button size="s" loading={busy} onClick={onAgree} className="max-[760px]:ml-[23px]">
        {t('agree')}
      </Button>
    </div>
  );
}
