// Which resources of one server are followed, by how many; the server is told of the first and of the last one.

import type { Session } from './session.ts';

export class Followed {
  readonly #counts = new Map<string, number>();

  has(uri: string): boolean {
    return this.#counts.has(uri);
  }

  /** `session` is asked again at the end: it may be another one by then. Throws `not-offered`. */
  async follow(uri: string, signal: AbortSignal, session: () => Session | undefined): Promise<() => Promise<void>> {
    const before = this.#counts.get(uri) ?? 0;
    this.#counts.set(uri, before + 1);
    const forget = (): number => {
      const left = (this.#counts.get(uri) ?? 1) - 1;
      if (left > 0) this.#counts.set(uri, left);
      else this.#counts.delete(uri);
      return left;
    };
    try {
      if (before === 0) await session()?.ask({ about: 'subscribe', uri }, signal);
    } catch (error) {
      forget();
      throw error;
    }
    let isLetGo = false;
    return async () => {
      if (isLetGo) return;
      isLetGo = true;
      // A server that has ended, or does not answer, follows nothing more either.
      if (forget() === 0)
        await session()
          ?.ask({ about: 'unsubscribe', uri }, AbortSignal.timeout(5_000))
          .catch(() => undefined);
    };
  }

  /** After a restart the server knows nothing of what was followed. */
  async again(session: Session, note: (text: string) => void): Promise<void> {
    for (const uri of this.#counts.keys())
      await session
        .ask({ about: 'subscribe', uri }, AbortSignal.timeout(30_000))
        .catch((error: unknown) => note(`It could not be asked again to tell of ${uri}: ${String(error)}`));
  }
}
