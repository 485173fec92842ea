import { eventIterator } from '@orpc/contract';
import { settings, settingsPatch } from '../model/settings.ts';
import { call } from './base.ts';

export const settingsContract = {
  get: call.output(settings),
  change: call.input(settingsPatch).output(settings),
  watch: call.output(eventIterator(settings)),
};
