// Opens a piece of a dossier: fetches the harmless copy with the reader's own session, as the link of the piece would, and hands the bytes
// to the viewer's frame, which is of another origin and can ask for nothing but a further page of the same piece. Each opening has a frame of
// its own, alone on the page: no piece meets the one before, nor what will draw the next. Not a byte of a piece is read here.

const page = document.getElementById('lecture')
const { viewer, reader } = page.dataset
const stage = document.getElementById('scene')
const title = document.getElementById('piece')
const said = document.getElementById('dit')
const copy = document.getElementById('copie')
const links = [...page.querySelectorAll('a[data-piece]')]
let current = null // what is open
let spare = null // the first frame, before a piece is chosen

for (const link of links) {
  link.addEventListener('click', event => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    show(link)
    title.focus()
  })
}
addEventListener('message', event => {
  const opening = current ?? spare
  if (event.origin === viewer && opening && event.source === opening.frame.contentWindow) heard(opening, event.data ?? {})
})
if (links.length) spare = prepare()
const wanted = links.find(link => location.hash === '#' + link.dataset.piece)
if (wanted) show(wanted)

// prepare starts a viewer. The first one starts with the page, out of sight: starting takes longer than drawing most pages. Never beside one
// that holds a piece: they are of one origin, and a hostile piece could reach it.
function prepare () {
  const frame = document.createElement('iframe')
  frame.setAttribute('sandbox', 'allow-scripts allow-same-origin')
  frame.referrerPolicy = 'no-referrer'
  frame.hidden = true
  frame.src = viewer + '/'
  const opening = { frame, stop: new AbortController(), pages: 1 }
  opening.ready = new Promise(resolve => { opening.isReady = resolve })
  stage.replaceChildren(frame)
  return opening
}

function show (link) {
  current?.stop.abort()
  const opening = current = Object.assign(spare ?? prepare(), { link, began: performance.now() })
  spare = null
  opening.frame.title = 'Pièce affichée : ' + link.dataset.label
  opening.frame.hidden = false
  delete page.dataset.shown
  delete page.dataset.failed
  for (const other of links) other.removeAttribute('aria-current')
  link.setAttribute('aria-current', 'true')
  title.textContent = link.dataset.label
  copy.href = link.dataset.copy
  copy.hidden = false
  say('Ouverture de la pièce…')
  first(opening)
}

function say (sentence) { said.textContent = sentence }

async function first (opening) {
  try {
    const alone = 'large' in opening.link.dataset && await read(opening, 1, '&alone=true').catch(() => null) // the whole says why
    if (alone) await hand(opening, { kind: 'show', alone: alone.pages > 1, ...alone })
    if (alone?.pages !== 1) await hand(opening, { kind: alone ? 'whole' : 'show', ...await read(opening, 1) })
  } catch (problem) { failed(opening, problem) }
}

async function hand (opening, answer) {
  opening.pages = answer.pages
  await opening.ready
  if (opening === current) give(opening, answer)
}

async function read (opening, number, how = '') {
  const answer = await fetch(opening.link.href + '&page=' + number + how, { cache: 'no-store', redirect: 'error', signal: opening.stop.signal })
  if (!answer.ok) throw new Error((await answer.json()).detail)
  const bytes = await answer.arrayBuffer()
  const at = new Date(answer.headers.get('Document-Read-At'))
  const hour = at.toLocaleString('fr-FR', { dateStyle: 'short', timeStyle: 'short', timeZone: page.dataset.zone })
  return { bytes, type: answer.headers.get('Content-Type'), pages: Number(answer.headers.get('Document-Pages')) || 1,
    text: `${reader} · ${hour} · ${answer.headers.get('X-Request-Id').slice(0, 8)}` }
}

function give (opening, message) { opening.frame.contentWindow.postMessage(message, viewer, [message.bytes]) }

async function heard (opening, message) {
  if (message.kind === 'ready') opening.isReady()
  if (opening !== current) return // no piece yet
  if (message.kind === 'failed') { page.dataset.failed = 'true'; say('') }
  if (message.kind === 'shown') {
    page.dataset.shown ??= String(Math.round(performance.now() - opening.began))
    say('')
  }
  const number = message.page
  if (message.kind !== 'page' || !Number.isInteger(number) || number < 2 || number > opening.pages) return
  try {
    const { bytes } = await read(opening, number)
    if (opening === current) give(opening, { kind: 'page', page: number, bytes })
  } catch (problem) { failed(opening, problem) }
}

function failed (opening, problem) {
  if (opening !== current) return
  page.dataset.failed = 'true'
  opening.frame.remove()
  say(problem instanceof TypeError || !problem.message ? 'La pièce n’a pas pu être ouverte : le portail ne répond pas. Recommencez dans un instant.' : problem.message)
}
