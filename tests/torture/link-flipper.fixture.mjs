// Swaps folders and files inside the allowed folder for links to the outside and back, as fast as it can, until its parent leaves.
// `node link-flipper.fixture.mjs <inside> <outside>`; counts go to stdout when it is told to stop.
import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';

const [inside, outside] = process.argv.slice(2);
let flips = 0;
let isOver = false;
process.on('message', () => {
  isOver = true;
});
process.on('disconnect', () => process.exit(0));
const quietly = (work) => {
  try {
    work();
    return true;
  } catch {
    return false; // the other side is at work in it too
  }
};
function turn() {
  for (let n = 0; n < 50; n += 1) {
    // A folder for a link to a folder.
    quietly(() => renameSync(`${inside}/swap`, `${inside}/.swap-real`));
    quietly(() => symlinkSync(outside, `${inside}/swap`));
    flips += 1;
    quietly(() => unlinkSync(`${inside}/swap`));
    if (!quietly(() => renameSync(`${inside}/.swap-real`, `${inside}/swap`))) {
      quietly(() => rmSync(`${inside}/swap`, { recursive: true, force: true }));
      quietly(() => mkdirSync(`${inside}/swap`));
      quietly(() => writeFileSync(`${inside}/swap/canary.txt`, 'inside'));
    }
    // A file for a link to a file.
    quietly(() => unlinkSync(`${inside}/file.txt`));
    quietly(() => symlinkSync(`${outside}/canary.txt`, `${inside}/file.txt`));
    flips += 1;
    quietly(() => unlinkSync(`${inside}/file.txt`));
    quietly(() => writeFileSync(`${inside}/file.txt`, 'inside'));
  }
  if (isOver) {
    process.send({ flips }, () => process.exit(0));
    return;
  }
  setImmediate(turn);
}
process.send({ ready: true });
turn();
