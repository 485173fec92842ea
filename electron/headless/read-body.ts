// The body of a request, bounded. Whoever calls has checked before who asks: nothing is read of those who may not come in.

import type { IncomingMessage } from 'node:http';

export type ReadBody = { bytes: Buffer } | { fault: 'too-large' | 'broken-off' };

/** Never throws. What is left of a body that is too large is not read: close the connection. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<ReadBody> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return { fault: 'too-large' };
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) return { fault: 'too-large' };
      chunks.push(chunk);
    }
  } catch {
    // Who sent it has left: nobody is there to be told.
    return { fault: 'broken-off' };
  }
  return { bytes: Buffer.concat(chunks) };
}
