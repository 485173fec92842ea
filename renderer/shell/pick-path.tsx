// Choosing a folder or file: with the system's dialog where the host has one, else with our own over `shell.listFolder`.
// `const folder = await pickFolder({ title })`: null when the person thinks better of it.

import { lazy, Suspense } from 'react';
import { create } from 'zustand';
import { client } from '../api/index.ts';
import type { AskedPath, PathWish } from './asked-path.ts';

const PathBrowser = lazy(async () => ({ default: (await import('./path-browser.tsx')).PathBrowser }));

const useAsked = create<{ asked: AskedPath | undefined }>()(() => ({ asked: undefined }));

async function pick(wish: PathWish): Promise<string | null> {
  const { can } = await client.app.getInfo();
  const input = { title: wish.title, ...(wish.start === undefined ? {} : { start: wish.start }) };
  if (can.pickFolder) return wish.kind === 'folder' ? client.shell.pickFolder(input) : client.shell.pickFile(input);
  return new Promise((resolve) => {
    useAsked.getState().asked?.answer(null);
    useAsked.setState({
      asked: {
        ...wish,
        answer: (path) => {
          useAsked.setState({ asked: undefined });
          resolve(path);
        },
      },
    });
  });
}

export const pickFolder = (wish: Omit<PathWish, 'kind'>): Promise<string | null> => pick({ ...wish, kind: 'folder' });
export const pickFile = (wish: Omit<PathWish, 'kind'>): Promise<string | null> => pick({ ...wish, kind: 'file' });

/** Once, in the frame. */
export function PickPathHost() {
  const asked = useAsked((state) => state.asked);
  return asked === undefined ? null : (
    <Suspense fallback={null}>
      <PathBrowser key={asked.title} asked={asked} />
    </Suspense>
  );
}
