// Shows a part of the settings once they are known, and saves a change at once; a failure is said and the old value stays.

import type { ReactNode } from 'react';
import type { Settings, SettingsPatch } from '../../../shared/model/settings.ts';
import { toAppError, useConnection } from '../../api/index.ts';
import { changeSettings, useSettings } from '../../shell/index.ts';
import { Skeleton, toast } from '../../ui/index.ts';

export type Change = (patch: SettingsPatch) => Promise<boolean>;

const change: Change = async (patch) => {
  try {
    await changeSettings(patch);
    return true;
  } catch (error) {
    toast.error(toAppError(error));
    return false;
  }
};

export function WithSettings({ children }: { children(settings: Settings, change: Change): ReactNode }) {
  const settings = useSettings();
  useConnection();
  if (settings === undefined)
    return (
      <div className="flex flex-col gap-5" aria-busy="true">
        {['w-1/3', 'w-1/2', 'w-2/5', 'w-1/2'].map((width, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
          <Skeleton key={row} className={width} />
        ))}
      </div>
    );
  return children(settings, change);
}
