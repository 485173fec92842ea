// Opens the front door on the built pages, and says where that is.

import { readStaticFiles } from '../host/static-files.ts';
import { newSecret } from './door.ts';
import { type FrontDoor, openFrontDoor } from './front-door.ts';

export const DEFAULT_PORT = 4317;

export interface Headless {
  /** What the person opens: it carries the token, which the first load takes out of the address. */
  address: string;
  origin: string;
  port: number;
  token: string;
  close(): Promise<void>;
}

/** Throws `renderer-missing`, `port-taken`, `cannot-listen`. Without a port: 4317, or any free one when that is taken. */
export const openFront = (options: {
  rendererFolder: string;
  port?: number | undefined;
  /** Token and sessions follow from it; one for this start alone when left out. */
  secret?: string | undefined;
}): Promise<FrontDoor> =>
  openFrontDoor({
    files: readStaticFiles(options.rendererFolder),
    secret: options.secret ?? newSecret(),
    ports: options.port === undefined ? [DEFAULT_PORT, 0] : [options.port],
  });

export const originOf = ({ port }: FrontDoor): string => `http://127.0.0.1:${port}`;

export const addressOf = (front: FrontDoor): Omit<Headless, 'close'> => ({
  address: `${originOf(front)}/?token=${front.token}`,
  origin: originOf(front),
  port: front.port,
  token: front.token,
});
