import { expect, it } from 'vitest';
import { listFolder } from './list-folder.ts';
import { isNetworkPath } from './network-path.ts';

it('a path of another machine is refused before it is looked at', async () => {
  for (const path of ['\\\\evil.example\\share', '//evil.example/share', '\\\\?\\UNC\\evil\\x', '\\/evil/x', '\\\\.\\pipe\\x']) {
    expect(isNetworkPath(path), path).toBe(true);
    await expect(listFolder(path)).rejects.toMatchObject({ code: 'path-on-network' });
  }
  for (const path of ['/home/ada', 'C:\\Users', 'C:/Users', 'folder']) expect(isNetworkPath(path), path).toBe(false);
});
