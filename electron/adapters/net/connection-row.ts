import type { ConnectionBy } from '../../runtime/ports.ts';

/** One row of the ledger. */
export interface ConnectionRow {
  /** The same for the rows of one connection: one while it is still open after some seconds, one when it has ended. */
  id?: string;
  at: number;
  /** Host and port as asked for. */
  host: string;
  /** What was connected to; empty when nothing was. */
  address: string;
  port?: number;
  /** Our end's port; 0 when nothing was connected. */
  localPort?: number;
  method: string;
  purpose: string;
  by?: ConnectionBy;
  status: number | undefined;
  /** Received, unpacked. */
  bytes: number;
  /** What went over the wire, both ways, heads included. */
  bytesOut?: number;
  bytesIn?: number;
  ms: number;
  /** Code of the AppError it ended in. */
  error: string | undefined;
  /** Over a connection that was kept from an earlier request. */
  isReused?: boolean;
  isOpen?: boolean;
}
