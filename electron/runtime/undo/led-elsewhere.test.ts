import { expect, test } from 'vitest';
import { refuseLedElsewhere } from './led-elsewhere.ts';

const store = { folderMoved: (folder: string) => (folder === '/moved' ? { was: '/moved', now: '/other' } : undefined) };
const undo = (kind: string, image: unknown, now: unknown = null, target = 'x'): void =>
  refuseLedElsewhere(store, kind, target, image === null ? null : JSON.stringify(image), now === null ? null : JSON.stringify(now));
const refused = expect.objectContaining({ code: 'folder-leads-elsewhere', place: '/moved' });

test.each([
  ['setting', ['/moved'], 'folders'],
  ['agent', { grant: { folders: ['/there', '/moved'] } }],
  ['job', { isOn: true, grant: { folders: ['/moved'] } }],
  ['server', { reach: { folders: [{ path: '/moved' }] } }],
  ['server', { cwd: '/moved' }],
  ['grant', { conditions: { folders: ['/moved'] } }],
])('a %s that an undo brings back grants no folder that leads elsewhere by now', (kind, image, target?: string) => {
  expect(() => undo(kind, image, null, target)).toThrow(refused);
});

test('a job that is off uses none, and what it names already stays what it was', () => {
  expect(() => undo('job', { isOn: false, grant: { folders: ['/moved'] } })).not.toThrow();
  const agent = { grant: { folders: ['/moved'] } };
  expect(() => undo('agent', { ...agent, title: 'Before' }, agent)).not.toThrow();
  expect(() => undo('agent', agent, { grant: { folders: ['/there'] } })).toThrow(refused);
});

test('other folders, other settings and what is deleted by an undo pass', () => {
  expect(() => undo('agent', { grant: { folders: ['/there'] } })).not.toThrow();
  expect(() => undo('setting', ['/moved'], null, 'theme')).not.toThrow();
  expect(() => undo('agent', null)).not.toThrow();
  expect(() => undo('memory', { cwd: '/moved' })).not.toThrow();
});

test.each([
  ['agent', '{"grant":{"folders":"/moved"}}'],
  ['server', '{"reach":{"folders":[{"path":["/moved"]}]}}'],
  ['grant', '{"conditions":{"folders":{"0":"/moved"}}}'],
  ['job', 'no JSON'],
  ['agent', 'null'],
])('an image of a %s in another form is not put back: %s', (kind, image) => {
  expect(() => refuseLedElsewhere(store, kind, 'x', image, null)).toThrow(expect.objectContaining({ code: 'change-image-damaged' }));
});
test('nor one of the folders of the settings', () =>
  expect(() => refuseLedElsewhere(store, 'setting', 'folders', '{"0":"/moved"}', null)).toThrow(
    expect.objectContaining({ code: 'change-image-damaged' }),
  ));
