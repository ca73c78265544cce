// Keeps what is typed into a form, sealed on the server, every few seconds, and says so beside the button. Without this script the page does
// the same work and keeps nothing until it is sent.
'use strict'

const pause = 3000 // from the first unsaved letter
const again = 10000 // after a failure that may pass

for (const form of document.querySelectorAll('form[data-draft]')) keep(form)

function keep (form) {
  const said = form.querySelector('[data-draft-said]')
  let timer = 0
  let sending = null
  let unsaved = false

  const typed = () => {
    unsaved = true
    timer ||= setTimeout(save, pause)
  }
  form.addEventListener('input', typed)
  form.addEventListener('change', typed)
  form.addEventListener('submit', () => { // what is sent is no draft any more
    clearTimeout(timer)
    unsaved = false
    sending?.abort()
  })
  document.addEventListener('visibilitychange', () => { if (document.hidden && unsaved) save() })

  async function save () {
    clearTimeout(timer)
    timer = 0
    if (sending) { timer = setTimeout(save, pause); return }
    unsaved = false
    sending = new AbortController()
    try {
      said.replaceChildren(...await send(sending.signal))
    } catch (error) {
      if (error.name !== 'AbortError') later('Brouillon non gardé : le réseau ne répond pas. Votre texte reste sur cette page ; nouvel essai dans un instant.')
    } finally {
      sending = null
    }
  }

  async function send (signal) {
    const answer = await fetch(form.dataset.draft, {
      method: 'PUT', signal, keepalive: true,
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() },
      body: JSON.stringify({ base: Number(form.dataset.base), fields: fields() })
    })
    if (answer.ok) {
      const at = new Date((await answer.json()).saved_at)
      return ['Brouillon gardé, scellé, à ' + at.toLocaleTimeString('fr-FR', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Paris' }) + '.']
    }
    if (answer.status === 401) {
      retry()
      const link = document.createElement('a')
      link.href = '/login'
      link.target = '_blank'
      link.rel = 'noopener'
      link.textContent = 'Reconnectez-vous dans un autre onglet'
      return ['Votre session a pris fin. ', link, ' : cette page garde votre texte et reprend seule.']
    }
    if (answer.status >= 500) retry()
    const problem = await answer.json().catch(() => ({}))
    return ['Brouillon non gardé. ' + (problem.detail || 'Enregistrez la page pour ne rien perdre.')]
  }

  function fields () {
    const list = []
    for (const [name, value] of new FormData(form)) {
      if (!name.startsWith('_') && typeof value === 'string') list.push({ name, value })
    }
    return list
  }

  function later (sentence) {
    said.textContent = sentence
    retry()
  }

  function retry () {
    unsaved = true
    timer = setTimeout(save, again)
  }
}
