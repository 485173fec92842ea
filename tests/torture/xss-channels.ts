// The ways in which a page can tell somebody elsewhere something. Each is given as the HTML that a model, or a hole in the renderer, would
// put into the page; those that take a script hold one, which must not run.

export interface Target {
  /** An address of this channel alone, at the listener. */
  url: string;
  /** The same, where it is not HTTP that would come. */
  ws: string;
  stun: string;
  /** A name that nobody else looks up. */
  host: string;
}
export interface Channel {
  name: string;
  html(to: Target): string;
  /** As Markdown, where that has a form of its own. */
  text?(to: Target): string;
  /** Leaves the page, or must stand alone in it. */
  alone?: boolean;
}

const link = (rel: string, more = ''): Channel => ({
  name: `link ${rel}${more === '' ? '' : ` ${more}`}`,
  html: ({ url }) => `<link rel="${rel}" href="${url}" ${more}>`,
});
const css = (name: string, rule: (url: string) => string): Channel => ({
  name: `css ${name}`,
  html: ({ url }) =>
    `<style>.c{${rule(`url(${url})`)}}</style><div class=c style="display:list-item;width:9px;height:9px;${rule(`url('${url}?inline')`)}">x</div>`,
});
const script = (name: string, code: (to: Target) => string, alone = false): Channel => ({
  name: `script: ${name}`,
  html: (to) => `<script>${code(to)}</script><img src=x onerror="${code(to).replaceAll('"', '&quot;')}">`,
  alone,
});
const tag = (name: string, html: (url: string) => string, alone = false): Channel => ({ name, html: ({ url }) => html(url), alone });

