import type { SettingsPageSpec } from './define-page.ts';
import { settingsPages as gathered } from './pages.generated.ts';

export const settingsPages: readonly SettingsPageSpec[] = [...gathered].sort(
  (a: SettingsPageSpec, b: SettingsPageSpec) => a.order - b.order,
);
