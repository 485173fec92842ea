// Payloads that try to run something in the page: tags × events × encodings × places, addresses × ways to write them, and the classics.
// Each comes as model text and as the HTML that a renderer without any care would make of it. `hit(N)` is what they try to call.

import type { Random } from '../contract/wire-fuzz.ts';
import { classics, cssForms, scriptForms } from './xss-classics.ts';

export interface Payload {
  id: number;
  family: string;
  /** As a model writes it. */
  text: string;
  /** As it would stand in the page if nothing were done about it. */
  html: string;
}

const tags =
  'img svg body iframe video audio input details marquee object embed select textarea button form a div x-y image table style link math animate set foreignObject template dialog isindex keygen source track picture summary meter output portal frameset bgsound noscript'.split(
    ' ',
  );
const events =
  'onerror onload onfocus ontoggle onclick onmouseover onpointerenter onmouseenter onanimationstart onbegin onstart onwheel onpaste oncopy oninput onchange onkeydown onscroll onbeforetoggle ontransitionend onplay onloadstart onauxclick oncontentvisibilityautostatechange onresize onpageshow onhashchange onsubmit oninvalid oncuechange onfocusin onsecuritypolicyviolation'.split(
    ' ',
  );
/** What makes an event come by itself. */
const aids = [
  'src=x',
  'autofocus tabindex=1',
  'open',
  'src=data:,x autoplay controls',
  'href=x',
  'style="animation:a 1s"',
  'popover',
  'attributeName=x dur=1s',
  '',
];

const entities = (text: string): string => [...text].map((each) => `&#${each.codePointAt(0)};`).join('');
const hexEntities = (text: string): string => [...text].map((each) => `&#x${each.codePointAt(0)?.toString(16)};`).join('');
const longEntities = (text: string): string => [...text].map((each) => `&#${String(each.codePointAt(0)).padStart(7, '0')}`).join('');
const escapes = (text: string): string => text.replace('hit', '\\u0068\\u{69}\\u0074');

/** Ways to write the call itself. */
const calls: readonly ((code: string, id: number) => string)[] = [
  (code) => code,
  (_code, id) => `hit\`${id}\``,
  (code) => escapes(code),
  (code) => `setTimeout('${code}')`,
  (_code, id) => `top['hi'+'t'](${id})`,
  (code) => `Function('${code}')()`,
  (code) => `eval('${code}')`,
  (_code, id) => `[${id}].map(hit)`,
  (_code, id) => `window?.hit?.(${id})`,
  (code) => `location='javascript:${code}'`,
  (code) => `import('data:text/javascript,top.${code}')`,
];

/** Ways to write an attribute. */
const attributes: readonly ((name: string, code: string) => string)[] = [
  (name, code) => ` ${name}=${code.replaceAll(' ', '/**/')}`,
  (name, code) => ` ${name}="${code.replaceAll('"', '&quot;')}"`,
  (name, code) => ` ${name}='${code.replaceAll("'", '&#39;')}'`,
  (name, code) => ` ${name.toUpperCase()} = "${code}"`,
  (name, code) => `/${name}=${hexEntities(code)}//`,
  (name, code) => ` ${name}="${entities(code)}"`,
  (name, code) => `\t${name}\n=\n"${longEntities(code)}"`,
  (name, code) => `\u000c${name}="${code}"`,
  (name, code) => ` x="><" ${name}="${code}" y="`,
  (name, code) => ` ${[...name].map((each, at) => (at % 2 === 0 ? each.toUpperCase() : each)).join('')}="${code}"`,
  (name, code) => ` \u0000${name}="${code}"`,
];

/** Ways to begin a tag. */
const openings: readonly ((tag: string) => string)[] = [
  (tag) => `<${tag}`,
  (tag) => `<${tag.toUpperCase()}`,
  (tag) => `<\u0000${tag}`,
  (tag) => `<${tag}/`,
  (tag) => `<<${tag}`,
  (tag) => `</p><${tag}`,
  (tag) => `--><${tag}`,
  (tag) => `\uff1c${tag}`,
  (tag) => `<svg><${tag}`,
  (tag) => `<math><mtext><${tag}`,
  (tag) => `<svg><foreignObject><${tag}`,
];