export const channels: readonly Channel[] = [
  { name: 'image', html: ({ url }) => `<img src="${url}">`, text: ({ url }) => `![x](${url})\n\n![x][r]\n\n[r]: ${url}` },
  {
    name: 'link that is shown',
    html: ({ url }) => `<a href="${url}">x</a>`,
    text: ({ url }) => `[x](${url}) <${url}> ${url} [![x](${url})](${url})`,
  },
  {
    name: 'footnote and reference',
    html: ({ url }) => `<img src="${url}" loading=eager>`,
    text: ({ url }) => `a[^1]\n\n[^1]: ![x](${url})\n\n| ![x](${url}) |\n|---|\n| ![x](<${url}> "t") |`,
  },
  {
    name: 'diagram',
    html: ({ url }) => `<svg width=9 height=9><image href="${url}" width=9 height=9 /></svg>`,
    text: ({ url }) =>
      `\`\`\`mermaid\ngraph TD\nA["<img src='${url}'>"] --> B\nstyle A fill:url(${url})\nclick A "${url}"\n\`\`\`\n\n$$\\includegraphics{${url}}$$`,
  },
  tag('image with sizes', (url) => `<img srcset="${url} 1x, ${url}?2 2x">`),
  tag('picture', (url) => `<picture><source srcset="${url}"><img></picture>`),
  tag('image by its old name', (url) => `<image src="${url}">`),
  tag('image button', (url) => `<input type=image src="${url}">`),
  tag('video', (url) => `<video src="${url}" autoplay muted preload=auto></video>`),
  tag('video poster', (url) => `<video poster="${url}"></video>`),
  tag('audio', (url) => `<audio src="${url}" autoplay preload=auto></audio>`),
  tag('media source', (url) => `<video autoplay muted><source src="${url}" type=video/mp4></video>`),
  tag('track', (url) => `<video src="data:video/mp4;base64,AAAA"><track default kind=captions src="${url}"></video>`),
  tag('embed', (url) => `<embed src="${url}">`),
  tag('object', (url) => `<object data="${url}" type=text/html></object>`),
  tag(
    'object archive',
    (url) => `<object classid="${url}" codebase="${url}"><param name=movie value="${url}"></object><applet code="${url}"></applet>`,
  ),
  tag('frame', (url) => `<iframe src="${url}"></iframe>`),
  tag(
    'frame with its own document',
    (url) => `<iframe srcdoc="<img src='${url}'><meta http-equiv=refresh content='0;url=${url}?2'>"></iframe>`,
  ),
  tag('frame from data', (url) => `<iframe src="data:text/html,<img src='${url}'>"></iframe>`),
  tag('frameset', (url) => `</body><frameset><frame src="${url}"></frameset>`, true),
  tag('fenced frame and portal', (url) => `<fencedframe src="${url}"></fencedframe><portal src="${url}"></portal>`),
  link('stylesheet'),
  link('alternate stylesheet', 'title=x'),
  link('prefetch'),
  link('prerender'),
  link('preload', 'as=image'),
  link('preload', 'as=fetch crossorigin'),
  link('preload', 'as=font crossorigin'),
  link('modulepreload'),
  link('preconnect'),
  { name: 'link dns-prefetch', html: ({ host }) => `<link rel=dns-prefetch href="//${host}"><a href="http://a.${host}/">x</a>` },
  link('icon'),
  link('manifest'),
  link('compression-dictionary'),
  link('canonical next search pingback'),
  tag('imported style', (url) => `<style>@import "${url}";@import url(${url}?2) layer(x) screen;</style>`),
  css('background', (url) => `background:${url}`),
  css('font', (url) => `src:${url};font-family:f`),
  tag('css font face', (url) => `<style>@font-face{font-family:f;src:url(${url})}</style><p style="font-family:f">x</p>`),
  css('cursor', (url) => `cursor:${url},auto`),
  css('list-style', (url) => `list-style-image:${url}`),
  css('border-image', (url) => `border-image-source:${url}`),
  css('mask', (url) => `mask-image:${url};-webkit-mask-box-image:${url}`),
  css('shape-outside', (url) => `float:left;shape-outside:${url}`),
  css('image-set', (url) => `background:image-set(${url} 1x, ${url} 2x)`),
  css('cross-fade', (url) => `background:-webkit-cross-fade(${url}, ${url}, 50%)`),
  css('filter', (url) => `filter:${url};clip-path:${url};backdrop-filter:${url}`),
  tag(
    'css marker and content',
    (url) =>
      `<style>li.c::marker{content:url(${url})}p.c::before{content:url(${url}?2)}input.c[value^=a]{background:url(${url}?3)}</style><ul><li class=c>x</ul><p class=c>x</p><input class=c value=abc>`,
  ),
  tag(
    'css property that holds it',
    (url) => `<style>:root{--x:url(${url})}.c{background:var(--x)}@namespace url(${url});@document url(${url}){}</style><p class=c>x</p>`,
  ),
  tag('svg image', (url) => `<svg><image href="${url}" width=9 height=9 /><image xlink:href="${url}?2" width=9 height=9 /></svg>`),
  tag('svg use', (url) => `<svg><use href="${url}#x"/></svg>`),
  tag(
    'svg filter image',
    (url) => `<svg width=20 height=20><filter id=f><feImage href="${url}"/></filter><rect width=20 height=20 filter="url(#f)"/></svg>`,
  ),
  tag('svg script and style', (url) => `<svg><script href="${url}"></script><style>@import url(${url}?2);</style></svg>`),
  tag(
    'svg paint',
    (url) =>
      `<svg width=20 height=20><rect width=20 height=20 fill="url(${url}#p)" mask="url(${url}#m)" clip-path="url(${url}#c)" filter="url(${url}#f)" marker-end="url(${url}#e)"/><text><textPath href="${url}#t">x</textPath></text></svg>`,
  ),
  tag(
    'body and table background',
    (url) =>
      `<table background="${url}"><tr><td background="${url}?2">x</td></tr></table><script>document.body.background='${url}?3'</script>`,
  ),
  tag('page style sheet instruction', (url) => `<?xml-stylesheet type="text/css" href="${url}"?><!DOCTYPE x SYSTEM "${url}">`),
  tag('script', (url) => `<script src="${url}"></script>`),
  tag('module', (url) => `<script type=module src="${url}"></script><script type=module>import '${url}'</script>`),
  tag('import map', (url) => `<script type=importmap>{"imports":{"x":"${url}"}}</script><script type=module>import 'x'</script>`),
  tag(
    'speculation rules',
    (url) =>
      `<script type=speculationrules>{"prefetch":[{"source":"list","urls":["${url}"]}],"prerender":[{"source":"list","urls":["${url}?2"]}]}</script>`,
  ),
  tag('source map', (url) => `<script>1\n//# sourceMappingURL=${url}</script><style>a{}/*# sourceMappingURL=${url} */</style>`),
  tag('attribution', (url) => `<img attributionsrc="${url}" src=x><a attributionsrc="${url}" href=x>x</a>`),
  tag(
    'policy report',
    (url) =>
      `<meta http-equiv="Content-Security-Policy" content="img-src 'none'; report-uri ${url}"><meta http-equiv="Report-To" content='{"endpoints":[{"url":"${url}"}]}'><img src=x>`,
  ),
  tag('base', (url) => `<base href="${url}/"><img src=leak><link rel=stylesheet href=leak2>`, true),
  tag('meta refresh', (url) => `<meta http-equiv=refresh content="0;url=${url}">`, true),
  tag('meta refresh in a body', (url) => `<p>x</p><div><META HTTP-EQUIV="Refresh" CONTENT="0; URL='${url}'"></div>`, true),
  tag(
    'form',
    (url) =>
      `<form action="${url}" id=f><input name=a value=b autofocus onfocus="this.form.submit()"><button>x</button></form><script>document.getElementById('f').submit()</script>`,
    true,
  ),
  tag(
    'form in another window',
    (url) =>
      `<form action="${url}" method=post target=_blank><input type=submit id=s></form><script>document.getElementById('s').click()</script>`,
    true,
  ),
  tag(
    'link that clicks itself',
    (url) => `<a href="${url}" id=a>x</a><script>document.getElementById('a').click()</script><img src=x onerror="a.click()">`,
    true,
  ),
  tag('ping', (url) => `<a href="#x" ping="${url}" id=a>x</a><script>document.getElementById('a').click()</script>`),
  tag('download', (url) => `<a href="${url}" download id=a>x</a><script>document.getElementById('a').click()</script>`),
  tag(
    'dialog and popover',
    (url) =>
      `<dialog open><img src="${url}"></dialog><div popover id=p style="background:url(${url})">x</div><button popovertarget=p autofocus>x</button>`,
  ),
  tag(
    'shadow root',
    (url) => `<div><template shadowrootmode=open><img src="${url}"><style>:host{background:url(${url}?2)}</style></template></div>`,
  ),
  tag('noscript', (url) => `<noscript><img src="${url}"></noscript><noembed><img src="${url}"></noembed><img src="${url}?2">`),
  script('fetch', ({ url }) => `fetch('${url}',{mode:'no-cors'})`),
  script('fetch that outlives the page', ({ url }) => `fetch('${url}',{mode:'no-cors',keepalive:true,method:'POST',body:'x'})`),
  script('beacon', ({ url }) => `navigator.sendBeacon('${url}','x')`),
  script('XMLHttpRequest', ({ url }) => `var r=new XMLHttpRequest();r.open('GET','${url}');r.send()`),
  script('WebSocket', ({ ws }) => `new WebSocket('${ws}')`),
  script('EventSource', ({ url }) => `new EventSource('${url}')`),
  script(
    'WebRTC',
    ({ stun }) =>
      `var p=new RTCPeerConnection({iceServers:[{urls:'${stun}'}]});p.createDataChannel('x');p.createOffer().then(o=>p.setLocalDescription(o))`,
  ),
  script('WebTransport', ({ url }) => `new WebTransport('${url.replace('http:', 'https:')}')`),
  script('worker', ({ url }) => `new Worker(URL.createObjectURL(new Blob(['importScripts(\\'${url}\\')'])))`),
  script('shared worker', ({ url }) => `new SharedWorker(URL.createObjectURL(new Blob(['fetch(\\'${url}\\',{mode:\\'no-cors\\'})'])))`),
  script(
    'service worker',
    ({ url }) => `navigator.serviceWorker.register('/page.js').catch(()=>0).then(()=>fetch('${url}',{mode:'no-cors'}))`,
  ),
  script('import()', ({ url }) => `import('${url}')`),
  script('image object', ({ url }) => `new Image().src='${url}'`),
  script('font object', ({ url }) => `document.fonts.add(new FontFace('f','url(${url})'));new FontFace('g','url(${url})').load()`),
  script('window.open', ({ url }) => `window.open('${url}')`, true),
  script('location', ({ url }) => `location='${url}'`, true),
];
