import { expect, it } from 'vitest';
import { useDrafts } from './drafts.ts';

it('what could not be sent comes back, and takes the place of nothing that was typed since', () => {
  const { setDraft, putBack } = useDrafts.getState();
  const text = () => useDrafts.getState().drafts.chat;
  putBack('chat', 'first');
  expect(text()).toBe('first');
  setDraft('chat', 'typed since');
  putBack('chat', 'first');
  expect(text()).toBe('first\n\ntyped since');
  // Attachments alone were sent.
  setDraft('chat', 'typed since');
  putBack('chat', '');
  expect(text()).toBe('typed since');
  setDraft('chat', '');
  expect(text()).toBeUndefined();
});
