// Deleting a secret: who uses it and which servers run with it is told before.

import { useState } from 'react';
import type { SecretInfo } from '../../../shared/model/vault.ts';
import { client } from '../../api/index.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useSettings } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Checkbox, ConfirmDialog, type useDialog } from '../../ui/index.ts';

interface Props {
  dialog: ReturnType<typeof useDialog<SecretInfo>>;
  list: readonly SecretInfo[];
  onRemoved(): void;
}

export function RemoveSecret({ dialog, list, onRemoved }: Props) {
  const t = useT('vault');
  const subject = list.find(({ name }) => name === dialog.subject?.name) ?? dialog.subject;
  const { heldBy = [], usedBy = [] } = subject ?? {};
  const others = usedBy.filter((each) => !heldBy.includes(each));
  const days = useSettings()?.keepChangesDays ?? 365;
  const [isForGood, setForGood] = useState(false);
  const onOpenChange = (isOpen: boolean): void => {
    setForGood(false);
    dialog.props.onOpenChange(isOpen);
  };
  return (
    <ConfirmDialog
      open={dialog.props.open}
      onOpenChange={onOpenChange}
      title={t('removeTitle', { name: subject?.name ?? '' })}
      text={
        <>
          {others.length === 0 ? null : <span className="block text-ink">{t('removeUsed', { who: visibleText(others.join(', ')) })}</span>}
          {heldBy.length === 0 ? null : (
            <span className="block text-ink">{t('removeHeld', { count: heldBy.length, who: visibleText(heldBy.join(', ')) })}</span>
          )}
          <span className="block">
            {t('removeText')} {isForGood ? '' : days === 0 ? t('removeKeptAlways') : t('removeKept', { count: days })}
          </span>
          <Checkbox className="mt-3" label={t('removeForGood')} hint={t('removeForGoodHint')} checked={isForGood} onChange={setForGood} />
        </>
      }
      action={t(isForGood ? 'removeForGoodAction' : 'remove')}
      onConfirm={async () => {
        if (subject !== undefined) await client.vault.remove({ name: subject.name, forGood: isForGood });
        setForGood(false);
        onRemoved();
      }}
    />
  );
}
