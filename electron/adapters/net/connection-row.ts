/** One row of the ledger. */
export interface ConnectionRow {
  at: number;
  /** Host and port as asked for. */
  host: string;
  /** What was connected to; empty when nothing was. */
  address: string;
  method: string;
  purpose: string;
  status: number | undefined;
  /** Received, unpacked. */
  bytes: number;
  ms: number;
  /** Code of the AppError it ended in. */
  error: string | undefined;
}
