// What the host says of itself, for the rail, the status bar and the System page: one stream for the whole window.

import { useEffect } from 'react';
import { create } from 'zustand';
import type { Settings, SettingsPatch } from '../../shared/model/settings.ts';
import type { AppInfo, AppStatus } from '../../shared/model/system.ts';
import { client, useCall, useStream } from '../api/index.ts';
import { useTheme } from './theme.ts';

interface Feed {
  status: AppStatus | undefined;
  info: AppInfo | undefined;
  settings: Settings | undefined;
}

const useFeed = create<Feed>()(() => ({ status: undefined, info: undefined, settings: undefined }));

/** Once, in the frame. */
export function StatusFeed(): null {
  const info = useCall((signal) => client.app.getInfo(undefined, { signal }), []);
  useStream(
    (signal) => client.app.watchStatus(undefined, { signal }),
    (status) => useFeed.setState({ status }),
    [],
  );
  useStream(
    (signal) => client.settings.watch(undefined, { signal }),
    (settings) => useFeed.setState({ settings }),
    [],
  );
  useEffect(() => {
    if (info.data !== undefined) useFeed.setState({ info: info.data });
  }, [info.data]);
  const settings = useFeed((feed) => feed.settings);
  useTheme(settings?.theme, settings?.reduceMotion ?? false);
  return null;
}

/** Undefined until the host has said it. */
export const useStatus = (): AppStatus | undefined => useFeed((feed) => feed.status);
export const useAppInfo = (): AppInfo | undefined => useFeed((feed) => feed.info);
export const useSettings = (): Settings | undefined => useFeed((feed) => feed.settings);

/** Throws an AppError; the stream brings the new settings to every reader. */
export async function changeSettings(patch: SettingsPatch): Promise<Settings> {
  const settings = await client.settings.change(patch);
  useFeed.setState({ settings });
  return settings;
}
