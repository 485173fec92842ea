// How a call that goes tells of itself in MCP's words: progress for whoever gave a token for it, and log messages from the level that
// the program asked for.

import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import {
  type LoggingLevel,
  LoggingLevelSchema,
  type ProgressToken,
  type ServerNotification,
  type ServerRequest,
  SetLevelRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';

export interface Tell {
  progress(event: { done: number; total?: number; note?: string }): void;
  log(level: LoggingLevel, text: string): void;
}

type Extra = Pick<RequestHandlerExtra<ServerRequest, ServerNotification>, 'sendNotification'>;

const levels = LoggingLevelSchema.options;
/** The least step by which progress grows when only its words are new: the protocol wants it to grow each time. */
const leastStep = 0.001;

export function createTelling(server: Server): (token: ProgressToken | undefined, extra: Extra) => Tell {
  let level: LoggingLevel = 'info';
  server.setRequestHandler(SetLevelRequestSchema, ({ params }) => {
    level = params.level;
    return {};
  });
  return (token, { sendNotification }) => {
    let last = -1;
    const send = (notification: ServerNotification): void => {
      sendNotification(notification).catch(() => undefined); // the program has gone
    };
    return {
      progress({ done, total, note }) {
        if (token === undefined || (done <= last && note === undefined)) return;
        last = done > last ? done : last + leastStep;
        send({
          method: 'notifications/progress',
          params: {
            progressToken: token,
            progress: last,
            ...(total === undefined ? {} : { total: Math.max(total, last) }),
            ...(note === undefined ? {} : { message: note }),
          },
        });
      },
      log(of, text) {
        if (levels.indexOf(of) < levels.indexOf(level)) return;
        send({ method: 'notifications/message', params: { level: of, logger: 'orrery', data: text } });
      },
    };
  };
}
