// Stands for npm: puts a package with many files where it is told to, as npm leaves it.

import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const put = (file, text) => writeFileSync(resolve(file), text);
mkdirSync(resolve('node_modules/planted/lib'), { recursive: true });
put('node_modules/planted/package.json', JSON.stringify({ name: 'planted', version: '1.0.0', bin: 'server.js' }));
put('node_modules/planted/server.js', '// server\n'.repeat(200));
for (let i = 0; i < 12; i += 1) put(`node_modules/planted/lib/part-${i}.js`, `// part ${i}\n`.repeat(200));
put('package-lock.json', JSON.stringify({ packages: { 'node_modules/planted': { version: '1.0.0', integrity: 'sha512-x' } } }));