const data64 = (code: string): string => Buffer.from(`<script>(opener||top).${code}</script>`).toString('base64');

/** Addresses that run something where they are followed or loaded. */
export const addresses: readonly ((code: string) => string)[] = [
  (code) => `javascript:${code}`,
  (code) => `JaVaScRiPt:${code}`,
  (code) => `java\nscript:${code}`,
  (code) => `java\tscript:${code}`,
  (code) => `java\rscript:${code}`,
  (code) => `\u0001javascript:${code}`,
  (code) => ` \u00a0javascript:${code}`,
  (code) => `\u200bjavascript:${code}`,
  (code) => `javascript&colon;${code}`,
  (code) => `javascript&#58;${code}`,
  (code) => `javascript&#x3a;${code}`,
  (code) => `javascript\\:${code}`,
  (code) => `&#106;avascript:${code}`,
  (code) => `&#0000106avascript:${code}`,
  (code) => `&#x6A&#x61vascript:${code}`,
  (code) => `java&Tab;script:${code}`,
  (code) => `java&NewLine;script:${code}`,
  (code) => `javascript://x.example/%0A${code}`,
  (code) => `javascript://x.example/%0d%0a${code}//`,
  (code) => `javascript:%68%69%74${code.slice(3)}`,
  (code) => `javascript:/*https://x.example/*/${code}`,
  (code) => `javascript:void(${code})//https://x.example`,
  (code) => `vbscript:${code}`,
  (code) => `livescript:${code}`,
  (code) => `data:text/html,<script>(opener||top).${code}</script>`,
  (code) => `data:text/html;base64,${data64(code)}`,
  (code) => `data:text/html;charset=utf-7,+ADw-script+AD4-${code}+ADw-/script+AD4-`,
  (code) => `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='top.${code}'/>`,
  (code) => `data:image/svg+xml;base64,${Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" onload="top.${code}"/>`).toString('base64')}`,
  (code) => `data:application/xhtml+xml,<script xmlns='http://www.w3.org/1999/xhtml'>top.${code}</script>`,
  (code) => `data:text/javascript,${code}`,
  (code) => `data:image/png;base64,AAAA" onerror="${code}`,
  (code) => `x" onerror="${code}" y="`,
  (code) => `x' onmouseover='${code}' autofocus='`,
  (code) => `x onfocus=${code} autofocus `,
  (code) => `view-source:javascript:${code}`,
  (code) => `feed:javascript:${code}`,
  (code) => `jar:javascript:${code}!/`,
  (code) => `blob:javascript:${code}`,
  (code) => `//javascript:${code}`,
  (code) => `\\javascript:${code}`,
  (code) => `javascript\u2028:${code}`,
  (code) => `ｊavascript:${code}`,
];

