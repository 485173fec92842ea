// Places inside the Tools page. No server can have the id `+`.

import { routes } from '../../shell/index.ts';

export const addPath = '+';
export const wayPath = (way: string): string => `${routes.tools(addPath)}/${way}`;
export const tabPath = (server: string, tab: string): string =>
  tab === 'overview' ? routes.tools(server) : `${routes.tools(server)}/${tab}`;
