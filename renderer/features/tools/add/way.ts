import type { client } from '../../../api/index.ts';

/** What can be looked at before it is added. */
export type Wish = Parameters<typeof client.servers.preview>[0];

export interface WayProps {
  isBusy: boolean;
  /** Shows what would be added. */
  onLook: (wish: Wish) => void;
}
