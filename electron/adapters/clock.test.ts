import { expect, test } from 'vitest';
import { systemClock } from './clock.ts';

test('sleep ends by itself, or at once and as cancelled when the signal aborts', async () => {
  const before = systemClock.now();
  await systemClock.sleep(20, new AbortController().signal);
  expect(systemClock.now() - before).toBeGreaterThanOrEqual(15);
  const stop = new AbortController();
  const long = systemClock.sleep(2 ** 40, stop.signal);
  stop.abort();
  await expect(long).rejects.toMatchObject({ code: 'cancelled' });
  await expect(systemClock.sleep(0, stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
});