const quoted = (url: string): string => url.replaceAll('"', '&quot;');
/** Ways to write an address in Markdown, and what careless HTML comes of it. */
const links: readonly (readonly [(url: string) => string, (url: string) => string])[] = [
  [(url) => `[click](${url})`, (url) => `<a href="${url}">click</a>`],
  [(url) => `[click](<${url}>)`, (url) => `<a href="${url}">click</a>`],
  [(url) => `![picture](${url})`, (url) => `<img src="${url}" alt="picture">`],
  [(url) => `[![picture](${url})](${url})`, (url) => `<a href="${url}"><img src="${url}"></a>`],
  [(url) => `<${url}>`, (url) => `<a href='${url}'>${url}</a>`],
  [(url) => url, (url) => `<a href=${url}>x</a>`],
  [(url) => `[click][r]\n\n[r]: ${url}`, (url) => `<a href="${quoted(url)}">click</a>`],
  [(url) => `![picture][r]\n\n[r]: <${url}> "title"`, (url) => `<img src="${url}" title="title">`],
  [(url) => `[click](x "${url}")`, (url) => `<a href="x" title="${url}">click</a>`],
  [(url) => `[${url}](x)`, (url) => `<a href="x">${url}</a>`],
  [(url) => `![${url}](x)`, (url) => `<img src="x" alt="${url}">`],
  [(url) => `<a href="${url}">click</a>`, (url) => `<a href="${url}">click</a>`],
  [(url) => `<a href='${url}' target=_blank>click</a>`, (url) => `<a href='${url}'>click</a>`],
  [(url) => `<iframe src="${url}"></iframe>`, (url) => `<iframe src="${url}"></iframe>`],
  [(url) => `<object data="${url}"></object>`, (url) => `<object data="${url}"></object>`],
  [(url) => `<embed src="${url}">`, (url) => `<embed src="${url}">`],
  [(url) => `<form action="${url}"><button>x</button></form>`, (url) => `<form action="${url}"><button>x</button></form>`],
  [(url) => `<form><button formaction="${url}">x</button></form>`, (url) => `<form><button formaction="${url}">x</button></form>`],
  [(url) => `<form><input type=submit formaction="${url}"></form>`, (url) => `<form><input type=submit formaction="${url}"></form>`],
  [
    (url) => `<svg><a xlink:href="${url}"><text y=20>x</text></a></svg>`,
    (url) => `<svg><a xlink:href="${url}"><text y=20>x</text></a></svg>`,
  ],
  [
    (url) => `<svg><a><animate attributeName=href values="${url}"/><text y=20>x</text></a></svg>`,
    (url) => `<svg><a><animate attributeName=href values="${url}"/><text y=20>x</text></a></svg>`,
  ],
  [
    (url) => `<svg><a><set attributeName=href to="${url}"/><text y=20>x</text></a></svg>`,
    (url) => `<svg><a><set attributeName=href to="${url}"/><text y=20>x</text></a></svg>`,
  ],
  [(url) => `<svg><use href="${url}"/></svg>`, (url) => `<svg><use href="${url}"/></svg>`],
  [(url) => `<math><mi href="${url}">x</mi></math>`, (url) => `<math><mi href="${url}">x</mi></math>`],
  [
    (url) => `<map name=m><area href="${url}" shape=default></map><img usemap=#m src=x>`,
    (url) => `<map name=m><area href="${url}" shape=default></map>`,
  ],
  [(url) => `<script src="${url}"></script>`, (url) => `<script src="${url}"></script>`],
  [(url) => `<meta http-equiv=refresh content="0;url=${url}">`, (url) => `<meta http-equiv=refresh content="0;url=${url}">`],
  [(url) => `<base href="${url}"><a href="#x">x</a>`, (url) => `<a href="${url}">x</a>`],
  [(url) => `<video poster="${url}" src="${url}"></video>`, (url) => `<video poster="${url}" src="${url}"></video>`],
];

