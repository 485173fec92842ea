import { expect, it } from 'vitest';
import { isThisMachine } from './this-machine.ts';

it.each([
  ['http://127.0.0.1:3001/mcp', true],
  ['http://localhost/sse', true],
  ['http://[::1]:8080/', true],
  ['http://127.0.0.1.evil.example/', false],
  ['http://localhost.evil.example/', false],
  ['http://192.168.1.2/', false],
  ['https://mcp.example.com/mcp', false],
  ['not an address', false],
  [undefined, false],
])('%s: %s', (address, isHere) => {
  expect(isThisMachine(address)).toBe(isHere);
});
