// A settings page is one file in pages/ that exports one of these; the list of them is generated.

import type { ComponentType } from 'react';
import type { settings } from '../../strings/en/settings.ts';
import type { IconName } from '../../ui/index.ts';

export interface SettingsPageSpec {
  /** Its place in the address, and the key of its title. */
  id: keyof typeof settings.pages;
  icon: IconName;
  /** Its place in the list, lowest first. */
  order: number;
  /** Further words by which it is found. */
  words: string;
  Content: ComponentType;
}
