/**
 * What no page of ours may be able to do, as text, because it runs in the browser: functions by their names that say
 * whether they got through. Those that ask `remote` for something ask for their own name, so that its server knows too.
 */
const attempts = `((remote) => {
  const ran = (window.ran = {});
  const add = (name, attributes, text) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text !== undefined) node.textContent = text;
    const loads = new Promise((done) => {
      node.addEventListener('load', () => done(true));
      node.addEventListener('error', () => done(false));
    });
    document.body.append(node);
    return loads;
  };
  const soon = (look) => new Promise((done) => setTimeout(() => done(look()), 300));
  const colourOf = (html) => {
    const node = document.createElement('div');
    node.innerHTML = html;
    document.body.append(node);
    return getComputedStyle(node.querySelector('.painted')).color;
  };
  return {
    inlineScript: () => (add('script', {}, 'window.ran.inlineScript = true'), soon(() => ran.inlineScript)),
    inlineHandler() {
      const node = document.createElement('div');
      node.innerHTML = '<img src="data:,x" onerror="window.ran.inlineHandler = true">';
      document.body.append(node);
      return soon(() => ran.inlineHandler);
    },
    scriptLink() {
      const link = document.createElement('a');
      link.href = 'javascript:void(window.ran.scriptLink = true)';
      document.body.append(link);
      link.click();
      return soon(() => ran.scriptLink);
    },
    remoteScript: () => add('script', { src: remote + '/remoteScript' }),
    ownScriptWithoutNonce: () => add('script', { src: location.origin + '/ownScript' }),
    dataScript: () => (add('script', { src: 'data:text/javascript,window.ran.dataScript=true' }), soon(() => ran.dataScript)),
    importedScript: () => import('data:text/javascript,export default 1').then(() => true),
    eval: () => (0, eval)('1 + 1') === 2,
    newFunction: () => new Function('return true')(),
    timerText: () => (setTimeout('window.ran.timerText = true'), soon(() => ran.timerText)),
    worker: () =>
      new Promise((done) => {
        const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
        worker.onmessage = () => done(true);
        worker.onerror = () => done(false);
      }),
    remoteImage: () => add('img', { src: remote + '/remoteImage' }),
    remoteStyle: () => add('link', { rel: 'stylesheet', href: remote + '/remoteStyle' }),
    styleText: () => colourOf('<style>.painted { color: rgb(1, 2, 3) }</style><p class="painted">') === 'rgb(1, 2, 3)',
    styleAttribute: () => colourOf('<p class="painted" style="color: rgb(4, 5, 6)">') === 'rgb(4, 5, 6)',
    font: () => new FontFace('x', 'url(' + remote + '/font)').load().then(() => true, () => false),
    fetch: () => fetch(remote + '/fetch').then(() => true),
    ownFetch: () => fetch(location.origin + '/ownFetch').then(() => true),
    request: () =>
      new Promise((done) => {
        const request = new XMLHttpRequest();
        request.onload = () => done(true);
        request.onerror = () => done(false);
        request.open('GET', remote + '/request');
        request.send();
      }),
    socket: () => (new WebSocket(remote.replace('http', 'ws') + '/socket'), soon(() => false)),
    events: () => (new EventSource(remote + '/events'), soon(() => false)),
    beacon: () => (navigator.sendBeacon(remote + '/beacon', 'x'), soon(() => false)),
    media: () => (add('video', { src: remote + '/media' }), soon(() => false)),
    frame: () => (add('iframe', { src: remote + '/frame' }), soon(() => false)),
    object: () => (add('object', { data: remote + '/object', type: 'text/html' }), soon(() => false)),
    form() {
      add('iframe', { name: 'target' });
      const form = document.createElement('form');
      Object.assign(form, { action: remote + '/form', method: 'post', target: 'target' });
      document.body.append(form);
      form.submit();
      return soon(() => false);
    },
    base: () => (add('base', { href: remote + '/base/' }), soon(() => document.baseURI.startsWith(remote))),
  };
})`;

/** Tries one after the other, in a call that the browser does not take for its own tools'. */
export const tryAll = (remote: string): string => `new Promise((done) =>
  setTimeout(async () => {
    const got = {};
    const patience = () => new Promise((late) => setTimeout(() => late(false), 2000));
    for (const [name, attempt] of Object.entries(${attempts}(${JSON.stringify(remote)}))) {
      try {
        got[name] = Boolean(await Promise.race([attempt(), patience()]));
      } catch {
        got[name] = false;
      }
    }
    done(got);
  }),
)`;
