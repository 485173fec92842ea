// The one error type that crosses boundaries. It knows what went wrong (a stable code), tells a person (message)
// and what to do next (hint). It must not carry secrets. Everyone throws it for what the user or the outside can fix.

/** What crosses a boundary; error-shape.ts checks it. Here without a schema: what throws needs none. */
export interface AppErrorShape {
  /** Stable, kebab-case, e.g. `workflow-not-found`. */
  code: string;
  message: string;
  /** What to do next, one sentence. */
  hint?: string | undefined;
  retryable: boolean;
  /** The place in the input that is wrong, as a path such as `nodes[3].config.path`. */
  place?: string | undefined;
  /** Data to act on; never shown raw, never secret. */
  details?: Record<string, unknown> | undefined;
}

export interface AppErrorOptions {
  hint?: string;
  retryable?: boolean;
  place?: string;
  details?: Record<string, unknown>;
  cause?: unknown;
}

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly place: string | undefined;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: string, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
    this.place = options.place;
    this.details = options.details;
  }

  toJSON(): AppErrorShape {
    return {
      code: this.code,
      message: this.message,
      retryable: this.retryable,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.place === undefined ? {} : { place: this.place }),
      ...(this.details === undefined ? {} : { details: this.details }),
    };
  }
}

/** An abort is an outcome, not a failure: it has its own code so that nobody retries or reports it. */
export const cancelled = (what = 'The work was stopped.'): AppError => new AppError('cancelled', what);

export const isCancelled = (error: unknown): boolean =>
  (error instanceof AppError && error.code === 'cancelled') || (error instanceof Error && error.name === 'AbortError');

/** Turns whatever was thrown into an AppError; an unknown error becomes `internal` with its message kept. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isCancelled(error)) return cancelled();
  const message = error instanceof Error ? error.message : String(error);
  return new AppError('internal', message, {
    hint: 'This is a fault in Orrery. The log has the details.',
    cause: error,
  });
}

export const fromShape = (shape: AppErrorShape): AppError => new AppError(shape.code, shape.message, shape);

/** For the default branch of a switch over a union: a new member does not compile until it is handled. */
export function assertNever(value: never, what = 'value'): never {
  throw new AppError('internal', `Unexpected ${what}: ${JSON.stringify(value)}`);
}
