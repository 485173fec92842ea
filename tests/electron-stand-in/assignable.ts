// Holds the stand-in against Electron's own typings: where Electron's API changes, or the stand-in departs from it, this file
// does not compile. Only what the app uses is compared; listeners are compared by the app's own code.

import type * as Electron from 'electron';
import type * as standIn from './electron.ts';
import type { MessagePortMain } from './ports.ts';
import type { BrowserWindow, WebContents } from './windows.ts';

/** The stand-in must take what Electron takes (parameters) and give what Electron gives (results). */
type Fits<Given, Wanted> = Given extends Wanted ? true : { missing: Wanted };
const yes = <T extends true>(value: T): T => value;

type UsedApp = Pick<
  Electron.App,
  'quit' | 'exit' | 'whenReady' | 'requestSingleInstanceLock' | 'enableSandbox' | 'setAppUserModelId' | 'setPath' | 'getAppPath'
>;
type UsedWindow = Pick<
  Electron.BrowserWindow,
  | 'show'
  | 'hide'
  | 'focus'
  | 'blur'
  | 'restore'
  | 'minimize'
  | 'maximize'
  | 'close'
  | 'destroy'
  | 'isVisible'
  | 'isFocused'
  | 'isMinimized'
  | 'isMaximized'
  | 'isDestroyed'
  | 'getBounds'
  | 'getNormalBounds'
  | 'setBounds'
>;
type UsedPort = Pick<Electron.MessagePortMain, 'postMessage' | 'start' | 'close'>;
type UsedSession = Pick<
  Electron.Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'setSpellCheckerEnabled'
>;

export const fits = [
  yes<Fits<Pick<typeof standIn.app, keyof UsedApp>, UsedApp>>(true),
  yes<Fits<Pick<BrowserWindow, keyof UsedWindow>, UsedWindow>>(true),
  yes<Fits<Pick<WebContents, 'getURL'>, Pick<Electron.WebContents, 'getURL'>>>(true),
  yes<Fits<Pick<MessagePortMain, keyof UsedPort>, UsedPort>>(true),
  yes<
    Fits<
      { [K in keyof UsedSession]: (typeof standIn.session.defaultSession)[K] extends (...args: never[]) => void ? true : false },
      { [K in keyof UsedSession]: true }
    >
  >(true),
  yes<Fits<Pick<typeof standIn.shell, 'openExternal' | 'showItemInFolder'>, Pick<Electron.Shell, 'openExternal' | 'showItemInFolder'>>>(
    true,
  ),
  yes<Fits<Pick<typeof standIn.globalShortcut, 'register' | 'unregister'>, Pick<Electron.GlobalShortcut, 'register' | 'unregister'>>>(true),
  yes<Fits<Pick<typeof standIn.clipboard, 'readText' | 'has'>, Pick<Electron.Clipboard, 'readText' | 'has'>>>(true),
  yes<Fits<Pick<typeof standIn.dialog, 'showErrorBox'>, Pick<Electron.Dialog, 'showErrorBox'>>>(true),
  yes<Fits<Awaited<ReturnType<typeof standIn.dialog.showOpenDialog>>, Electron.OpenDialogReturnValue>>(true),
  yes<Fits<Awaited<ReturnType<typeof standIn.dialog.showMessageBox>>, Electron.MessageBoxReturnValue>>(true),
  yes<Fits<Awaited<ReturnType<typeof standIn.dialog.showSaveDialog>>, Electron.SaveDialogReturnValue>>(true),
  yes<
    Fits<
      Pick<typeof standIn.nativeTheme, 'shouldUseDarkColors' | 'themeSource'>,
      Pick<Electron.NativeTheme, 'shouldUseDarkColors' | 'themeSource'>
    >
  >(true),
  yes<Fits<ReturnType<typeof standIn.screen.getCursorScreenPoint>, Electron.Point>>(true),
  yes<Fits<(typeof standIn.screen.displays)[number], Pick<Electron.Display, 'workArea'>>>(true),
  yes<Fits<Pick<standIn.Tray, 'setToolTip' | 'destroy'>, Pick<Electron.Tray, 'setToolTip' | 'destroy'>>>(true),
  yes<Fits<Pick<standIn.Notification, 'show' | 'title' | 'body'>, Pick<Electron.Notification, 'show' | 'title' | 'body'>>>(true),
];