/** Places inside a text where a payload may stand, and inside HTML. */
const places: readonly (readonly [(text: string) => string, (html: string) => string])[] = [
  [(text) => text, (html) => html],
  [(text) => `before ${text} after`, (html) => `before ${html} after`],
  [(text) => `# ${text}`, (html) => `<h1>${html}</h1>`],
  [(text) => `> ${text}`, (html) => `<blockquote>${html}</blockquote>`],
  [(text) => `- ${text}\n  - b`, (html) => `<ul><li>${html}</li></ul>`],
  [(text) => `1. a\n\n   ${text}`, (html) => `<ol><li><p>a</p>${html}</li></ol>`],
  [
    (text) => `| a | b |\n|---|---|\n| ${text.replaceAll('|', '\\|').replaceAll('\n', ' ')} | x |`,
    (html) => `<table><tbody><tr><td>${html}</td></tr></tbody></table>`,
  ],
  [
    (text) => `| ${text.replaceAll('|', '\\|').replaceAll('\n', ' ')} |\n|---|\n| x |`,
    (html) => `<table><tr><th>${html}</th></tr></table>`,
  ],
  [(text) => `**${text}**`, (html) => `<b>${html}</b>`],
  [(text) => `~~_${text}_~~`, (html) => `<del><em>${html}</em></del>`],
  [(text) => `text[^1]\n\n[^1]: ${text}`, (html) => `<section><p>${html}</p></section>`],
  [(text) => `[^${text.replaceAll('\n', ' ')}]: x`, (html) => html],
  [(text) => `\`\`\`html\n${text}\n\`\`\``, (html) => `<div class=code>${html}</div>`],
  [(text) => `\`\`\`${text.replaceAll('`', '').replaceAll('\n', ' ')}\ncode\n\`\`\``, (html) => `<div class="${html}">code</div>`],
  [(text) => `\`\`\`js ${text.replaceAll('`', '').replaceAll('\n', ' ')}\ncode`, (html) => `<div title='${html}'>code</div>`],
  [
    (text) => `\`\`\`mermaid\ngraph TD\nA["${text}"] --> B\nclick A "${text}"\n\`\`\``,
    (html) => `<svg><foreignObject>${html}</foreignObject></svg>`,
  ],
  [(text) => `\`\`\`math\n\\href{${text}}{x}\n\`\`\``, (html) => html],
  [(text) => `$$\n\\htmlData{x=${text}}{y}\n$$`, (html) => html],
  [(text) => `\`${text.replaceAll('`', '')}\``, (html) => `<span>${html}</span>`],
  [(text) => `<div>\n\n${text}\n\n</div>`, (html) => `<div>${html}</div>`],
  [(text) => `<details open>\n<summary>x</summary>\n${text}\n</details>`, (html) => `<details open><summary>x</summary>${html}</details>`],
  [(text) => `<!-- ${text} -->\n--> ${text}`, (html) => `<!-- x --> ${html}`],
  [(text) => `<?xml ${text} ?>\n\n<![CDATA[${text}]]>`, (html) => html],
  [(text) => `---\ntitle: ${text}\n---\n${text}`, (html) => html],
  [(text) => `- [ ] ${text}\n- [x] ${text}`, (html) => `<ul><li><input type=checkbox> ${html}</li></ul>`],
  [(text) => `<p title="${text}">`, (html) => `<p title="${html}">`],
  [(text) => `a  \n${text}\\\nb`, (html) => `a<br>${html}<br>b`],
  [(text) => `Setext ${text}\n===`, (html) => `<h1>${html}</h1>`],
];

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

type Make = (random: Random, id: number) => readonly [text: string, html: string];
const same = (html: string): readonly [string, string] => [html, html];
const callOf = (random: Random, id: number): string => pick(random, calls)(`hit(${id})`, id);

const families: Record<string, Make> = {
  handler: (random, id) => {
    // Half of them in their plainest form: those run wherever nothing is done about them.
    const isPlain = random() < 0.5;
    const tag = isPlain ? pick(random, ['img', 'svg', 'details', 'input', 'video', 'audio', 'a', 'div', 'button']) : pick(random, tags);
    const attribute = (isPlain ? attributes[1] : pick(random, attributes)) as (typeof attributes)[number];
    const opening = (isPlain ? openings[0] : pick(random, openings)) as (typeof openings)[number];
    return same(`${opening(tag)} ${pick(random, aids)}${attribute(pick(random, events), callOf(random, id))}>x</${tag}>`);
  },
  error: (random, id) => same(`${pick(random, openings)('img')} src=x${pick(random, attributes)('onerror', callOf(random, id))}>`),
  address: (random, id) => {
    const [text, html] = pick(random, links);
    const url = pick(random, addresses)(`hit(${id})`);
    return [text(url), html(url)];
  },
  script: (random, id) => same(pick(random, scriptForms)(callOf(random, id))),
  classic: (random, id) => same(pick(random, classics)(`hit(${id})`)),
  css: (random, id) => same(pick(random, cssForms)(`hit(${id})`)),
};
const order = Object.keys(families);

/** `n` different payloads, numbered after `first`. The same seed gives the same ones. */
export function makeXss(random: Random, n: number, first = 0): Payload[] {
  const seen = new Set<string>();
  const made: Payload[] = [];
  for (let tries = 0; made.length < n && tries < n * 20; tries += 1) {
    const family = order[tries % order.length] as string;
    const id = first + made.length + 1;
    const [text, html] = (families[family] as Make)(random, id);
    const [inText, inHtml] = pick(random, places);
    const payload = { id, family, text: inText(text), html: inHtml(html) };
    // Two that differ in their number alone are one.
    const shape = payload.text.replaceAll(String(id), '#');
    if (seen.has(shape)) continue;
    seen.add(shape);
    made.push(payload);
  }
  return made;
}
