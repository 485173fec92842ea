import type { TriggerSpec } from '../nodes/define-node.ts';
import { agentEventSource } from './agent-event.source.ts';
import { appStartSource } from './app-start.source.ts';
import { clipboardSource } from './clipboard.source.ts';
import { filesSource } from './files.source.ts';
import { hotkeySource } from './hotkey.source.ts';
import { runFinishedSource } from './run-finished.source.ts';
import { scheduleSource } from './schedule.source.ts';
import type { SourceDeps, TriggerSource } from './trigger-source.ts';
import { webhookSource } from './webhook.source.ts';

export type SourceName = TriggerSpec<unknown>['source'];

/** Each takes the config that the node of its source has parsed. */
export function createSources(deps: SourceDeps): Record<SourceName, TriggerSource<never>> {
  return {
    schedule: scheduleSource(deps),
    files: filesSource(deps),
    webhook: webhookSource(deps),
    clipboard: clipboardSource(deps),
    hotkey: hotkeySource(deps),
    'run-finished': runFinishedSource(deps),
    'agent-event': agentEventSource(deps),
    'app-start': appStartSource(deps),
  };
}
